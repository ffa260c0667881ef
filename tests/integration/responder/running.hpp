// A running responder with the lab's files beside it, and programs that ask it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/responder/responder.hpp"
#include "pki/revocation/crl.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"
#include "tests/support/revocation_lab.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::responder::test {

using namespace std::chrono_literals;
using handfast::test::Program;
using handfast::test::revocation_lab;
using handfast::test::TempDirectory;

inline WallTime now_s() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs a program to its end; one that is not installed fails the test.
inline Finished run(const std::vector<std::string>& words) {
  const TempDirectory folder;
  Program program(words, folder.path());
  const int code = program.wait(60s);
  return {code, program.out(), program.err()};
}

/// root.pem and the leaves' files.
struct LabFiles {
  TempDirectory folder;
  std::string root = put("root", revocation_lab().root);
  std::string good = put("good", revocation_lab().good);
  std::string revoked = put("revoked", revocation_lab().revoked);
  std::string held = put("held", revocation_lab().held);
  std::string unknown = put("unknown", revocation_lab().unknown);
  std::string delegate = put("delegate", revocation_lab().delegate);

  std::string put(const std::string& name, const handfast::test::LabCertificate& what) const {
    folder.write(name + ".key", handfast::test::pem_of(what.key.get()), 0600);
    return folder.write(name + ".pem", handfast::test::pem_of(what.certificate.get())).string();
  }
};

inline pki::CrlContent lab_crl_content() {
  return {.entries = revocation_lab().entries(now_s()),
          .this_update = now_s() - 1h,
          .next_update = now_s() + 7 * 24h,
          .number = 3,
          .scope = pki::DistributionScope{.uris = {handfast::test::lab_crl_url}}};
}
inline Bytes lab_crl(pki::CrlVariant variant = pki::CrlVariant::none) {
  const auto& root = revocation_lab().root;
  return pki::make_crl(lab_crl_content(), root.certificate.get(), root.key.get(), variant).value();
}

/// OCSP at /ocsp, a CRL at /lab.crl with a stale one behind it, the CA's certificate at /root.cer.
struct Running {
  LabFiles files;
  std::unique_ptr<Responder> responder = std::move(Responder::start({})).value();

  explicit Running(bool delegated = false, const pki::OcspOptions& options = {}) {
    auto& site = responder->site();
    REQUIRE(site.put_ocsp("/ocsp", std::make_shared<const pki::OcspResponder>(
                                       revocation_lab().responder(now_s(), delegated, options))));
    REQUIRE(site.put_crl("/lab.crl", lab_crl(), lab_crl(pki::CrlVariant::stale)));
    REQUIRE(site.put_certificate("/root.cer", Bytes{0x30, 0x00}));
  }
  std::string url(const std::string& path = "/ocsp") const { return responder->url(path); }
};

}  // namespace handfast::responder::test
