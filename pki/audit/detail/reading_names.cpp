// Distinguished names and times as they are encoded (RFC 5280 sections 4.1.2.4, 4.1.2.5, 7.1).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "pki/audit/detail/reading.hpp"

namespace handfast::pki::detail {

namespace {

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xc0U | point >> 6U));
    out.push_back(static_cast<char>(0x80U | (point & 0x3fU)));
  } else {
    out.push_back(static_cast<char>(0xe0U | point >> 12U));
    out.push_back(static_cast<char>(0x80U | (point >> 6U & 0x3fU)));
    out.push_back(static_cast<char>(0x80U | (point & 0x3fU)));
  }
}

/// The text of a string type as UTF-8; TeletexString is taken for ISO 8859-1, as everybody does.
std::string utf8_of(std::uint8_t tag, const Bytes& content) {
  std::string out;
  if (tag == der::tag::bmp) {
    for (std::size_t i = 0; i + 1 < content.size(); i += 2) {
      append_utf8(out, static_cast<std::uint32_t>(content[i]) << 8U | content[i + 1]);
    }
  } else if (tag == der::tag::t61) {
    for (const auto octet : content) append_utf8(out, octet);
  } else {
    out.assign(content.begin(), content.end());
  }
  return out;
}

std::string fold(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool is_utf8(const Bytes& content) {
  for (std::size_t i = 0; i < content.size();) {
    const auto lead = content[i];
    const std::size_t more = lead < 0x80              ? 0
                             : (lead & 0xe0U) == 0xc0 ? 1
                             : (lead & 0xf0U) == 0xe0 ? 2
                             : (lead & 0xf8U) == 0xf0 ? 3
                                                      : 9;
    if (more == 9 || i + more >= content.size()) return false;
    for (std::size_t k = 1; k <= more; ++k) {
      if ((content[i + k] & 0xc0U) != 0x80) return false;
    }
    i += more + 1;
  }
  return true;
}

/// RFC 5280 appendix A: upper bounds of the customary attributes; 0: none that we check.
std::size_t upper_bound(std::string_view oid) {
  if (oid == "2.5.4.6") return 2;
  if (oid == "2.5.4.3" || oid == "2.5.4.10" || oid == "2.5.4.11" || oid == "2.5.4.5") return 64;
  if (oid == "2.5.4.7" || oid == "2.5.4.8") return 128;
  return 0;
}

std::size_t characters(const std::string& utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

void judge_part(const NamePart& part, Findings& findings) {
  const auto add = [&](DefectKind kind, std::string_view what) {
    findings.push_back({kind, fmt::format("subject attribute {} {}", part.oid, what)});
  };
  if (part.tag == der::tag::t61 || part.tag == der::tag::bmp ||
      part.tag == der::tag::universal_string) {
    add(DefectKind::deprecated_string_type, "is of a string type that must not be used");
  }
  const auto text = utf8_of(part.tag, part.content);
  const bool broken = (part.tag == der::tag::utf8 && !is_utf8(part.content)) ||
                      (part.tag == der::tag::bmp && part.content.size() % 2 != 0);
  if (broken || text.empty()) add(DefectKind::bad_string, text.empty() ? "is empty" : "is broken");
  const auto bound = upper_bound(part.oid);
  if (bound != 0 && !broken && characters(text) > bound) {
    add(DefectKind::name_too_long, fmt::format("is longer than {}", bound));
  }
  const bool nul = text.find('\0') != std::string::npos;
  const bool control =
      std::ranges::any_of(text, [](char c) { return (c > 0 && c < 0x20) || c == 0x7f; });
  if (nul) add(DefectKind::nul_in_name, "contains a NUL");
  if (control) add(DefectKind::control_in_name, "contains a control character");
}

/// Digits at `at`, which then moves on; nullopt when there are fewer.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t count) {
  int out = 0;
  if (at + count > text.size()) return std::nullopt;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + (c - '0');
  }
  at += count;
  return out;
}

/// What may stand behind the minutes: seconds, a fraction, Z or an offset. Answers seconds to add;
/// `proper` turns false for all but two digits and Z.
std::optional<std::int64_t> read_tail(std::string_view text, std::size_t at, bool& proper) {
  const auto whole = digits(text, at, 2);
  std::int64_t out = whole.value_or(0);
  proper = whole && text.substr(at) == "Z";
  if (proper) return out;
  if (at < text.size() && text[at] == '.') {
    at = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
  }
  if (text.substr(at) == "Z" || at == text.size()) return out;
  const int sign = text[at] == '-' ? 1 : -1;
  if (text[at] != '-' && text[at] != '+') return std::nullopt;
  ++at;
  const auto hours = digits(text, at, 2);
  const auto minutes = digits(text, at, 2);
  if (!hours || !minutes || at != text.size()) return std::nullopt;
  return out + sign * (*hours * 3600 + *minutes * 60);
}

}  // namespace

ReadName read_name(const der::Value& value) {
  ReadName out;
  for (const auto& set : value.children) {
    std::vector<NamePart> parts;
    for (const auto& attribute : set.children) {
      if (attribute.children.size() != 2) continue;
      NamePart part;
      part.oid = der::dotted(attribute.children[0].content);
      part.tag = attribute.children[1].tag;
      part.content = attribute.children[1].content;
      part.folded = fold(utf8_of(part.tag, part.content));
      parts.push_back(std::move(part));
    }
    std::ranges::sort(parts, {}, &NamePart::oid);
    out.push_back(std::move(parts));
  }
  return out;
}

bool is_below(const ReadName& name, const ReadName& base) {
  if (base.size() > name.size()) return false;
  return std::equal(base.begin(), base.end(), name.begin(), [](const auto& a, const auto& b) {
    return std::ranges::equal(a, b, [](const NamePart& x, const NamePart& y) {
      return x.oid == y.oid && x.folded == y.folded;
    });
  });
}

bool same_name(const ReadName& a, const ReadName& b) {
  return a.size() == b.size() && is_below(a, b);
}

std::string text_of(const ReadName& name) {
  for (auto set = name.rbegin(); set != name.rend(); ++set) {
    for (const auto& part : *set) {
      if (part.oid == "2.5.4.3") return utf8_of(part.tag, part.content);
    }
  }
  return name.empty() || name.back().empty()
             ? std::string{}
             : utf8_of(name.back().front().tag, name.back().front().content);
}

void judge_strings(const ReadName& name, Findings& findings) {
  for (const auto& set : name) {
    for (const auto& part : set) judge_part(part, findings);
  }
}

std::optional<std::int64_t> read_time(const der::Value& value, Findings& findings) {
  const bool general = value.tag == der::tag::generalized_time;
  if (!general && value.tag != der::tag::utc_time) return std::nullopt;
  const auto text = as_text(value.content);
  std::size_t at = 0;
  auto year = digits(text, at, general ? 4 : 2);
  const auto month = digits(text, at, 2);
  const auto day = digits(text, at, 2);
  const auto hour = digits(text, at, 2);
  const auto minute = digits(text, at, 2);
  if (!year || !month || !day || !hour || !minute) return std::nullopt;
  if (!general) *year += *year < 50 ? 2000 : 1900;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  bool proper = true;
  const auto rest = read_tail(text, at, proper);
  if (!rest || !date.ok() || *hour > 23 || *minute > 59) return std::nullopt;
  if (!proper || (general && *year < 2050)) {
    findings.push_back(
        {DefectKind::bad_time_encoding, fmt::format("a time is written as {}", text)});
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86400 + *hour * 3600 + *minute * 60 + *rest;
}

}  // namespace handfast::pki::detail
