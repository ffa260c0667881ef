#include "pki/store/detail/outputs.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>

#include <functional>
#include <map>
#include <set>

#include "core/tls/identity.hpp"
#include "pki/formats/encode.hpp"
#include "pki/mint/request.hpp"
#include "pki/store/detail/encodings.hpp"

namespace handfast::pki::detail {

namespace {

using Maker = std::function<Result<std::string>()>;

class Outputs {
 public:
  Outputs(const Target& target, const Issuing& issuing, Folder& folder, EntryState& state)
      : target_(target), issuing_(issuing), folder_(folder), state_(state) {}

  Result<void> write();

 private:
  std::string chain() const;
  Result<void> put(const std::string& file, const std::string& text);
  Result<void> put_derived(const std::string& file, const std::string& from, mode_t mode,
                           const Maker& make);
  bool is_own_request(const std::string& text) const;
  Result<void> write_combined();
  Result<std::string> make_request_text();
  Result<std::string> make_pkcs12_text();
  std::string from(std::string_view form) const;
  mode_t key_mode() const { return static_cast<mode_t>(target_.files.key_mode); }

  const Target& target_;
  const Issuing& issuing_;
  Folder& folder_;
  EntryState& state_;
};

Result<void> Outputs::write() {
  const auto& files = target_.files;
  const auto der = [this]() -> std::string {
    const auto* certificate = issuing_.certificate(target_.name);
    const auto bytes = certificate != nullptr ? tls::to_der(certificate) : Bytes{};
    return {bytes.begin(), bytes.end()};
  };
  if (!files.chain.empty()) {
    if (auto put = this->put(files.chain, chain()); !put) return put;
  }
  if (!files.intermediates.empty()) {
    if (auto put = this->put(files.intermediates, issuing_.intermediates_pem(target_.issuer)); !put)
      return put;
  }
  if (!files.anchor.empty()) {
    const auto& anchor = issuing_.anchor_pem(target_.name, target_.issuer);
    if (auto put = this->put(files.anchor, anchor); !put) return put;
  }
  if (!files.der.empty()) {
    if (auto put = this->put(files.der, der()); !put) return put;
  }
  if (!files.pkcs7.empty()) {
    auto all = issuing_.intermediates(target_.issuer);
    all.insert(all.begin(), issuing_.certificate(target_.name));
    auto text = encode_pkcs7(all, {}, Encoding::pem);
    if (!text) return text.error();
    if (auto put = this->put(files.pkcs7, *text); !put) return put;
  }
  if (!files.combined.empty()) {
    if (auto put = write_combined(); !put) return put;
  }
  if (!files.request.empty()) {
    auto put =
        put_derived(files.request, from("request"), static_cast<mode_t>(files.certificate_mode),
                    [this] { return make_request_text(); });
    if (!put) return put;
  }
  if (files.pkcs12.empty()) return {};
  return put_derived(files.pkcs12, from("p12"), key_mode(), [this] { return make_pkcs12_text(); });
}

std::string Outputs::chain() const {
  const auto& own = issuing_.pem(target_.name);
  if (target_.fault != nullptr && target_.fault->leaf_only) return own;
  if (!state_.chain.empty()) return state_.chain;
  return own + issuing_.intermediates_pem(target_.issuer);
}

Result<void> Outputs::put(const std::string& file, const std::string& text) {
  return folder_.put(file, text, static_cast<mode_t>(target_.files.certificate_mode));
}

/// What a file was made of: it is made again when that changed.
std::string Outputs::from(std::string_view form) const {
  // A renewed certificate needs no new request: it says the same for the same key.
  return digest_text(form == "request" ? fmt::format("{}\n{}\n{}", form, state_.spec, state_.key)
                                       : fmt::format("{}\n{}\n{}", form, chain(), state_.key));
}

/// Salts and signatures make these files differ each time, so the state remembers them.
Result<void> Outputs::put_derived(const std::string& file, const std::string& from, mode_t mode,
                                  const Maker& make) {
  auto current = folder_.read(file);
  if (!current) return current.error();
  const auto known = state_.derived.find(file);
  const bool fits = *current && known != state_.derived.end() && known->second.from == from &&
                    known->second.digest == digest_text(**current);
  if (fits || (*current && known == state_.derived.end() && is_own_request(**current))) {
    state_.derived[file] = {from, digest_text(**current)};
    folder_.kept(file);
    return {};
  }
  auto text = make();
  if (!text) return text.error();
  state_.derived[file] = {from, digest_text(*text)};
  auto put = folder_.put(file, *text, mode);
  OPENSSL_cleanse(text->data(), text->size());
  return put;
}

/// A request for our key that the state does not know: it may be waiting at some authority, so it
/// stays.
bool Outputs::is_own_request(const std::string& text) const {
  const tls::BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const RequestPtr request(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
  const auto* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
  tls::drain_errors();
  return key != nullptr && public_key_digest(key) == state_.key;
}

Result<void> Outputs::write_combined() {
  auto key = issuing_.key_file_text(target_.name);
  if (!key) return key.error();
  auto text = chain() + *key;
  OPENSSL_cleanse(key->data(), key->size());
  auto put = folder_.put(target_.files.combined, text, key_mode());
  OPENSSL_cleanse(text.data(), text.size());
  return put;
}

Result<std::string> Outputs::make_request_text() {
  auto key = issuing_.key(target_.name);
  if (!key) return key.error();
  RequestSpec spec;
  spec.subject = target_.request.subject;
  spec.names = target_.request.names;
  spec.usages = target_.request.profile.usages;
  spec.ca = target_.request.profile.ca;
  spec.signature.hash = target_.request.signature.hash;
  auto request = make_request(spec, *key);
  if (!request) return request.error();
  return request_pem(request->get());
}

Result<std::string> Outputs::make_pkcs12_text() {
  auto key = issuing_.key(target_.name);
  if (!key) return key.error();
  auto all = issuing_.intermediates(target_.issuer);
  all.insert(all.begin(), issuing_.certificate(target_.name));
  return pkcs12_of(target_.name, all, *key, target_.pkcs12_password);
}

/// "9d66eef0.0".
bool is_hashed_name(std::string_view name) {
  const auto digits = name.substr(0, 8);
  return name.size() > 9 && name[8] == '.' &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         name.substr(9).find_first_not_of("0123456789") == std::string_view::npos;
}

/// Names of files as `openssl rehash` gives them: the subject's hash, numbered from 0.
Result<void> write_hashed(const Bundle& bundle, const Issuing& issuing, Folder& folder) {
  std::map<unsigned long, int> used;
  std::set<std::string> wanted;
  for (const auto& name : bundle.of) {
    int good = 0;
    const auto hash = X509_NAME_hash_ex(X509_get_subject_name(issuing.certificate(name)), nullptr,
                                        nullptr, &good);
    if (good != 1) {
      return tls::openssl_problem(ProblemKind::internal,
                                  fmt::format("cannot hash the subject of \"{}\"", name));
    }
    const auto file = fmt::format("{}/{:08x}.{}", bundle.file, hash, used[hash]++);
    if (auto put = folder.put(file, issuing.pem(name)); !put) return put;
    wanted.insert(file);
  }
  // An anchor that is trusted no longer must not stay in the folder.
  for (const auto& file : folder.files_in(bundle.file)) {
    if (!wanted.contains(file) && is_hashed_name(file.substr(bundle.file.size() + 1))) {
      folder.promote(file, "archive/" + file);
    }
  }
  return {};
}

}  // namespace

Result<void> write_outputs(const Target& target, const Issuing& issuing, Folder& folder,
                           EntryState& state) {
  return Outputs(target, issuing, folder, state).write();
}

Result<void> write_bundle(const Bundle& bundle, const Issuing& issuing, Folder& folder) {
  if (bundle.form == BundleForm::rehash) return write_hashed(bundle, issuing, folder);
  if (bundle.form == BundleForm::p7b) {
    std::vector<X509*> all;
    for (const auto& name : bundle.of) all.push_back(issuing.certificate(name));
    auto text = encode_pkcs7(all, {}, Encoding::pem);
    if (!text) return text.error();
    return folder.put(bundle.file, *text);
  }
  std::string text;
  for (const auto& name : bundle.of) text += issuing.pem(name);
  return folder.put(bundle.file, text);
}

}  // namespace handfast::pki::detail
