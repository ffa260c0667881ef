#include "tests/integration/reports/browser.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "reports/write.hpp"
#include "tests/integration/reports/command_runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::tests {

namespace {

/// What pages said, line by line; the browser's own complaints about its surroundings left out.
std::string page_messages(const std::filesystem::path& log) {
  std::istringstream in(read_text(log));
  std::string out;
  for (std::string line; std::getline(in, line);) {
    if (line.find("CONSOLE") != std::string::npos) out += line + "\n";
  }
  return out;
}

Opened browse(const std::filesystem::path& file, bool dark, int width, int height) {
  const auto root = file.parent_path();
  // The shell puts the log aside: the DOM alone is on standard output.
  std::vector<std::string> command{
      "sh", "-c", "exec \"$@\" 2>\"$0\"", (root / "log").string(), "chromium", "--headless",
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--disable-dev-shm-usage", "--enable-logging=stderr", "--allow-file-access-from-files",
      fmt::format("--window-size={},{}", width, height),
      fmt::format("--blink-settings=preferredColorScheme={}", dark ? 0 : 1),
      "--user-data-dir=" + (root / "profile").string(),
      // Ten minutes of the page's own clock, which jumps to its end once no script waits: on a busy
      // machine that clock runs ahead of the frames in which the charts are drawn.
      "--virtual-time-budget=600000", "--dump-dom", "file://" + file.string()};
  const auto dumped = run_program(std::move(command), 150);
  INFO("chromium is a Debian package; exit code 127 means that it is missing");
  REQUIRE(dumped.exit_code == 0);
  return {dumped.text, page_messages(root / "log")};
}

/// The page that holds the frames, and tells what look.js found in each.
std::string frames(const std::vector<int>& widths) {
  std::string html = "<!doctype html><html><body style='margin:0'>\n";
  for (const int width : widths) {
    html += fmt::format(
        "<iframe src='report.html' style='border:0' width='{}' height='2000'></iframe>\n", width);
  }
  html +=
      "<script>const timer = setInterval(() => {"
      " const looks = [...document.querySelectorAll('iframe')].map((frame) => "
      "frame.contentDocument.body?.dataset.look);"
      " if (looks.some((look) => !look)) return;"
      " clearInterval(timer);"
      " document.body.textContent = `LOOKS[${looks.join()}]END`; }, 100);</script>\n";
  return html + "</body></html>\n";
}

/// What an HTML serializer escapes in text.
std::string unescaped(std::string text) {
  for (const auto& [entity, plain] : {std::pair{"&lt;", "<"}, std::pair{"&gt;", ">"},
                                      std::pair{"&nbsp;", " "}, std::pair{"&amp;", "&"}}) {
    for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1)) {
      text.replace(at, std::string_view(entity).size(), plain);
    }
  }
  return text;
}

}  // namespace

std::string with_steps(std::string html, const std::string& steps) {
  const std::string last = "\nbuild();\n";
  const auto at = html.rfind(last);
  REQUIRE(at != std::string::npos);
  return html.insert(at + last.size(), steps + "\n");
}

std::string press(const std::string& label) {
  return "[...document.querySelectorAll('button')].find((b) => b.textContent.startsWith('" + label +
         "')).click();";
}

Opened open_page(const std::string& html, bool dark) {
  test::TempDirectory root;
  const auto file = root.path() / "report.html";
  REQUIRE(reports::write_file(file, html));
  return browse(file, dark, 1200, 900);
}

std::vector<Look> look_at(const std::string& html, const std::vector<int>& widths, bool dark) {
  test::TempDirectory root;
  const auto script = read_text(HANDFAST_LOOK_JS);
  REQUIRE_FALSE(script.empty());
  REQUIRE(reports::write_file(root.path() / "report.html", with_steps(html, script)));
  REQUIRE(reports::write_file(root.path() / "frames.html", frames(widths)));
  const auto opened = browse(root.path() / "frames.html", dark, 3200, 2200);
  const auto begin = opened.dom.find("LOOKS[{");  // "LOOKS[$" is the script that has not got there
  const auto end = opened.dom.rfind("END");
  INFO(opened.dom.substr(0, 2000) << opened.console);
  REQUIRE(begin != std::string::npos);
  const auto seen = nlohmann::json::parse(unescaped(opened.dom.substr(begin + 5, end - begin - 5)));
  std::vector<Look> looks;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    looks.push_back({widths[i], seen.at(i), opened.console});
  }
  return looks;
}

}  // namespace handfast::tests
