// What happens to broker and PKI while the fleets run, as a scenario says it (docs/timeline.md).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/clock.hpp"

namespace handfast::scenario {

enum class BrokerAction : std::uint8_t {
  restart,  ///< stopped and started on the same ports, its state kept
  reload,   ///< reads its certificates again; connections stay
  stop,
  start,
};
inline constexpr std::array broker_actions{BrokerAction::restart, BrokerAction::reload,
                                           BrokerAction::stop, BrokerAction::start};

/// Named after the verbs of `handfast pki`; swap is ours alone.
enum class PkiVerb : std::uint8_t {
  revoke,  ///< and writes the CRLs
  unhold,  ///< takes certificateHold back, and writes the CRLs
  renew,   ///< a new certificate for the old key
  rekey,   ///< a new key as well
  crl,     ///< writes CRLs anew although nothing changed
  swap,    ///< the broker's files get the contents of another entry's
};
inline constexpr std::array pki_verbs{PkiVerb::revoke, PkiVerb::unhold, PkiVerb::renew,
                                      PkiVerb::rekey,  PkiVerb::crl,    PkiVerb::swap};

/// "server", "server@2" or "devices[0..99]".
struct PkiName {
  std::string entry;                     ///< with its generation
  std::optional<std::uint64_t> first{};  ///< of a fleet's members
  std::optional<std::uint64_t> last{};   ///< included; set with `first`
};

struct PkiAction {
  PkiVerb verb = PkiVerb::revoke;
  std::vector<PkiName> names;  ///< of every verb but swap
  /// Of swap: what the broker was given ("server", "root"), and what stands there afterwards.
  std::vector<std::pair<std::string, std::string>> swaps;
  std::string reason = "unspecified";  ///< of revoke, as RFC 5280 section 5.3.1 spells it
  std::optional<Nanos> valid;          ///< of renew, rekey and crl; empty: what the manifest says
  bool yes_authority = false;          ///< of rekey: an authority, all that it issued is reissued
};

struct TimelineEvent {
  Nanos at{};  ///< from the begin of the load, its warm-up included
  std::variant<BrokerAction, PkiAction> action;
};
using Timeline = std::vector<TimelineEvent>;  ///< in the order of time

std::string_view to_string(BrokerAction action);
std::string_view to_string(PkiVerb verb);
std::string to_string(const PkiName& name);

/// The CRLs of the PKI matter to what `timeline` does.
bool changes_crls(const Timeline& timeline);
/// It changes files that the broker reads.
bool changes_pki(const Timeline& timeline);

/// "broker" or "pki".
std::string_view subject_of(const TimelineEvent& event);
/// The action in one word: "restart", "revoke".
std::string_view verb_of(const TimelineEvent& event);
/// "broker restart", "pki revoke devices[0..99]", "pki swap server: server-new".
std::string describe(const TimelineEvent& event);

/// The section "timeline" of a resolved scenario; empty for an empty one.
std::string timeline_section(const Timeline& timeline);

}  // namespace handfast::scenario
