#include "pki/store/detail/found.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>

#include "core/tls/identity.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "pki/store/detail/encodings.hpp"

namespace handfast::pki::detail {

namespace {

Problem wrong_type(const Target& target, const std::string& held, const std::string& hint) {
  return usage_problem(fmt::format("\"{}\" asks for a {} key, but {} holds {}", target.name,
                                   key_title(target.key), target.files.key, held),
                       target.where, hint);
}

Problem mismatch(const Target& target, const Folder& folder) {
  return environment_problem(
      fmt::format("{} and {} do not belong together", target.files.key, target.files.certificate),
      folder.path(target.files.key).string(),
      fmt::format("bring the old key back, or make a new one with: handfast pki rekey {}",
                  target.name));
}

/// Compares with the state; reads the key itself only when the file changed.
Result<void> compare_key(const Target& target, const Folder& folder, const std::string& text,
                         EntryState& known, bool rekey, Found& found) {
  const auto held = parse_key_type(known.key_type);
  if (held && *held != target.key && !rekey) {
    return wrong_type(target, key_title(*held),
                      fmt::format("keys are never replaced by apply; make a new one with: "
                                  "handfast pki rekey {}",
                                  target.name));
  }
  if (found.key_digest == known.key_file) return {};
  auto key = unlock_key(text, folder.path(target.files.key).string(), target.password);
  if (!key) return key.error();
  if (public_key_digest(key->get()) != known.key) return mismatch(target, folder);
  known.key_file = found.key_digest;
  found.key = std::move(*key);
  return {};
}

/// A key that the state does not know is used when it is of the right type.
Result<void> take_key(const Target& target, const Folder& folder, const std::string& text,
                      Found& found) {
  auto key = unlock_key(text, folder.path(target.files.key).string(), target.password);
  if (!key) return key.error();
  if (!is_of_type(key->get(), target.key)) {
    return wrong_type(target, describe_key(key->get()),
                      "keys are never replaced; move the file away to have a new one made");
  }
  found.key = std::move(*key);
  return {};
}

/// A rekey that was killed between the state and the key file left the key in `staged`.
Result<std::optional<std::string>> read_key(const Target& target, const Folder& folder,
                                            const EntryState* known, Found& found) {
  auto text = folder.read(target.files.key);
  if (!text || known == nullptr) return text;
  if (*text && digest_text(**text) == known->key_file) return text;
  const auto staged = staged_file(target.name, known->generation);
  auto waiting = folder.read(staged);
  if (!waiting) return waiting;
  if (!*waiting || digest_text(**waiting) != known->key_file) return text;
  found.staged = staged;
  return waiting;
}

Result<void> look_at_key(const Target& target, const Folder& folder, EntryState* known, bool rekey,
                         Found& found) {
  if (target.files.key.empty()) return {};
  auto text = read_key(target, folder, known, found);
  if (!text) return text.error();
  if (!*text) return {};
  found.has_key = true;
  found.key_digest = digest_text(**text);
  auto done = known != nullptr ? compare_key(target, folder, **text, *known, rekey, found)
                               : take_key(target, folder, **text, found);
  OPENSSL_cleanse((*text)->data(), (*text)->size());
  return done;
}

/// A certificate that the state does not know is ours all the same when our issuer signed it for
/// our key.
bool fits(const Target& target, X509* certificate, const Folder& folder, Found& found,
          const SignerOf& signer_of) {
  if (found.has_key && !found.key) {
    const auto text = folder.read(target.files.key);
    if (!text || !*text) return false;
    auto key = unlock_key(**text, target.files.key, target.password);
    if (!key) return false;
    found.key = std::move(*key);
  }
  if (found.key && !belongs_to(certificate, found.key.get())) return false;
  X509* signer = signer_of(target);
  const bool signed_by_issuer =
      X509_verify(certificate, X509_get0_pubkey(signer != nullptr ? signer : certificate)) == 1;
  tls::drain_errors();
  return signed_by_issuer;
}

bool is_old(const EntryState& known, const std::string& certificate) {
  return std::any_of(known.old.begin(), known.old.end(),
                     [&](const OldGeneration& old) { return old.certificate == certificate; });
}

Problem foreign(const Target& target, const std::string& file) {
  return environment_problem(
      fmt::format("this certificate is not the one that apply made for \"{}\"", target.name), file,
      "move the file away to have it made again");
}

Result<void> look_at_certificate(const Target& target, const Folder& folder,
                                 const EntryState* known, const SignerOf& signer_of, Found& found) {
  auto text = folder.read(target.files.certificate);
  if (!text) return text.error();
  if (!*text) {
    found.restore = known != nullptr;
    return {};
  }
  const bool with_chain = target.files.certificate == target.files.chain;
  if (known != nullptr && (with_chain ? (*text)->starts_with(known->pem) : **text == known->pem)) {
    return {};
  }
  const auto file = folder.path(target.files.certificate).string();
  auto certificates = tls::parse_certificates(**text, file);
  if (target.fault != nullptr) {
    // Bytes that are wrong on purpose prove nothing about who made them.
    if (known == nullptr) return foreign(target, file);
    found.restore = true;
    return {};
  }
  if (!certificates) return certificates.error();
  if (certificates->size() != 1 && !with_chain) {
    return environment_problem(
        fmt::format("expected one certificate, found {}", certificates->size()), file,
        "move the file away to have it made again");
  }
  auto& certificate = certificates->front();
  const auto digest = fingerprint(certificate.get());
  if (known != nullptr && (digest == known->certificate || is_old(*known, digest))) {
    found.restore = true;
    return {};
  }
  if (!fits(target, certificate.get(), folder, found, signer_of)) return foreign(target, file);
  found.adopted = std::move(certificate);
  return {};
}

/// The value of an extension; empty when it is not there.
std::string extension_value(X509* certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  if (at < 0) return {};
  const auto* data = X509_EXTENSION_get_data(X509_get_ext(certificate, at));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(data)),
          static_cast<std::size_t>(ASN1_STRING_length(data))};
}

}  // namespace

std::string staged_file(const std::string& name, std::uint64_t generation) {
  return fmt::format("staged/{}@{}.key", name, generation);
}

Result<Found> look(const Target& target, const Folder& folder, EntryState* known, bool rekey,
                   const SignerOf& signer_of) {
  Found found;
  if (auto looked = look_at_key(target, folder, known, rekey, found); !looked) {
    return looked.error();
  }
  if (auto looked = look_at_certificate(target, folder, known, signer_of, found); !looked) {
    return looked.error();
  }
  return found;
}

bool says_what_is_asked(X509* certificate, const Target& target) {
  // What a new one would say is seen best on a new one; who signs it does not matter here.
  auto key = make_key(KeyType::p256);
  if (!key) return false;
  auto spec = target.request;
  spec.period = period_of(certificate);
  spec.signature = {};
  const auto sample = issue(spec, X509_get0_pubkey(certificate), {certificate, key->get()});
  tls::drain_errors();
  if (!sample || X509_NAME_cmp(X509_get_subject_name(sample->get()),
                               X509_get_subject_name(certificate)) != 0) {
    return false;
  }
  constexpr std::array<int, 6> nids{NID_basic_constraints, NID_key_usage,
                                    NID_ext_key_usage,     NID_subject_alt_name,
                                    NID_name_constraints,  NID_crl_distribution_points};
  return std::all_of(nids.begin(), nids.end(), [&](int nid) {
    return extension_value(certificate, nid) == extension_value(sample->get(), nid);
  });
}

}  // namespace handfast::pki::detail
