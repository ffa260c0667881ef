#include "reports/load_any.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "reports/detail/json_text.hpp"
#include "reports/json.hpp"
#include "reports/matrix_json.hpp"

namespace handfast::reports {

handfast::Result<AnyResult> load_any(const std::filesystem::path& file) {
  constexpr std::string_view hint =
      "name a result.json that handfast run wrote, or a matrix.json of handfast check";
  const auto text = read_file(file);
  if (!text) {
    return environment_problem("cannot read the file", file.string(), std::string(hint));
  }
  nlohmann::json tree;
  if (auto parsed = detail::parse_tree(*text, file.string(), tree); !parsed) return parsed.error();
  const auto kind = tree.is_object() ? tree.find("kind") : tree.end();
  if (!tree.is_object() || kind == tree.end()) {
    auto result = parse_json(*text, file.string());
    if (!result) return result.error();
    return AnyResult(std::move(*result));
  }
  if (*kind != "conformance-matrix") {
    return usage_problem(fmt::format("is no result: its kind is {}", printable(kind->dump(), 60)),
                         file.string(), std::string(hint));
  }
  tree = nullptr;  // one tree at a time: results may be large
  auto matrix = parse_matrix_json(*text, file.string());
  if (!matrix) return matrix.error();
  return AnyResult(std::move(*matrix));
}

}  // namespace handfast::reports
