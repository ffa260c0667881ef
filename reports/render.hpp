// Every report there is, by name: what `handfast report` makes of a stored result or matrix.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "reports/load_any.hpp"
#include "reports/terminal.hpp"

namespace handfast::reports {

enum class Format { text, json, junit, html, markdown, csv, hlog, hgrm };

std::vector<std::string> format_names();
/// nullopt for an unknown name.
std::optional<Format> parse_format(std::string_view name);

struct RenderOptions {
  TerminalStyle style;    ///< of `text`
  std::string histogram;  ///< of `hgrm`: "devices.handshake.service"
};

/// One report of `from`. Usage problem for what it does not hold: the time series, histogram log
/// and distributions of a matrix, a distribution that is not there.
handfast::Result<std::string> render(const AnyResult& from, Format format,
                                     const RenderOptions& options);

}  // namespace handfast::reports
