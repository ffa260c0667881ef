// The parts of the HTML pages, embedded into the program at build time by embed.cmake.
#pragma once

#include <string_view>

namespace handfast::reports::html {

std::string_view shell();         ///< shell.html with @NAME@ where the others go
std::string_view style();         ///< report.css: what both pages look like
std::string_view dom();           ///< dom.js: what both pages build with
std::string_view plot();          ///< plot.js: SVG plots; uses dom.js
std::string_view charts();        ///< charts.js: the charts of a run; uses plot.js
std::string_view checks();        ///< checks.js: the table of checks of both pages; uses dom.js
std::string_view checks_style();  ///< checks.css, after report.css
std::string_view page();          ///< page.js: the report of a run; uses all of the above

std::string_view matrix_shell();  ///< matrix.html, the shell of the conformance matrix
std::string_view matrix_page();   ///< matrix.js; uses dom.js and checks.js

}  // namespace handfast::reports::html
