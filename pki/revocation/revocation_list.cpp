#include "pki/revocation/revocation_list.hpp"

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/mint/validity.hpp"
#include "pki/revocation/crl_reader.hpp"

namespace handfast::pki {

namespace {

/// "WHAT[:reason[:time]]"; the time has colons of its own.
struct Words {
  std::string what;
  std::string reason;
  std::string time;
};

Words split_words(std::string_view text) {
  Words out;
  const auto first = text.find(':');
  out.what = text.substr(0, first);
  if (first == std::string_view::npos) return out;
  const auto rest = text.substr(first + 1);
  const auto second = rest.find(':');
  out.reason = rest.substr(0, second);
  if (second != std::string_view::npos) out.time = rest.substr(second + 1);
  return out;
}

/// The entry without its serial.
Result<RevokedEntry> circumstances(const Words& words, WallTime now) {
  RevokedEntry out{.since = now};
  if (!words.reason.empty()) {
    auto reason = parse_revocation_reason(words.reason);
    if (!reason) return reason.error();
    out.reason = *reason;
  }
  if (!words.time.empty()) {
    auto time = parse_time(words.time);
    if (!time) return time.error();
    out.since = *time;
  }
  return out;
}

Result<RevokedEntry> parse_entry(std::string_view text, WallTime now) {
  const auto words = split_words(text);
  auto serial = parse_serial(words.what);
  if (!serial) return serial.error();
  auto entry = circumstances(words, now);
  if (!entry) return entry.error();
  entry->serial = std::move(*serial);
  return entry;
}

/// A certificate or CRL has more than 127 octets, so its second octet is no character.
bool is_der(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == 0x30 && (bytes[1] & 0x80) != 0;
}
bool is_pem(std::string_view bytes) { return bytes.find("-----BEGIN") != std::string_view::npos; }

Result<std::vector<Bytes>> certificate_serials(std::string_view bytes, const std::string& where) {
  auto credentials = parse_credentials(bytes, where);
  if (!credentials) return credentials.error();
  std::vector<Bytes> out;
  for (const auto& credential : *credentials) {
    if (credential.certificate) out.push_back(serial_of(credential.certificate.get()));
  }
  if (out.empty()) return environment_problem("the file holds no certificate", where);
  return out;
}

std::vector<RevokedEntry> entries_of(const std::vector<Crl>& crls) {
  std::vector<RevokedEntry> out;
  for (const auto& crl : crls) {
    auto entries = crl.entries();
    out.insert(out.end(), std::make_move_iterator(entries.begin()),
               std::make_move_iterator(entries.end()));
  }
  return out;
}

Result<std::vector<RevokedEntry>> load_file(const Words& words, WallTime now) {
  auto bytes = read_file(words.what);
  if (!bytes) {
    return environment_problem(
        bytes.error().message, bytes.error().where,
        "expected a serial number in hexadecimal, a certificate, a CRL or a list");
  }
  if (!is_pem(*bytes) && !is_der(*bytes)) return parse_revoked_list(*bytes, words.what, now);
  const bool has_crl = bytes->find("-----BEGIN X509 CRL") != std::string::npos ||
                       (is_der(*bytes) && parse_crls(*bytes, words.what).has_value());
  if (has_crl) {
    auto crls = parse_crls(*bytes, words.what);
    if (!crls) return crls.error();
    return entries_of(*crls);
  }
  auto serials = certificate_serials(*bytes, words.what);
  if (!serials) return serials.error();
  auto entry = circumstances(words, now);
  if (!entry) return entry.error();
  std::vector<RevokedEntry> out;
  for (auto& serial : *serials) {
    out.push_back(*entry);
    out.back().serial = std::move(serial);
  }
  return out;
}

}  // namespace

Result<std::vector<RevokedEntry>> load_revoked(const std::string& argument, WallTime now) {
  const auto words = split_words(argument);
  if (!parse_serial(words.what)) return load_file(words, now);
  auto entry = parse_entry(argument, now);
  if (!entry) return with_context(entry.error(), argument);
  return std::vector<RevokedEntry>{std::move(*entry)};
}

Result<std::vector<RevokedEntry>> parse_revoked_list(std::string_view text,
                                                     const std::string& where, WallTime now) {
  std::vector<RevokedEntry> out;
  int number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    auto entry = parse_entry(line, now);
    if (!entry) {
      auto problem = entry.error();
      problem.where = fmt::format("{}:{}", where, number);
      return problem;
    }
    out.push_back(std::move(*entry));
  }
  return out;
}

Result<std::vector<Bytes>> load_issued(const std::string& argument) {
  if (auto serial = parse_serial(argument)) return std::vector<Bytes>{std::move(*serial)};
  auto bytes = read_file(argument);
  if (!bytes) return bytes.error();
  if (is_pem(*bytes) || is_der(*bytes)) return certificate_serials(*bytes, argument);
  auto entries = parse_revoked_list(*bytes, argument, WallTime{});
  if (!entries) return entries.error();
  std::vector<Bytes> out;
  for (auto& entry : *entries) out.push_back(std::move(entry.serial));
  return out;
}

}  // namespace handfast::pki
