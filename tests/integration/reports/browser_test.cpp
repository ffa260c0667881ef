// The HTML report in a real browser: it draws, it reads well at three widths in light and dark, and
// hostile texts stay texts. What look.js looks for is in that file.
#include "tests/integration/reports/browser.hpp"
#include "reports/html.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"
#include "tests/support/sample_timeline.hpp"

using namespace handfast;
using tests::open_page;
using tests::with_steps;

namespace {

std::string page_of(const reports::Result& result) { return reports::html_report(result); }

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What a reader would complain about.
void check_look(const tests::Look& look, bool dark, int pictures) {
  const auto& seen = look.seen;
  INFO(look.width << (dark ? " dark " : " light ") << seen.dump(1) << look.console);
  CHECK(look.console.empty());
  CHECK(seen["errors"] == "");
  CHECK(seen["width"] == look.width);
  CHECK(seen["dark"] == dark);
  CHECK(seen["overflow"] == 0);
  CHECK(seen["pictures"] == pictures);
  CHECK(seen["broken"] == 0);
  CHECK(seen["untold"] == 0);
  for (const char* list : {"beyond", "overlaps", "outside", "faint", "empty"}) {
    CHECK(seen[list].empty());
  }
}

}  // namespace

TEST_CASE("the report reads well at three widths, light and dark", "[reports][browser]") {
  // Eight for the load, five for each of two fleets, and one for the search that tried more than
  // one rate.
  const auto html = page_of(tests::sample_result());
  for (const bool dark : {false, true}) {
    for (const auto& look : tests::look_at(html, {400, 800, 1600}, dark)) {
      check_look(look, dark, 19);
    }
  }
}

TEST_CASE("hostile texts neither run nor reach over the edge", "[reports][browser]") {
  const auto html = page_of(tests::hostile_result());
  for (const auto& look : tests::look_at(html, {400, 1600}, false)) check_look(look, false, 19);
}

TEST_CASE("the looking finds what it looks for", "[reports][browser]") {
  const std::string harm =
      "const add = (style, text) => { const node = document.createElement('p');"
      " node.style = style; node.textContent = text;"
      " document.getElementById('report').append(node); };"
      "add('width: 900px', 'wide');"
      "add('margin: 0', 'below'); add('margin: -1.4rem 0 0', 'above');"
      "document.documentElement.style.setProperty('--soft', '#cccccc');"
      "window.beforeLook = () => {"
      " document.querySelector('.plot path').setAttribute('d', 'M0,NaN');"
      " document.querySelectorAll('.plot svg')[1].replaceChildren(); };"
      "console.error('boo');";
  const auto looks =
      tests::look_at(with_steps(page_of(tests::sample_result()), harm), {400}, false);
  const auto& seen = looks.at(0).seen;
  INFO(seen.dump(1));
  CHECK(has(looks.at(0).console, "boo"));
  CHECK(seen["overflow"] > 400);
  CHECK(has(seen["beyond"].dump(), "wide"));
  CHECK(has(seen["overlaps"].dump(), "above"));
  CHECK(has(seen["faint"].dump(), "--soft on --card"));
  CHECK(seen["broken"] == 1);
  CHECK(seen["empty"].size() == 1);
}

TEST_CASE("a press filters the checks, opens evidence, sorts tables and changes views",
          "[reports][browser]") {
  const auto html = page_of(tests::sample_result());
  const auto open =
      open_page(with_steps(html, tests::press("not passed") +
                                     "document.querySelector('button.cell.tone-bad').click();"));
  CHECK(has(open.dom, ">6 of 14 rows</output>"));
  CHECK(has(open.dom, "<h4>client-cert-expired on mosquitto 2.0.11: fail</h4>"));
  CHECK(has(open.dom, "alert certificate_required (116) received"));
  CHECK(open.console.empty());

  // Numbers by the greatest first, and then by the smallest.
  const std::string order =
      "const head = [...document.querySelectorAll('th button')].find((b) => b.textContent === "
      "'failed'); head.click(); const first = () => head.closest('table').tBodies[0].rows[0]"
      ".cells[0].textContent; document.body.dataset.most = first(); head.click();"
      "document.body.dataset.least = first();";
  const auto sorted = open_page(with_steps(html, order));
  CHECK(has(sorted.dom, "data-most=\"devices\""));
  CHECK(has(sorted.dom, "data-least=\"browsers\""));

  const auto viewed = open_page(with_steps(html, tests::press("TLS handshake")));
  CHECK(has(viewed.dom, "aria-label=\"Latency over time: TLS handshake. Service time, from the"));
  CHECK(viewed.console.empty());
}

TEST_CASE("events of the timeline stand on the time axis, in words too", "[reports][browser]") {
  auto result = tests::sample_result();
  result.timeline = tests::sample_timeline();
  // Two at nearly the same time: their labels must not meet.
  result.timeline[1].began_s = 4.1;
  const auto opened = open_page(page_of(result));
  // Two were reached. Whoever does not see the marks hears of them.
  CHECK(has(opened.dom, "Event 1 at second 4.00: broker restart, done."));
  CHECK(has(opened.dom, "Event 2 at second 4.10: pki revoke devices[0..99], failed."));
  CHECK_FALSE(has(opened.dom, "Event 3 at second"));
  CHECK(has(opened.dom, "class=\"event-label\""));
  CHECK(has(opened.dom, "! not reached"));
  CHECK(opened.console.empty());
  for (const bool dark : {false, true}) {
    for (const auto& look : tests::look_at(page_of(result), {400, 1600}, dark)) {
      check_look(look, dark, 19);
    }
  }
  CHECK_FALSE(has(open_page(page_of(tests::passing_result())).dom, "class=\"event-label\""));
}

