// What verbs do to a state: revoke a generation, take a hold back.
#include "pki/store/state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/text.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki {

namespace {

/// RFC 5280 section 5.3.1, without removeFromCRL, which is the way back from a hold.
const std::vector<std::string>& reasons() {
  static const std::vector<std::string> words{
      "unspecified",        "keyCompromise",      "cACompromise",
      "affiliationChanged", "superseded",         "cessationOfOperation",
      "certificateHold",    "privilegeWithdrawn", "aACompromise"};
  return words;
}

struct Revocable {
  std::optional<Revocation>* revoked;
  std::string issuer;
};

/// The generation that `name` means. Usage problem with a suggestion when there is none.
Result<Revocable> find_revocable(State& state, std::string_view name) {
  auto parsed = parse_generation_name(name);
  if (!parsed) return parsed.error();
  const auto at = state.entries.find(parsed->entry);
  if (at == state.entries.end()) {
    std::vector<std::string> known;
    for (const auto& [entry, unused] : state.entries) known.push_back(entry);
    return usage_problem(fmt::format("nothing was issued to \"{}\"", printable(parsed->entry)), {},
                         suggest(parsed->entry, known));
  }
  auto& entry = at->second;
  if (parsed->generation == 0 || parsed->generation == entry.generation) {
    return Revocable{&entry.revoked, entry.issuer};
  }
  for (auto& old : entry.old) {
    if (old.generation == parsed->generation) return Revocable{&old.revoked, old.issuer};
  }
  return usage_problem(fmt::format("\"{}\" has no generation {}", at->first, parsed->generation),
                       {}, fmt::format("the current one is {}", entry.generation));
}

}  // namespace

Result<GenerationName> parse_generation_name(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return GenerationName{std::string(text), 0};
  GenerationName out{std::string(text.substr(0, at)), 0};
  const auto digits = text.substr(at + 1);
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), out.generation);
  if (error == std::errc{} && stop == digits.data() + digits.size() && out.generation > 0) {
    return out;
  }
  return usage_problem(fmt::format("\"{}\" names no generation", printable(text)), {},
                       "for example server@2");
}

Result<void> revoke(State& state, std::string_view name, std::string_view reason, WallTime now) {
  if (std::find(reasons().begin(), reasons().end(), reason) == reasons().end()) {
    return usage_problem(fmt::format("unknown reason \"{}\"", printable(reason)), {},
                         suggest(reason, reasons()));
  }
  auto found = find_revocable(state, name);
  if (!found) return found.error();
  if (found->issuer.empty()) {
    return usage_problem(fmt::format("\"{}\" signed itself: nobody can revoke it", printable(name)),
                         {}, "take it out of the bundles that trust it");
  }
  auto& revoked = *found->revoked;
  if (revoked && !revoked->hold()) {
    return usage_problem(fmt::format("\"{}\" was revoked already, on {} ({})", printable(name),
                                     revoked->since.substr(0, 10), revoked->reason));
  }
  if (revoked && reason == "certificateHold") {
    return usage_problem(fmt::format("\"{}\" is on hold already", printable(name)));
  }
  revoked = Revocation{std::string(reason), time_text(now)};
  return {};
}

Result<void> unhold(State& state, std::string_view name) {
  auto found = find_revocable(state, name);
  if (!found) return found.error();
  auto& revoked = *found->revoked;
  if (!revoked) return usage_problem(fmt::format("\"{}\" is not on hold", printable(name)));
  if (!revoked->hold()) {
    return usage_problem(
        fmt::format("\"{}\" is revoked for good ({})", printable(name), revoked->reason), {},
        "only certificateHold can be taken back; renew it instead");
  }
  revoked.reset();
  return {};
}

}  // namespace handfast::pki
