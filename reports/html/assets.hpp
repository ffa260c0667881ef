// The parts of the HTML report, embedded into the program at build time by embed.cmake.
#pragma once

#include <string_view>

namespace handfast::reports::html {

std::string_view shell();     ///< shell.html with @NAME@ where the others go
std::string_view style();     ///< report.css
std::string_view charts();    ///< charts.js
std::string_view page();      ///< page.js; uses what charts.js defines
std::string_view chart_js();  ///< Chart.js as one script (UMD build of Debian's libjs-chart.js)

}  // namespace handfast::reports::html
