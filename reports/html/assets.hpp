// The parts of the HTML report, embedded into the program at build time by embed.cmake.
#pragma once

#include <string_view>

namespace handfast::reports::html {

std::string_view shell();     ///< shell.html with @NAME@ where the others go
std::string_view style();     ///< report.css
std::string_view dom();       ///< dom.js: what both pages build with
std::string_view charts();    ///< charts.js
std::string_view page();      ///< page.js; uses what dom.js and charts.js define
std::string_view chart_js();  ///< Chart.js as one script (UMD build of Debian's libjs-chart.js)

std::string_view matrix_shell();  ///< matrix.html, the shell of the conformance matrix
std::string_view matrix_style();  ///< matrix.css, after report.css
std::string_view matrix_page();   ///< matrix.js; uses what dom.js defines

}  // namespace handfast::reports::html
