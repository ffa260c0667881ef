// The rows of the conformance catalogue as the specification has them: metadata that lives once.
// What a build can play is a CheckSpec (check.hpp); `handfast list checks`, `handfast explain` and
// docs/checks.md show these.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace handfast::check {

/// How much a contrary outcome weighs: fail, warn, recorded only, our own error.
enum class Level { must, should, may, self };
std::string_view to_string(Level level);

struct Row {
  std::string_view id;       ///< stable, kebab-case: "client-cert-expired"
  std::string_view section;  ///< "A4"
  std::string_view group;    ///< "client-chain": what `--group` names
  Level level = Level::must;
  /// Where the level holds only under a condition, that condition ("mtls.depth"), or what another
  /// part of the row weighs; empty: nothing.
  std::string_view condition;
  bool core = false;           ///< part of the core set
  bool slow = false;           ///< waits for deadlines of the broker: only with --slow
  std::string_view title;      ///< one sentence: what a correct broker does
  std::string_view sent;       ///< what is put on the wire
  std::string_view expect;     ///< "reject"
  std::string_view reference;  ///< "RFC 5280 section 4.1.2.5"
  std::string_view alerts;     ///< as the catalogue writes them, "45 {42,46}"; empty: none
  std::string_view needs;      ///< profile and capabilities, "mtls"
  std::string_view note;       ///< what else a reader should know; may be empty
  /// Why this build cannot play the row, one sentence; empty when it can.
  std::string_view unbuilt;
};

/// All rows of groups A to F in the order of the catalogue.
std::span<const Row> rows();
/// nullptr when there is none of that id.
const Row* find_row(std::string_view id);

}  // namespace handfast::check
