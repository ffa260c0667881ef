// The conformance page in a real browser: every row is there, filters and evidence work, hostile
// texts stay texts.
#include "reports/matrix_html.hpp"
#include "tests/integration/reports/browser.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_matrix.hpp"

using namespace handfast;

namespace {

/// The page as the browser has it after its scripts and then `steps` ran.
std::string page_after(const reports::Matrix& matrix, const std::string& steps = {}) {
  const auto opened = tests::open_page(tests::with_steps(reports::matrix_html(matrix), steps));
  CHECK(opened.console.empty());
  return opened.dom;
}

bool shows(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a browser shows the matrix of several brokers", "[reports][browser]") {
  const auto dom = page_after(tests::wide_matrix());
  CHECK_FALSE(shows(dom, "data-errors"));
  CHECK(shows(dom, "<title>ERROR: conformance of mosquitto 2.0.11, emqx 5.8.1, nanomq</title>"));
  CHECK(shows(dom, "data-rows=\"10\""));
  CHECK(shows(dom, ">10 of 10 rows</output>"));
  CHECK(shows(dom, "aria-label=\"known: evidence of client-ca-no-basic-constraints on mosquitto"));
  CHECK(shows(dom, "known.yaml:9:9"));
  CHECK(shows(dom, "2 crl.file, 1 ocsp.staple"));
  CHECK(shows(dom, "not checked: nanomq is not installed (give --broker-bin PATH)"));
  CHECK_FALSE(shows(dom, "<h4>case, TLS 1.3"));
}

TEST_CASE("the page's filters hide rows by verdict and by group", "[reports][browser]") {
  CHECK(shows(page_after(tests::wide_matrix(), tests::press("not passed")),
              ">8 of 10 rows</output>"));
  CHECK(shows(page_after(tests::wide_matrix(), tests::press("known")), ">2 of 10 rows</output>"));
  const std::string choose =
      "const s = document.querySelector('select'); s.selectedIndex = 3; s.dispatchEvent(new "
      "Event('change'));";
  CHECK(shows(page_after(tests::wide_matrix(), choose), ">2 of 10 rows</output>"));
}

TEST_CASE("a cell opens its evidence and closes it again", "[reports][browser]") {
  const std::string cell = "document.querySelector('button.cell.tone-bad').click();";
  const auto open = page_after(tests::sample_matrix(), cell);
  CHECK_FALSE(shows(open, "data-errors"));
  CHECK(shows(open, "<h4>client-cert-expired on mosquitto 2.0.11: fail</h4>"));
  CHECK(shows(open, "<h4>case, TLS 1.3, patient: accept</h4>"));
  CHECK(shows(open, "<code>handfast explain client-cert-expired</code>"));
  CHECK(shows(open, " aria-expanded=\"true\" "));
  const auto closed = page_after(tests::sample_matrix(), cell + cell);
  CHECK_FALSE(shows(closed, "<h4>client-cert-expired on"));
  CHECK_FALSE(shows(closed, " aria-expanded=\"true\" "));
}

TEST_CASE("the matrix page shows hostile texts as texts", "[reports][browser]") {
  const auto dom =
      page_after(tests::hostile_matrix(),
                 "for (const b of [...document.querySelectorAll('button.cell')]) b.click();");
  CHECK_FALSE(shows(dom, "data-errors"));
  CHECK_FALSE(shows(dom, "data-owned"));
  CHECK_FALSE(shows(dom, "<img"));
}

TEST_CASE("the matrix reads well at three widths, light and dark", "[reports][browser]") {
  const auto html = reports::matrix_html(tests::wide_matrix());
  for (const bool dark : {false, true}) {
    for (const auto& look : tests::look_at(html, {400, 800, 1600}, dark)) {
      INFO(look.width << look.seen.dump(1) << look.console);
      CHECK(look.console.empty());
      CHECK(look.seen["errors"] == "");
      CHECK(look.seen["overflow"] == 0);
      for (const char* list : {"beyond", "overlaps", "faint"}) CHECK(look.seen[list].empty());
    }
  }
}
