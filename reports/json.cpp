#include "reports/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "reports/detail/json_read.hpp"
#include "reports/detail/json_text.hpp"

namespace handfast::reports {

namespace {

/// Versions are judged before the contents: another version may look different everywhere.
handfast::Result<void> accept_format(const nlohmann::json& tree, const std::string& file) {
  const auto format = tree.is_object() ? tree.find("format") : tree.end();
  if (!tree.is_object() || format == tree.end() || !format->is_number_integer()) {
    return usage_problem("not a handfast result: \"format\" is missing", file,
                         "name a result.json that handfast run or check wrote");
  }
  if (*format == json_format) return {};
  return usage_problem(fmt::format("result format {} is not known, this program reads format {}",
                                   format->dump(), json_format),
                       file, "use the version of handfast that wrote it, or a later one");
}

}  // namespace

handfast::Result<Result> parse_json(std::string_view text, const std::string& file) {
  nlohmann::json tree;
  if (auto parsed = detail::parse_tree(text, file, tree); !parsed) return parsed.error();
  if (auto accepted = accept_format(tree, file); !accepted) return accepted.error();
  detail::Complaint complaint;
  auto result = detail::read_result(detail::Cursor(tree, {}, complaint));
  if (complaint.any()) {
    return usage_problem(complaint.message,
                         fmt::format("{} at {}", file, printable(complaint.path)));
  }
  return result;
}

handfast::Result<Result> load_json(const std::filesystem::path& file) {
  auto unreadable = environment_problem("cannot read the result file", file.string(),
                                        "name a result.json that handfast run or check wrote");
  const auto text = read_file(file);
  if (!text) return unreadable;
  return parse_json(*text, file.string());
}

}  // namespace handfast::reports
