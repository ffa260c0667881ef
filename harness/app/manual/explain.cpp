#include "harness/app/manual/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "core/base/text.hpp"
#include "core/tls/alert.hpp"
#include "harness/app/manual/alert_notes.hpp"
#include "harness/app/manual/alert_text.hpp"
#include "harness/app/manual/check_list.hpp"
#include "harness/app/manual/layout.hpp"
#include "harness/app/manual/profiles.hpp"
#include "harness/app/manual/verify_notes.hpp"

namespace handfast::app {

namespace {

/// The certificates that `text` names by their letters, in the order of the glossary.
std::string letters_in(std::string_view text) {
  std::string out;
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  for (const auto& term : certificate_terms()) {
    for (auto at = text.find(term.word); at != std::string_view::npos;
         at = text.find(term.word, at + 1)) {
      const auto end = at + term.word.size();
      if ((at > 0 && is_part(text[at - 1])) || (end < text.size() && is_part(text[end]))) continue;
      out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", term.word, term.meaning);
      break;
    }
  }
  return out;
}

std::string sent_text(const check::Row& row) {
  if (row.sent.empty()) return {};
  auto out = labelled("Sends", row.sent);
  if (const auto letters = letters_in(row.sent); !letters.empty()) out += labelled("", letters);
  return out;
}

std::string needs_text(const ListedCheck& entry) {
  if (entry.row.section.empty()) return labelled("Needs", entry.needs);  // names of listeners
  const auto terms = terms_in(entry.needs);
  if (terms.size() == 1 && terms.front().word == entry.needs) {
    return labelled("Needs", fmt::format("{}: {}", entry.needs, terms.front().meaning));
  }
  auto out = labelled("Needs", entry.needs);
  for (const auto& term : terms) {
    out += labelled("", fmt::format("{}: {}", term.word, term.meaning));
  }
  return out;
}

std::string level_lines(const check::Row& row) {
  auto out = labelled("Level", level_text(row));
  if (row.core) out += labelled("Core", "part of the core set");
  if (row.slow) out += labelled("Slow", "waits for deadlines of the broker: only with --slow");
  return out;
}

bool is_either(const check::Row& row) { return row.expect == "either"; }

/// The alert column then holds what stacks send that decide otherwise.
bool may_be_accepted(const check::Row& row) {
  return is_either(row) || row.expect == "accept" || row.expect == "accept both";
}

std::string alert_line(const check::Row& row) {
  if (row.alerts.empty()) return {};
  if (row.group == "websocket") return labelled("Answer", row.alerts);
  return labelled("Alerts", fmt::format("{}{}", may_be_accepted(row) ? "if rejected: " : "",
                                        named_alerts(row)));
}

std::string explain_check(const ListedCheck& entry) {
  const auto& row = entry.row;
  auto out = fmt::format("{}  ({}{}{})\n", row.id, row.group, row.section.empty() ? "" : ", ",
                         row.section);
  out += wrapped(fmt::format("{}.", row.title)) + "\n\n";
  out += level_lines(row) + sent_text(row);
  const auto both = is_either(row) ? ": both outcomes are legitimate, the run records which" : "";
  out += labelled("Expects", fmt::format("{}{}", row.expect, both));
  out += labelled("Why", row.reference) + alert_line(row) + needs_text(entry);
  if (!row.note.empty()) out += labelled("Note", row.note);
  if (!entry.played()) return out + labelled("Played", fmt::format("not yet: {}", entry.unbuilt));
  // Never wrapped: it is there to be copied.
  return out + fmt::format("{:<11}handfast check --id {} --broker mosquitto{}\n", "Alone", row.id,
                           row.slow ? " --slow" : "");
}

/// Where the catalogue names an alert.
struct AlertRows {
  std::vector<std::string> asked;  ///< rows whose specification asks for it
  std::vector<std::string> other;  ///< rows in which real stacks send it
};

AlertRows rows_with(std::uint8_t alert) {
  AlertRows rows;
  for (const auto& row : check::rows()) {
    if (row.group == "websocket") continue;  // HTTP statuses and close codes
    const auto alerts = alerts_of(row.alerts);
    const bool asked = std::ranges::find(alerts.asked, alert) != alerts.asked.end();
    const bool tolerated = std::ranges::find(alerts.tolerated, alert) != alerts.tolerated.end();
    if (!asked && !tolerated) continue;
    (asked && !may_be_accepted(row) ? rows.asked : rows.other).emplace_back(row.id);
  }
  return rows;
}

std::string explain_alert(const AlertNote& note) {
  auto out = fmt::format("alert {} ({})\n{}\n\n", tls::alert_name(note.number), note.number,
                         wrapped(note.meaning));
  out += labelled("Cause", note.cause) + labelled("Source", note.reference);
  const auto rows = rows_with(note.number);
  if (!rows.asked.empty()) out += labelled("Expected", join(rows.asked, ", "));
  if (!rows.other.empty()) out += labelled("Also in", join(rows.other, ", "));
  return out;
}

std::string explain_code(const VerifyNote& note) {
  const auto heading = fmt::format("verify code {} ({})", note.number, note.words);
  const auto out = fmt::format("{}\n{}\n\n", wrapped(heading), wrapped(note.meaning));
  const auto prefix = note.number == 0 ? "X509_V_" : "X509_V_ERR_";
  std::string name(note.name);
  for (auto& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out + labelled("Name", prefix + name) + labelled("Try", note.advice);
}

std::optional<unsigned> alert_number_of(std::string_view word) {
  unsigned number = 0;
  const auto* end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, number);
  if (read.ec == std::errc() && read.ptr == end) return number;
  return tls::alert_number(word);
}

Problem unknown(std::string_view word, const std::vector<ListedCheck>& checks) {
  std::vector<std::string> known;
  for (const auto& entry : checks) known.emplace_back(entry.row.id);
  for (const auto& note : alert_notes()) known.push_back(tls::alert_name(note.number));
  for (const auto& note : verify_notes()) known.emplace_back(note.name);
  auto hint = suggest(word, known);
  // Hundreds of words are no help; a near miss or the place to look is.
  if (!hint.starts_with("did you mean")) {
    hint = "handfast list checks shows the ids; alerts and verify codes go by number or name";
  }
  return usage_problem(
      fmt::format("there is no check, alert or verify code \"{}\"", printable(word)), {}, hint);
}

}  // namespace

Result<std::string> explain(std::string_view word) {
  const auto checks = listed_checks();
  const auto found =
      std::ranges::find_if(checks, [&](const ListedCheck& entry) { return entry.row.id == word; });
  if (found != checks.end()) return explain_check(*found);

  std::string out;
  if (const auto number = alert_number_of(word)) {
    if (const auto* note = find_alert_note(*number)) out += explain_alert(*note);
  }
  if (const auto* note = find_verify_note(word)) {
    out += (out.empty() ? "" : "\n") + explain_code(*note);
  }
  if (out.empty()) return unknown(word, checks);
  return out;
}

}  // namespace handfast::app
