// The rows of the conformance catalogue as the specification has them: metadata that lives once.
// What a build can play is a CheckSpec (check.hpp); `handfast list checks`, `handfast explain` and
// docs/checks.md show these.
#pragma once

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
  /// What limits the level, to be read behind it: "if mtls.depth is declared", "under TLS 1.2;
  /// should under TLS 1.3"; empty: nothing. Of several levels `level` is the strongest.
  std::string_view condition;
  bool core = false;           ///< part of the core set
  bool slow = false;           ///< waits for deadlines of the broker: only with --slow
  std::string_view title;      ///< one sentence: what a correct broker does
  std::string_view sent;       ///< what is put on the wire
  std::string_view expect;     ///< "reject"
  std::string_view reference;  ///< "RFC 5280 section 4.1.2.5"
  /// The alert that the specification asks for, then in braces those that real stacks send instead:
  /// "45 {42,46}". In group websocket HTTP statuses and close codes. Empty: none.
  std::string_view alerts;
  std::string_view needs;  ///< profile and capabilities, "mtls"
  std::string_view note;   ///< what else a reader should know; may be empty
};

/// All rows of groups A to G in the order of the catalogue.
std::span<const Row> rows();
/// nullptr when there is none of that id.
const Row* find_row(std::string_view id);

/// A row without a CheckSpec in catalogue(), and what it lacks.
struct Unbuilt {
  std::string_view id;
  std::string_view reason;  ///< "needs many connections at once"
};

/// In the order of the catalogue (rows/unbuilt.cpp).
std::span<const Unbuilt> unbuilt();
/// Why this build cannot play the row; empty when it can, and for an unknown id.
std::string_view unbuilt_reason(std::string_view id);

}  // namespace handfast::check
