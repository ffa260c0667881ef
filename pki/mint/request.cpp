#include "pki/mint/request.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "pki/mint/detail/extensions.hpp"
#include "pki/mint/detail/naming.hpp"

namespace handfast::pki {

namespace {

void free_extensions(STACK_OF(X509_EXTENSION) * list) {
  sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
}
using ExtensionsPtr = tls::OpensslPtr<STACK_OF(X509_EXTENSION), free_extensions>;

Problem request_problem(const RequestSpec& spec) {
  return tls::openssl_problem(
      ProblemKind::internal,
      fmt::format("cannot make a certificate request for \"{}\"", to_string(spec.subject)));
}

ExtensionsPtr extensions_of(const RequestSpec& spec, bool can_encipher) {
  ExtensionsPtr out(sk_X509_EXTENSION_new_null());
  const auto push = [&out](detail::ExtensionPtr extension) {
    if (extension) sk_X509_EXTENSION_push(out.get(), extension.release());
  };
  auto key_usages = spec.usages.key;
  if (!can_encipher) key_usages.remove(KeyUsage::key_encipherment);
  if (spec.ca) push(detail::basic_constraints(true, {}));
  if (!key_usages.empty()) push(detail::key_usage(key_usages));
  if (!spec.usages.extended.empty()) push(detail::extended_key_usage(spec.usages.extended));
  if (!spec.names.empty()) push(detail::alt_names(spec.names, spec.subject.empty()));
  return out;
}

/// The requested extensions on a certificate of their own, where the readers of certificates can
/// look at them.
tls::CertificatePtr carrier_of(const X509_REQ* request) {
  tls::CertificatePtr carrier(X509_new());
  // The function reads only; OpenSSL 3.0 lacks the const.
  const ExtensionsPtr asked(X509_REQ_get_extensions(const_cast<X509_REQ*>(request)));
  for (int i = 0; asked && i < sk_X509_EXTENSION_num(asked.get()); ++i) {
    X509_add_ext(carrier.get(), sk_X509_EXTENSION_value(asked.get(), i), -1);
  }
  return carrier;
}

std::string extension_name(const X509_EXTENSION* extension) {
  const auto* object = X509_EXTENSION_get_object(const_cast<X509_EXTENSION*>(extension));
  const int nid = OBJ_obj2nid(object);
  if (nid != NID_undef) return OBJ_nid2sn(nid);
  std::array<char, 128> text{};
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return text.data();
}

bool replace_extension(X509* certificate, X509_EXTENSION* extension) {
  const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  if (at >= 0) X509_EXTENSION_free(X509_delete_ext(certificate, at));
  return X509_add_ext(certificate, extension, -1) == 1;
}

/// Sorts every usage and extension of the request into kept, dropped and added.
void account(const X509* carrier, const Usages& asked, const X509* issued, SignedRequest& out) {
  const auto granted = usages_of(issued);
  const auto diff = compare(asked, granted);
  for (const auto usage : asked.key.list()) {
    if (granted.key.has(usage)) out.kept.emplace_back(to_string(usage));
  }
  for (const auto& usage : asked.extended) {
    if (granted.has_extended(usage)) out.kept.push_back(usage);
  }
  out.dropped = diff.dropped;
  out.added = diff.added;
  for (int i = 0; i < X509_get_ext_count(carrier); ++i) {
    auto* extension = X509_get_ext(carrier, i);
    const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    if (nid == NID_key_usage || nid == NID_ext_key_usage) continue;
    const int at = X509_get_ext_by_NID(issued, nid, -1);
    const bool same = nid != NID_undef && at >= 0 &&
                      ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(extension),
                                            X509_EXTENSION_get_data(X509_get_ext(issued, at))) == 0;
    (same ? out.kept : out.dropped).push_back(extension_name(extension));
  }
}

}  // namespace

Result<RequestPtr> make_request(const RequestSpec& spec, EVP_PKEY* key) {
  RequestPtr request(X509_REQ_new());
  const auto subject = detail::make_name(spec.subject);
  const auto extensions = extensions_of(spec, EVP_PKEY_is_a(key, "RSA") == 1);
  const auto context = signing_context(key, spec.signature);
  if (!context) return context.error();
  const bool made = subject && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                    X509_REQ_set_subject_name(request.get(), subject.get()) == 1 &&
                    X509_REQ_set_pubkey(request.get(), key) == 1 &&
                    (sk_X509_EXTENSION_num(extensions.get()) == 0 ||
                     X509_REQ_add_extensions(request.get(), extensions.get()) == 1) &&
                    X509_REQ_sign_ctx(request.get(), context->get()) != 0;
  if (!made) return request_problem(spec);
  return request;
}

Result<void> check_possession(X509_REQ* request) {
  auto* key = X509_REQ_get0_pubkey(request);
  const bool good = key != nullptr && X509_REQ_verify(request, key) == 1;
  tls::drain_errors();
  if (good) return {};
  return usage_problem("the request's signature is not by the key in it", {},
                       "whoever made it did not prove to have the private key: ask for a new one");
}

Usages usages_of(const X509_REQ* request) { return usages_of(carrier_of(request).get()); }

std::string request_pem(const X509_REQ* request) {
  tls::BioPtr out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509_REQ(out.get(), request) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Result<CopyPart> parse_copy_part(std::string_view text) {
  if (text == "san") return CopyPart::san;
  if (text == "usages") return CopyPart::usages;
  return usage_problem(fmt::format("\"{}\" cannot be copied from a request", printable(text)), {},
                       "san and usages can");
}

Result<SignedRequest> sign_request(X509_REQ* request, CertificateSpec spec,
                                   const std::set<CopyPart>& copy, const Issuer& issuer) {
  if (auto checked = check_possession(request); !checked) return checked.error();
  auto carrier = carrier_of(request);
  const auto asked = usages_of(carrier.get());
  if (copy.contains(CopyPart::usages)) spec.profile.usages = grant(spec.profile, asked);

  const auto* subject = X509_REQ_get_subject_name(request);
  const int san = X509_get_ext_by_NID(carrier.get(), NID_subject_alt_name, -1);
  const bool copy_san = copy.contains(CopyPart::san) && san >= 0;
  if (copy_san) spec.names.clear();
  IssueOptions options;
  options.before_signing = [&](X509* certificate) {
    const bool named =
        X509_NAME_entry_count(subject) == 0 || X509_set_subject_name(certificate, subject) == 1;
    return named && (!copy_san || replace_extension(certificate, X509_get_ext(carrier.get(), san)));
  };
  auto issued = issue(spec, X509_REQ_get0_pubkey(request), issuer, options);
  if (!issued) return issued.error();
  SignedRequest out{std::move(*issued), {}, {}, {}};
  account(carrier.get(), asked, out.certificate.get(), out);
  return out;
}

}  // namespace handfast::pki
