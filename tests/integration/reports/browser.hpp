// A real headless browser that opens pages of ours and tells what became of them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace handfast::tests {

/// `html` with `steps` (JavaScript) behind its last script, so that they see what it declared.
std::string with_steps(std::string html, const std::string& steps);

/// The step that presses the button whose text begins with `label`.
std::string press(const std::string& label);

struct Opened {
  std::string dom;      ///< the document after all scripts ran
  std::string console;  ///< what the browser logged of pages: errors, warnings, refused loads
};
/// Opens `html` in a window of 1200 x 900. Fails the test case when there is no browser.
Opened open_page(const std::string& html, bool dark = false);

/// How a page looks at one width.
struct Look {
  int width = 0;
  nlohmann::json seen;  ///< what look.js says
  std::string console;
};
/// Opens `html` side by side in frames of these widths in CSS pixels.
std::vector<Look> look_at(const std::string& html, const std::vector<int>& widths, bool dark);

}  // namespace handfast::tests
