#include "pki/revocation/ocsp_http.hpp"

#include "tests/unit/pki_revocation/support.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

TEST_CASE("a request travels in a path and comes back", "[pki][ocsp]") {
  Bytes request;
  for (int size = 0; size < 260; ++size) {
    const auto path = ocsp_get_path(request);
    CHECK(path.find_first_of("+/=") == std::string::npos);
    CHECK(ocsp_request_in_path(path).value() == request);
    request.push_back(static_cast<std::uint8_t>(size * 37 + 11));
  }
  // RFC 4648 section 10.
  CHECK(ocsp_get_path(bytes_of("foob")) == "Zm9vYg%3D%3D");
  CHECK(ocsp_get_path(bytes_of("fooba")) == "Zm9vYmE%3D");
  CHECK(ocsp_get_path(Bytes{0xfb, 0xff}) == "%2B%2F8%3D");
}

TEST_CASE("paths that clients do not escape, or do not pad, are read too", "[pki][ocsp]") {
  CHECK(ocsp_request_in_path("Zm9vYg==").value() == bytes_of("foob"));
  CHECK(ocsp_request_in_path("Zm9vYg").value() == bytes_of("foob"));
  CHECK(ocsp_request_in_path("+/8=").value() == Bytes{0xfb, 0xff});
  CHECK(ocsp_request_in_path("%2b%2F8%3d").value() == Bytes{0xfb, 0xff});
}

TEST_CASE("paths that hold no base64 are refused", "[pki][ocsp]") {
  for (const auto* path : {"Z", "Zm9vY", "Zm=9", "Zm9v.", "%", "%4", "%zz", "Zm 9"}) {
    INFO(path);
    CHECK(ocsp_request_in_path(path).has_error());
  }
}
