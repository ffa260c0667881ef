// Text for a terminal of 80 columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace handfast::app {

/// `text` broken at spaces so that no line is wider than `width`, where words allow it; lines after
/// the first begin with `indent` spaces. No line break at the end.
std::string wrapped(std::string_view text, std::size_t indent = 0, std::size_t width = 80);

/// "Label      text\n", the text wrapped behind the label.
std::string labelled(std::string_view label, std::string_view text);

}  // namespace handfast::app