TEST_CASE("a failed connection is told with its handshake", "[reports][browser]") {
  const auto opened = open_page(page_of(tests::sample_result()));
  CHECK(has(opened.dom, "<h4>devices-17</h4>"));
  CHECK(has(opened.dom, "→ ClientHello                  220 B  +120 µs"));
  CHECK(has(opened.dom, "← ServerHello                  122 B  +1.90 ms"));
}

TEST_CASE("the pointer asks a chart for its values", "[reports][browser]") {
  const std::string point =
      "const waits = setInterval(() => { const picture = document.querySelector('.plot svg');"
      " if (!picture) return; clearInterval(waits);"
      " const box = picture.getBoundingClientRect();"
      " picture.dispatchEvent(new PointerEvent('pointermove', {clientX: box.left + box.width - 15,"
      " clientY: box.top + 50})); document.body.dataset.told ="
      " [...picture.closest('figure').querySelectorAll('.legend')].map((l) => "
      "l.textContent).join();"
      " }, 50);";
  const auto opened = open_page(with_steps(page_of(tests::load_only_result()), point));
  CHECK(has(opened.dom, "offered400 /sachieved"));
  CHECK(has(opened.dom, "second 14\""));
}

TEST_CASE("a browser shows the verdict and every section", "[reports][browser]") {
  const auto dom = open_page(page_of(tests::sample_result())).dom;
  CHECK(has(dom, "<title>ERROR: two-way-handshake-storm</title>"));
  CHECK(has(dom, "</span>ERROR</div>"));
  for (const char* heading :
       {"Thresholds", "Search for the knee", "Load", "Failures by cause", "Fleets",
        "What was negotiated", "Checks", "Run it again", "Machine and versions"}) {
    INFO(heading);
    CHECK(has(dom, "<h2>" + std::string(heading) + "</h2>"));
  }
  CHECK(has(dom, "<code>18446744073709551557</code>"));
}

TEST_CASE("a browser shows each rate that a search tried, and the knee", "[reports][browser]") {
  const auto dom = open_page(page_of(tests::sample_result())).dom;
  const std::string row = "</td><td class=\"num\">";
  CHECK(has(dom, "<div class=\"label\">Knee</div><b>100/s or more</b>"));
  CHECK(has(dom, "<div class=\"label\">Knee</div><b>none held</b>"));
  CHECK(has(dom, "100/s or more: at 150/s the generator was the limit: worker 0 used 94 %"));
  CHECK(has(dom, "✓ held</span>" + row + "100" + row + "100" + row + "99.5" + row + "4 ms"));
  CHECK(has(dom, "✗ did not hold</span>" + row + "200" + row + "200" + row + "181" + row + "83 ms" +
                     "</td><td>gateways.ready.p99 &lt; 50ms: 83.0 ms</td>"));
  CHECK(has(dom, "! generator</span>" + row + "150"));
  CHECK(has(dom, "warm-up left out of all figures (51 connections, 2 of them failed)"));
}

TEST_CASE("a browser leaves out the sections without data", "[reports][browser]") {
  const auto checks = open_page(page_of(tests::checks_only_result()));
  CHECK(has(checks.dom, "</span>PASSED</div>"));
  CHECK(has(checks.dom, "<h2>Checks</h2>"));
  for (const char* heading : {"Load", "Search for the knee", "Thresholds", "Fleets"}) {
    CHECK_FALSE(has(checks.dom, "<h2>" + std::string(heading) + "</h2>"));
  }
  CHECK(checks.console.empty());
  CHECK_FALSE(has(checks.dom, "data-errors"));

  const auto load = open_page(page_of(tests::load_only_result()));
  CHECK_FALSE(has(load.dom, "<h2>Checks</h2>"));
  CHECK_FALSE(has(load.dom, "<h3>Errors by cause</h3>"));
  CHECK(load.console.empty());
  CHECK(open_page(page_of({})).console.empty());
}

TEST_CASE("a browser shows hostile texts as texts", "[reports][browser]") {
  const auto opened = open_page(
      with_steps(page_of(tests::hostile_result()),
                 "for (const b of [...document.querySelectorAll('button')]) b.click();"
                 "for (const d of [...document.querySelectorAll('details')]) d.open = true;"));
  CHECK(opened.console.empty());
  CHECK_FALSE(has(opened.dom, "data-errors"));
  CHECK_FALSE(has(opened.dom, "data-owned"));
  CHECK_FALSE(has(opened.dom, "<img"));
  CHECK(has(opened.dom, "<h1>&lt;/script&gt;&lt;script&gt;document.body.dataset.owned"));
}

TEST_CASE("the error handler that these tests rely on works", "[reports][browser]") {
  const auto opened = open_page(with_steps(page_of(tests::checks_only_result()), "not_defined();"));
  CHECK(has(opened.dom, "data-errors=\"Uncaught ReferenceError: not_defined is not defined"));
  CHECK(has(opened.console, "not_defined is not defined"));
}
