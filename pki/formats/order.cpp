#include "pki/formats/order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/text.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

namespace {

using Index = std::size_t;

std::vector<X509*> without_doubles(const std::vector<X509*>& certificates) {
  std::vector<X509*> out;
  for (auto* certificate : certificates) {
    const auto equal = [certificate](X509* other) { return X509_cmp(other, certificate) == 0; };
    if (std::none_of(out.begin(), out.end(), equal)) out.push_back(certificate);
  }
  return out;
}

/// The issuer of `certificate` among `all`; a self-signed one before a cross certificate of the
/// same authority, so that authorities that cross-signed each other are no circle.
std::optional<Index> issuer_of(const std::vector<X509*>& all, Index certificate) {
  if (is_self_signed(all[certificate])) return std::nullopt;
  std::optional<Index> out;
  for (Index i = 0; i < all.size(); ++i) {
    if (i == certificate || !issued(all[i], all[certificate])) continue;
    if (is_self_signed(all[i])) return i;
    if (!out) out = i;
  }
  return out;
}

std::string subject_of(const X509* certificate) {
  return printable(name_text(X509_get_subject_name(certificate)));
}

/// Indices such that each certificate stands before its issuer; fewer than all when there is a
/// circle. Chains follow one another in the order of their first certificates.
std::vector<Index> subjects_first(const std::vector<std::optional<Index>>& issuer) {
  std::vector<std::size_t> waiting(issuer.size(), 0);  // subjects that are not placed yet
  for (const auto& one : issuer) {
    if (one) ++waiting[*one];
  }
  std::vector<Index> out;
  std::vector<bool> placed(issuer.size(), false);
  for (Index start = 0; start < issuer.size(); ++start) {
    std::optional<Index> at = start;
    while (at && !placed[*at] && waiting[*at] == 0) {
      placed[*at] = true;
      out.push_back(*at);
      at = issuer[*at];
      if (at) --waiting[*at];
    }
  }
  return out;
}

constexpr std::array places{RootPlace::last, RootPlace::none, RootPlace::first};

}  // namespace

std::string_view to_string(RootPlace place) {
  switch (place) {
    case RootPlace::last:
      return "last";
    case RootPlace::none:
      return "none";
    case RootPlace::first:
      return "first";
  }
  return "?";
}

Result<RootPlace> parse_root_place(std::string_view text) {
  std::vector<std::string> words;
  for (const auto place : places) {
    if (text == to_string(place)) return place;
    words.emplace_back(to_string(place));
  }
  return usage_problem(fmt::format("there is no place \"{}\" for the root", printable(text)), {},
                       suggest(text, words));
}

bool issued(X509* issuer, X509* certificate) {
  if (X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(certificate)) != 0) {
    return false;
  }
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  const bool signed_by = key != nullptr && X509_verify(certificate, key) == 1;
  tls::drain_errors();
  return signed_by;
}

bool is_self_signed(X509* certificate) { return issued(certificate, certificate); }

Result<std::vector<X509*>> in_order(const std::vector<X509*>& certificates, RootPlace place,
                                    const std::string& where) {
  const auto all = without_doubles(certificates);
  std::vector<std::optional<Index>> issuer;
  for (Index i = 0; i < all.size(); ++i) issuer.push_back(issuer_of(all, i));
  const auto order = subjects_first(issuer);
  if (order.size() < all.size()) {
    std::vector<std::string> circle;
    for (Index i = 0; i < all.size(); ++i) {
      if (std::find(order.begin(), order.end(), i) == order.end()) {
        circle.push_back(fmt::format("\"{}\"", subject_of(all[i])));
      }
    }
    return environment_problem("these certificates were issued in a circle: " + join(circle, ", "),
                               where, "a chain has to end in a root; leave one of them out");
  }
  std::vector<X509*> out;
  for (const auto index : order) {
    if (place != RootPlace::none || !is_self_signed(all[index])) out.push_back(all[index]);
  }
  if (place == RootPlace::first) std::reverse(out.begin(), out.end());
  if (!out.empty()) return out;
  return environment_problem(all.empty() ? "there is no certificate for the bundle"
                                         : "there are only roots, and the bundle is to be without",
                             where);
}

Result<std::vector<X509*>> chain_of(const EVP_PKEY* key, const std::vector<X509*>& certificates,
                                    const std::string& where) {
  const auto all = without_doubles(certificates);
  const auto leaf =
      std::find_if(all.begin(), all.end(), [key](X509* one) { return belongs_to(one, key); });
  tls::drain_errors();
  if (leaf == all.end()) {
    return environment_problem("certificate and private key do not belong together", where,
                               "compare them with: handfast pki match CERT KEY");
  }
  std::vector<X509*> out;
  std::optional<Index> at = static_cast<Index>(leaf - all.begin());
  while (at && std::find(out.begin(), out.end(), all[*at]) == out.end()) {
    out.push_back(all[*at]);
    at = issuer_of(all, *at);
  }
  return out;
}

}  // namespace handfast::pki
