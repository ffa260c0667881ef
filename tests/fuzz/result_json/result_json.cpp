// Whatever a result file holds, reading it answers a result or a problem, and a result that was
// read can be rendered.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/terminal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace handfast;
  const auto text = std::string_view(reinterpret_cast<const char*>(data), size);
  const auto result = reports::parse_json(text, "result.json");
  if (!result) return result.error().message.empty() ? std::abort(), 0 : 0;
  reports::terminal_summary(*result, {.width = 80, .colour = true, .utf8 = true});
  reports::junit_xml(*result);
  reports::html_report(*result);
  // What we write we read.
  if (!reports::parse_json(reports::to_json_text(*result), "again.json")) std::abort();
  return 0;
}
