#include "pki/revocation/reason.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

using enum RevocationReason;

constexpr std::array<std::pair<RevocationReason, std::string_view>, 10> words{{
    {unspecified, "unspecified"},
    {key_compromise, "keyCompromise"},
    {ca_compromise, "cACompromise"},
    {affiliation_changed, "affiliationChanged"},
    {superseded, "superseded"},
    {cessation_of_operation, "cessationOfOperation"},
    {certificate_hold, "certificateHold"},
    {remove_from_crl, "removeFromCRL"},
    {privilege_withdrawn, "privilegeWithdrawn"},
    {aa_compromise, "aACompromise"},
}};

}  // namespace

std::string_view to_string(RevocationReason reason) {
  const auto* found =
      std::ranges::find(words, reason, [](const auto& entry) { return entry.first; });
  return found == words.end() ? std::string_view("undefined") : found->second;
}

Result<RevocationReason> parse_revocation_reason(std::string_view text) {
  const auto* found =
      std::ranges::find(words, text, [](const auto& entry) { return entry.second; });
  if (found != words.end()) return found->first;
  return usage_problem(fmt::format("there is no revocation reason \"{}\"", printable(text)), {},
                       suggest(text, revocation_reason_names()));
}

std::vector<std::string_view> revocation_reason_names() {
  std::vector<std::string_view> out;
  for (const auto& [reason, word] : words) out.push_back(word);
  return out;
}

}  // namespace handfast::pki
