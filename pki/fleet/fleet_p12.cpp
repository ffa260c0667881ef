#include "pki/fleet/fleet_p12.hpp"

#include <fmt/format.h>
#include <openssl/pkcs12.h>

#include <memory>
#include <system_error>
#include <utility>

#include "pki/fleet/fleet_files.hpp"
#include "pki/mint/key_bytes.hpp"

namespace handfast::pki {

namespace {

using P12Ptr = tls::OpensslPtr<PKCS12, PKCS12_free>;

struct StackDeleter {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using StackPtr = std::unique_ptr<STACK_OF(X509), StackDeleter>;

tls::CertificatePtr certificate_of(const Bytes& der) {
  const unsigned char* position = der.data();
  return tls::CertificatePtr(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
}

}  // namespace

Result<FleetP12Writer> FleetP12Writer::create(const std::filesystem::path& folder,
                                              const FleetFacts& facts, std::string password) {
  if (password.empty()) {
    return usage_problem("PKCS#12 files need a password", folder.string(),
                         "name a variable of the environment: --password env:P12_PASS");
  }
  std::error_code error;
  if (std::filesystem::exists(folder, error)) {
    return environment_problem("the fleet is there already", folder.string(),
                               "keys are never overwritten; move it away first");
  }
  auto made = detail::NewFolder::create(folder);
  if (!made) return made.error();
  return FleetP12Writer(std::move(*made), facts, std::move(password));
}

Result<void> FleetP12Writer::add(const MintedIdentity& member) {
  const auto key = decode_key(member.key, facts_.key);
  if (!key) return key.error();
  const auto leaf = certificate_of(member.certificate);
  const StackPtr chain(sk_X509_new_null());
  const bool rogue = member.kind == FleetMember::rogue;
  for (const auto& der : rogue ? facts_.rogue_chain : facts_.chain) {
    auto certificate = certificate_of(der);
    if (certificate) sk_X509_push(chain.get(), certificate.release());
  }
  const auto name = member_file(count_, facts_.count);
  const P12Ptr p12(leaf ? PKCS12_create(password_.c_str(), name.c_str(), key->get(), leaf.get(),
                                        chain.get(), 0, 0, 0, 0, 0)
                        : nullptr);
  unsigned char* der = nullptr;
  const int size = p12 ? i2d_PKCS12(p12.get(), &der) : 0;
  if (size <= 0) {
    return tls::openssl_problem(ProblemKind::internal,
                                fmt::format("cannot make the PKCS#12 file of member {}", count_));
  }
  auto written = folder_.put(name + ".p12", {der, static_cast<std::size_t>(size)}, 0600);
  OPENSSL_free(der);
  ++count_;
  return written;
}

}  // namespace handfast::pki
