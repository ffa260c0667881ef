// docs/checks.md: written by the program, so that it cannot say other things than the catalogue.
#include <fmt/format.h>

#include <algorithm>

#include "harness/app/manual/check_list.hpp"
#include "harness/app/manual/profiles.hpp"

namespace handfast::app {

namespace {

constexpr std::string_view introduction =
    "# The catalogue of checks\n"
    "\n"
    "What handfast plays at a broker, and what a correct broker makes of it. This page is the "
    "output "
    "of\n"
    "`handfast list checks --output markdown`; `handfast explain ID` tells more of one row, and\n"
    "`handfast list checks --unbuilt` which rows a build cannot play yet.\n"
    "\n"
    "| Level | A contrary outcome is |\n"
    "|---|---|\n"
    "| must | a fail |\n"
    "| should | a warning |\n"
    "| may | recorded only |\n"
    "| self | a fault of handfast: the row tests the tester |\n"
    "\n"
    "★ marks the core set. A row whose condition the broker does not declare is skipped. "
    "\"Either\" "
    "means that both\n"
    "outcomes are legitimate. [Terminology](terminology.md) says what accept, reject and refuse "
    "mean.\n"
    "Of the alerts the first is the one that the specification asks for; those in braces are what "
    "real stacks send\n"
    "instead. In the groups client-chain and revocation 42 and 46 are tolerated everywhere, "
    "because "
    "some stacks send\n"
    "them for every fault. Where the outcome may be accept, the alerts are those of stacks that "
    "reject.\n";

struct Heading {
  std::string_view name;  ///< of a group or section
  std::string_view text;
};

constexpr Heading headings[] = {
    {"descriptor", "The broker's descriptor, compared with the broker"},
    {"emqx-guide", "The EMQ X guide: one-way and two-way TLS, and its trust files"},
    {"client-chain", "A. Client certificate chains"},
    {"A1", "Controls and presence"},
    {"A2", "Composition, order, length"},
    {"A3", "Rotation, cross-signing, partial chains"},
    {"A4", "Validity"},
    {"A5", "Basic constraints, key usage, extended key usage, path length"},
    {"A6", "Names, constraints, extensions, encoding"},
    {"A7", "Algorithms and key sizes"},
    {"A8", "Proof of possession"},
    {"A9", "Size"},
    {"A10", "What a rejection must not do"},
    {"A11", "Content of the CertificateRequest"},
    {"server-chain", "B. The broker's own chain"},
    {"tls-protocol", "C. TLS protocol"},
    {"C1", "Versions and downgrade"},
    {"C2", "Cipher suites, groups, extensions"},
    {"C3", "Resumption and early data"},
    {"C4", "Renegotiation, messages after the handshake"},
    {"C5", "Record layer, and MQTT over records"},
    {"C6", "Handshakes that never end, and noise"},
    {"C7", "Closing"},
    {"websocket", "D. WebSocket and wss"},
    {"revocation", "E. Revocation"},
    {"identity", "F. Identity, PSK, PROXY protocol"},
    {"F1", "Names from certificates"},
    {"F2", "Pre-shared keys"},
    {"F3", "PROXY protocol"},
    {"dtls", "G. DTLS"},
};

std::string_view heading_of(std::string_view name) {
  const auto* found = std::ranges::find(headings, name, &Heading::name);
  return found == std::end(headings) ? name : found->text;
}

/// The text of a table cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '*' || c == '<') out += '\\';
    out += c;
  }
  return out;
}

std::string glossary() {
  std::string out = "\n| Certificate | |\n|---|---|\n";
  for (const auto& term : certificate_terms()) {
    out += fmt::format("| {} | {} |\n", term.word, term.meaning);
  }
  out += "\n\"L+I\" is a certificate list as sent, leaf first.\n\n| Needs | |\n|---|---|\n";
  for (const auto& term : need_terms()) {
    out += fmt::format("| `{}` | {} |\n", term.word, term.meaning);
  }
  return out;
}

std::string table_row(const ListedCheck& entry) {
  const auto& row = entry.row;
  return fmt::format("| `{}` | {}{} | {} | {} | {} | {} | {} | {} |\n", row.id,
                     cell(level_text(row)), row.core ? " ★" : "", cell(row.title), cell(row.sent),
                     cell(row.expect), cell(row.alerts), cell(entry.needs), cell(row.reference));
}

}  // namespace

std::string checks_as_markdown(const std::vector<ListedCheck>& checks) {
  std::string out = std::string(introduction) + glossary();
  std::string_view group, section;
  for (const auto& entry : checks) {
    const auto& row = entry.row;
    const bool new_group = row.group != group;
    if (new_group) out += fmt::format("\n## {}\n", heading_of(row.group));
    if (new_group || row.section != section) {
      // Group and section are one where the specification has no sections.
      if (row.section.size() > 1) {
        out += fmt::format("\n### {}. {}\n", row.section, heading_of(row.section));
      }
      const auto answers = row.group == "websocket" ? "Answer" : "Alerts";
      out += fmt::format(
          "\n| Id | Level | What a correct broker does | Sent | Expected | {} | Needs | Reference "
          "|\n"
          "|---|---|---|---|---|---|---|---|\n",
          answers);
    }
    group = row.group;
    section = row.section;
    out += table_row(entry);
  }
  return out;
}

}  // namespace handfast::app
