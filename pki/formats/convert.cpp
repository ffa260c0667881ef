#include "pki/formats/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "pki/formats/encode.hpp"

namespace handfast::pki {

namespace {

constexpr std::array formats{Format::pem, Format::der, Format::p8,
                             Format::p12, Format::p7b, Format::combined};

/// "1 certificate", "3 certificates".
std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

class Converter {
 public:
  Converter(const std::vector<Credential>& items, const ConvertOptions& options,
            const std::string& where)
      : items_(items), options_(options), where_(where) {
    for (const auto& item : items) {
      if (item.certificate) certificates_.push_back(item.certificate.get());
      if (item.crl) crls_.push_back(item.crl.get());
      if (item.kind == CredentialKind::private_key) keys_.push_back(item.key.get());
    }
  }

  Result<Converted> run() const {
    switch (options_.to) {
      case Format::pem:
        return to_pem();
      case Format::der:
        return to_der();
      case Format::p8:
        return to_p8();
      case Format::p12:
        return options_.trust ? to_trust() : to_p12();
      case Format::p7b:
        return to_p7b();
      case Format::combined:
        return to_combined();
    }
    return internal_problem("an unknown format");
  }

 private:
  static Converted open(std::string_view bytes, std::string summary) {
    return {Secret(bytes), false, std::move(summary)};
  }
  static Converted closed(Secret bytes, std::string summary) {
    return {std::move(bytes), true, std::move(summary)};
  }

  Result<Converted> to_pem() const {
    Converted out;
    for (const auto& item : items_) {
      if (item.kind == CredentialKind::private_key) {
        auto key = encode_key(item.key.get(), Encoding::pem, options_.passphrase);
        if (!key) return key.error();
        out.bytes = Secret{out.bytes.text(), key->text()};
        out.holds_key = true;
        continue;
      }
      auto text = credential_pem(item);
      if (!text) return text.error();
      out.bytes = Secret{out.bytes.text(), *text};
    }
    out.summary = "PEM: " + counted(items_.size(), "object");
    return out;
  }

  Result<Converted> to_der() const {
    if (items_.size() != 1) {
      return usage_problem(fmt::format("DER holds one object, and the input has {}", items_.size()),
                           where_, "take pem, p7b or p12, or give one object");
    }
    const auto& item = items_.front();
    const auto summary = fmt::format("DER: the {}", to_string(item.kind));
    if (item.kind == CredentialKind::private_key) {
      auto key = encode_key(item.key.get(), Encoding::der, options_.passphrase);
      if (!key) return key.error();
      return closed(std::move(*key), summary);
    }
    auto der = credential_der(item);
    if (!der) return der.error();
    return open(*der, summary);
  }

  Result<const EVP_PKEY*> the_key() const {
    if (keys_.size() == 1) return static_cast<const EVP_PKEY*>(keys_.front());
    return usage_problem(fmt::format("{} needs one private key, and the input has {}",
                                     to_string(options_.to), keys_.size()),
                         where_, keys_.empty() ? "give it with --key" : "give the right one only");
  }

  Result<Converted> to_p8() const {
    auto key = the_key();
    if (!key) return key.error();
    auto out = encode_key(*key, encoding(), options_.passphrase);
    if (!out) return out.error();
    return closed(std::move(*out),
                  options_.passphrase == nullptr ? "PKCS#8, not encrypted" : "PKCS#8, encrypted");
  }

  /// The key's certificate and what leads on from it.
  Result<std::vector<X509*>> key_chain(const EVP_PKEY* key, RootPlace usual) const {
    const auto root = options_.root.value_or(usual);
    if (root == RootPlace::first) {
      return usage_problem(fmt::format("{} begins with the leaf", to_string(options_.to)), {},
                           "the root can stand last, or be left out (none)");
    }
    auto chain = chain_of(key, certificates_, where_);
    if (!chain) return chain;
    if (options_.leaf_only) chain->resize(1);
    const bool ends_in_root = chain->size() > 1 && is_self_signed(chain->back());
    if (root == RootPlace::none && ends_in_root) chain->pop_back();
    return chain;
  }

