// Certificates of peers that are parsed once: the same bytes, and nothing but the same bytes, give
// the same certificate.
#include "core/tls/certificate_cache.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

/// Parses as libssl does: into a certificate that exists already.
CertificatePtr parse(const Bytes& der) {
  X509* certificate = X509_new();
  const unsigned char* at = der.data();
  if (d2i_X509(&certificate, &at, static_cast<long>(der.size())) != nullptr)
    CHECK(at == der.data() + der.size());
  return CertificatePtr(certificate);
}

Bytes server_der() { return to_der(test_pki().server.certificate.get()); }

Facts connect(Engine& engine, const MemoryServer& server) {
  auto client = engine.make_client({.host = "localhost"}).value();
  auto peer = server.next();
  Output out;
  client->start(out);
  exchange(*client, peer, out);
  CHECK(has_event(out, EventKind::handshake_done));
  return client->facts();
}

}  // namespace

TEST_CASE("libssl of this program parses through the cache", "[tls]") {
  CertificateCache cache;
  CHECK(cache.reached());
  CHECK(cache.misses() == 0);  // the trial does not count
}

TEST_CASE("equal bytes give the certificate that was parsed before, one flipped byte does not",
          "[tls]") {
  CertificateCache cache;
  const CertificateCache::Use use(&cache);
  const auto der = server_der();
  const auto first = parse(der);
  CHECK(parse(der).get() == first.get());
  CHECK(cache.hits() == 1);

  auto flipped = der;
  flipped.back() ^= 1;  // in the signature: still a certificate, but another one
  const auto other = parse(flipped);
  CHECK(other.get() != first.get());
  CHECK(to_der(other.get()) == flipped);
  CHECK(cache.hits() == 1);
  CHECK(cache.misses() == 2);
}

TEST_CASE("bytes behind a certificate are parsed each time, and left for the caller to refuse",
          "[tls]") {
  CertificateCache cache;
  const CertificateCache::Use use(&cache);
  auto der = server_der();
  der.push_back(0);
  for (int i = 0; i < 2; ++i) {
    CertificatePtr owned(X509_new());
    X509* certificate = owned.get();
    const unsigned char* at = der.data();
    REQUIRE(d2i_X509(&certificate, &at, static_cast<long>(der.size())) != nullptr);
    CHECK(at == der.data() + der.size() - 1);
  }
  CHECK(cache.hits() == 0);
}

TEST_CASE("without a Use, and for callers that want a new certificate, nothing is cached",
          "[tls]") {
  CertificateCache cache;
  const auto der = server_der();
  {
    const CertificateCache::Use use(&cache);
  }
  const auto first = parse(der);
  CHECK(parse(der).get() != first.get());

  const CertificateCache::Use use(&cache);
  const unsigned char* at = der.data();
  const CertificatePtr fresh(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  REQUIRE(fresh);
  CHECK(cache.hits() + cache.misses() == 0);
}

TEST_CASE("a full cache starts again and stays right", "[tls]") {
  CertificateCache cache;
  const CertificateCache::Use use(&cache);
  const auto der = server_der();
  for (std::size_t i = 0; i <= CertificateCache::capacity; ++i) {
    auto other = der;
    other[other.size() - 1] ^= static_cast<std::uint8_t>(i);
    other[other.size() - 2] ^= static_cast<std::uint8_t>(i >> 8);
    CHECK(to_der(parse(other).get()) == other);
  }
  CHECK(cache.misses() == CertificateCache::capacity + 1);
  CHECK(to_der(parse(der).get()) == der);
}

TEST_CASE("an engine with the cache parses a server's chain once, one without it every time",
          "[tls]") {
  const bool cached = GENERATE(true, false);
  auto engine =
      make_libssl_engine({.trust = test_pki().trust(), .certificate_cache = cached}).value();
  const MemoryServer server({.identity = test_pki().server_identity()});
  CHECK_FALSE(connect(*engine, server).certificates_cached);
  const auto second = connect(*engine, server);
  CHECK(second.certificates_cached == cached);
  CHECK(second.verify_code == X509_V_OK);
  const auto trick = engine->tricks().front();
  CHECK(trick.on == cached);
  CHECK(trick.hits == (cached ? 2 : 0));  // leaf and intermediate
  CHECK(trick.misses == (cached ? 2 : 0));
}
