#include "harness/app/manual/alert_text.hpp"

#include <charconv>

#include "core/tls/alert.hpp"
#include "harness/app/manual/alert_notes.hpp"

namespace handfast::app {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A piece of the column: an alert, or the text between two of them.
struct Piece {
  std::string_view text;
  const AlertNote* alert = nullptr;
};

/// Numbers that stand alone and are assigned are alerts; "1.3" and "0x86" are not.
std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t plain = 0;  // where the text that is no alert begins
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < text.size() && (is_digit(text[end]) || is_letter(text[end]) || text[end] == '.')) {
      ++end;
    }
    unsigned number = 0;
    const auto read = std::from_chars(text.data() + at, text.data() + end, number);
    const auto* alert = read.ptr == text.data() + end ? find_alert_note(number) : nullptr;
    if (alert != nullptr) {
      if (at > plain) pieces.push_back({text.substr(plain, at - plain)});
      pieces.push_back({text.substr(at, end - at), alert});
      plain = end;
    }
    at = end;
  }
  if (plain < text.size()) pieces.push_back({text.substr(plain)});
  return pieces;
}

std::string with_words_for_braces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '{') {
      if (out == " ") out.clear();
      out += out.empty() ? "; tolerated: " : "tolerated: ";
    } else if (c == ',') {
      out += ", ";
    } else if (c != '}') {
      out += c;
    }
  }
  return out;
}

}  // namespace

AlertSet alerts_of(std::string_view text) {
  AlertSet alerts;
  bool in_braces = false;
  for (const auto& piece : pieces_of(text)) {
    if (piece.alert != nullptr) {
      (in_braces ? alerts.tolerated : alerts.asked).push_back(piece.alert->number);
    } else {
      if (piece.text.find('}') != std::string_view::npos) in_braces = false;
      if (piece.text.find('{') != std::string_view::npos) in_braces = true;
    }
  }
  return alerts;
}

std::string named_alerts(const check::Row& row) {
  std::string out;
  for (const auto& piece : pieces_of(row.alerts)) {
    out += piece.alert != nullptr ? tls::to_string(tls::Alert{.description = piece.alert->number})
                                  : with_words_for_braces(piece.text);
  }
  if (row.group == "client-chain" || row.group == "revocation") {
    out += "; 42 and 46 are tolerated in every row of this group";
  }
  return out;
}

}  // namespace handfast::app