  Result<Converted> to_p12() const {
    if (auto ready = needs_passphrase(); !ready) return ready.error();
    auto key = the_key();
    if (!key) return key.error();
    auto chain = key_chain(*key, RootPlace::last);
    if (!chain) return chain.error();
    auto out = encode_pkcs12({.chain = *chain, .key = *key, .name = options_.name},
                             *options_.passphrase, where_);
    if (!out) return out.error();
    return closed(std::move(*out), fmt::format("PKCS#12: {} and the private key",
                                               counted(chain->size(), "certificate")));
  }

  Result<Converted> to_trust() const {
    if (auto ready = needs_passphrase(); !ready) return ready.error();
    auto anchors = in_order(certificates_, options_.root.value_or(RootPlace::last), where_);
    if (!anchors) return anchors.error();
    auto out = encode_pkcs12_trust(*anchors, *options_.passphrase);
    if (!out) return out.error();
    return open(*out, fmt::format("PKCS#12: {} to trust", counted(anchors->size(), "certificate")));
  }

  Result<Converted> to_p7b() const {
    std::vector<X509*> chain;
    if (!certificates_.empty()) {
      auto ordered = in_order(certificates_, options_.root.value_or(RootPlace::last), where_);
      if (!ordered) return ordered.error();
      chain = std::move(*ordered);
    }
    if (chain.empty() && crls_.empty()) {
      return usage_problem("PKCS#7 takes certificates and CRLs, and the input has none", where_);
    }
    auto out = encode_pkcs7(chain, crls_, encoding());
    if (!out) return out.error();
    return open(*out, fmt::format("PKCS#7: {} and {}", counted(chain.size(), "certificate"),
                                  counted(crls_.size(), "CRL")));
  }

  Result<Converted> to_combined() const {
    auto key = the_key();
    if (!key) return key.error();
    auto chain = key_chain(*key, RootPlace::none);
    if (!chain) return chain.error();
    auto out = encode_combined(*chain, *key, where_, options_.passphrase);
    if (!out) return out.error();
    return closed(std::move(*out), fmt::format("combined PEM: {} and the private key",
                                               counted(chain->size(), "certificate")));
  }

  Result<void> needs_passphrase() const {
    if (options_.passphrase != nullptr) return {};
    return usage_problem("a PKCS#12 file needs a passphrase", {},
                         "say where it is: --out-password env:NAME, file:PATH or fd:N");
  }
  Encoding encoding() const { return options_.der ? Encoding::der : Encoding::pem; }

  const std::vector<Credential>& items_;
  const ConvertOptions& options_;
  const std::string& where_;
  std::vector<X509*> certificates_;
  std::vector<X509_CRL*> crls_;
  std::vector<EVP_PKEY*> keys_;
};

}  // namespace

std::string_view to_string(Format format) {
  switch (format) {
    case Format::pem:
      return "pem";
    case Format::der:
      return "der";
    case Format::p8:
      return "p8";
    case Format::p12:
      return "p12";
    case Format::p7b:
      return "p7b";
    case Format::combined:
      return "combined";
  }
  return "?";
}

const std::vector<std::string>& format_names() {
  static const auto names = [] {
    std::vector<std::string> out;
    for (const auto format : formats) out.emplace_back(to_string(format));
    return out;
  }();
  return names;
}

Result<Format> parse_format(std::string_view text) {
  for (const auto format : formats) {
    if (text == to_string(format)) return format;
  }
  return usage_problem(fmt::format("there is no format \"{}\"", printable(text)), {},
                       "one of: " + join(format_names(), ", "));
}

Result<Converted> convert(const std::vector<Credential>& items, const ConvertOptions& options,
                          const std::string& where) {
  for (const auto& item : items) {
    if (item.kind == CredentialKind::encrypted_key || item.kind == CredentialKind::locked_store) {
      return locked_problem(item.kind, where);
    }
  }
  return Converter(items, options, where).run();
}

}  // namespace handfast::pki
