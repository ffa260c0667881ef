// The text of a seed's descriptor, to and fro.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <string>

#include "core/base/file.hpp"
#include "pki/files/files.hpp"
#include "pki/fleet/fleet_seed.hpp"

namespace handfast::pki {

namespace {

namespace fs = std::filesystem;

/// Relative where that survives a move of the whole folder.
std::string written_path(const fs::path& path, const fs::path& folder) {
  const auto whole = fs::absolute(path).lexically_normal();
  const auto relative = whole.lexically_relative(folder);
  return relative.empty() || *relative.begin() == ".." ? whole.string() : relative.string();
}

class Lines {
 public:
  void add(std::string_view word, std::string_view value) {
    if (value.empty()) return;
    if (value.find('\n') != std::string_view::npos) several_lines_ = true;
    text_ += fmt::format("{} {}\n", word, value);
  }
  void add(std::string_view word, const std::vector<std::string>& values) {
    for (const auto& value : values) add(word, value);
  }
  void add_issuer(const std::string& prefix, const IssuerFiles& files, const fs::path& folder) {
    if (files.certificate.empty()) return;
    add(prefix + "ca", written_path(files.certificate, folder));
    add(prefix + "ca-key", written_path(files.key, folder));
    for (const auto& file : files.chain) add(prefix + "chain", written_path(file, folder));
  }
  bool several_lines() const { return several_lines_; }
  const std::string& text() const { return text_; }

 private:
  std::string text_{seed_descriptor_mark};
  bool several_lines_ = false;
};

void add_subject(Lines& out, const Subject& subject) {
  out.add("C", subject.country);
  out.add("ST", subject.state);
  out.add("L", subject.locality);
  out.add("O", subject.organization);
  out.add("OU", subject.unit);
  out.add("CN", subject.common_name);
  for (const auto& attribute : subject.more) {
    out.add("attribute", attribute.type + " " + attribute.value);
  }
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number out{};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return out;
}

std::optional<std::string> from_hex(std::string_view hex) {
  std::string out;
  if (hex.empty() || hex.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned octet = 0;
    const auto* end = hex.data() + i + 2;
    const auto [stop, error] = std::from_chars(hex.data() + i, end, octet, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    out += static_cast<char>(octet);
  }
  return out;
}

/// Assigns what a Result or an optional holds; false when it holds nothing.
template <class Target, class Source>
bool assign(Target& target, Source&& source) {
  if (!source) return false;
  target = std::move(*source);
  return true;
}

bool read_issuer_line(std::string_view word, std::string_view value, const fs::path& folder,
                      IssuerFiles& out) {
  if (word == "ca") out.certificate = folder / value;
  if (word == "ca-key") out.key = folder / value;
  if (word == "chain") out.chain.push_back(folder / value);
  return word == "ca" || word == "ca-key" || word == "chain";
}

bool read_mix(std::string_view value, FleetMix& mix) {
  for (double* share : {&mix.revoked, &mix.expired, &mix.soon, &mix.rogue}) {
    const auto space = value.find(' ');
    if (!assign(*share, number_in<double>(value.substr(0, space)))) return false;
    value.remove_prefix(space == std::string_view::npos ? value.size() : space + 1);
  }
  return value.empty();
}

/// The lines of the fleet's own that say one thing each.
bool read_fleet_line(std::string_view word, std::string_view value, SeedDescriptor& out) {
  auto& fleet = out.fleet;
  auto& subject = fleet.subject;
  auto& usages = fleet.profile.usages;
  const std::string text(value);
  const std::map<std::string_view, std::function<bool()>> readers{
      {"name", [&] { return fleet.name = text, true; }},
      {"count", [&] { return assign(fleet.count, number_in<std::uint64_t>(value)); }},
      {"key", [&] { return assign(fleet.key, parse_key_type(value)); }},
      {"reuse", [&] { return assign(fleet.reuse, number_in<std::uint64_t>(value)); }},
      {"C", [&] { return subject.country = text, true; }},
      {"ST", [&] { return subject.state = text, true; }},
      {"L", [&] { return subject.locality = text, true; }},
      {"O", [&] { return subject.organization = text, true; }},
      {"OU", [&] { return subject.unit = text, true; }},
      {"CN", [&] { return subject.common_name = text, true; }},
      {"attribute",
       [&] {
         const auto space = text.find(' ');
         if (space == std::string::npos) return false;
         subject.more.push_back({text.substr(0, space), text.substr(space + 1)});
         return true;
       }},
      {"alt-name", [&] { return fleet.names.push_back(text), true; }},
      {"profile", [&] { return fleet.profile.name = text, true; }},
      {"usage",
       [&] {
         const auto usage = parse_key_usage(value);
         if (usage) usages.key.add(*usage);
         return usage.has_value();
       }},
      {"extended-usage", [&] { return usages.add_extended(text), true; }},
      {"ocsp-no-check", [&] { return fleet.profile.ocsp_no_check = value == "yes", true; }},
      {"from", [&] { return assign(fleet.validity.from.at, parse_time(value)); }},
      {"to", [&] { return assign(fleet.validity.to.at, parse_time(value)); }},
      {"minted", [&] { return assign(out.minted, parse_time(value)); }},
      {"mix", [&] { return read_mix(value, fleet.mix); }},
      {"hash", [&] { return assign(fleet.signature.hash, parse_hash(value)); }},
      {"pss", [&] { return fleet.signature.pss = value == "yes", true; }},
      {"salt", [&] { return assign(fleet.signature.salt_octets, number_in<int>(value)); }},
      {"crl-url", [&] { return out.publication.crl_urls.push_back(text), true; }},
      {"ocsp-url", [&] { return out.publication.ocsp_urls.push_back(text), true; }},
      {"issuer-url", [&] { return out.publication.issuer_urls.push_back(text), true; }},
      {"seed", [&] { return assign(fleet.seed, from_hex(value)); }}};
  const auto at = readers.find(word);
  return at != readers.end() && at->second();
}

}  // namespace

Result<void> write_seed_descriptor(const fs::path& file, const SeedDescriptor& descriptor) {
  const auto& fleet = descriptor.fleet;
  if (fleet.seed.empty()) {
    return usage_problem(
        fmt::format("\"{}\" is to come from a seed, but there is none", fleet.name), fleet.where,
        "give a phrase as seed, or take another store");
  }
  const auto folder = fs::absolute(file).lexically_normal().parent_path();
  Lines out;
  out.add("name", fleet.name);
  out.add("count", std::to_string(fleet.count));
  out.add("key", to_string(fleet.key));
  if (fleet.reuse != 0) out.add("reuse", std::to_string(fleet.reuse));
  add_subject(out, fleet.subject);
  out.add("alt-name", fleet.names);
  out.add("profile", fleet.profile.name);
  out.add("usage", fleet.profile.usages.key.words());
  out.add("extended-usage", fleet.profile.usages.extended);
  if (fleet.profile.ocsp_no_check) out.add("ocsp-no-check", "yes");
  const auto period = period_of(fleet.validity, descriptor.minted);
  out.add("from", time_text(period.not_before));
  out.add("to", time_text(period.not_after));
  out.add("minted", time_text(descriptor.minted));
  const auto& mix = fleet.mix;
  out.add("mix", fmt::format("{} {} {} {}", mix.revoked, mix.expired, mix.soon, mix.rogue));
  out.add("hash", to_string(fleet.signature.hash));
  if (fleet.signature.pss) out.add("pss", "yes");
  if (fleet.signature.salt_octets >= 0) {
    out.add("salt", std::to_string(fleet.signature.salt_octets));
  }
  out.add("crl-url", descriptor.publication.crl_urls);
  out.add("ocsp-url", descriptor.publication.ocsp_urls);
  out.add("issuer-url", descriptor.publication.issuer_urls);
  out.add_issuer("", descriptor.issuer, folder);
  out.add_issuer("rogue-", descriptor.rogue, folder);
  out.add("seed", to_hex(as_bytes(fleet.seed)));
  if (out.several_lines()) {
    return usage_problem(fmt::format("a value of \"{}\" has several lines", fleet.name),
                         fleet.where, "a descriptor has a line for each");
  }
  return create_file(file, out.text(), 0600);
}

Result<SeedDescriptor> read_seed_descriptor(const fs::path& file) {
  const auto all = read_file(file);
  if (!all) return all.error();
  const auto folder = fs::absolute(file).lexically_normal().parent_path();
  std::string_view text = *all;
  const auto damaged = [&file](std::string why, std::size_t line) {
    return environment_problem("the descriptor of the fleet is damaged: " + std::move(why),
                               fmt::format("{}:{}", file.string(), line),
                               "move it away and apply again");
  };
  if (!text.starts_with(seed_descriptor_mark)) return damaged("it does not begin like one", 1);
  text.remove_prefix(seed_descriptor_mark.size());
  SeedDescriptor out;
  out.fleet.profile = Profile{};
  out.fleet.where = file.string();
  std::size_t number = 1;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto space = line.find(' ');
    const auto word = line.substr(0, space);
    const auto value =
        space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    const bool rogue = word.starts_with("rogue-");
    const bool known = read_issuer_line(rogue ? word.substr(6) : word, value, folder,
                                        rogue ? out.rogue : out.issuer) ||
                       read_fleet_line(word, value, out);
    // The value is not shown: it may be the phrase.
    if (!known) return damaged(fmt::format("its line {} cannot be understood", number), number);
  }
  if (out.fleet.seed.empty() || out.fleet.count == 0 || out.issuer.certificate.empty() ||
      out.issuer.key.empty() || !out.fleet.validity.from.at || !out.fleet.validity.to.at) {
    return damaged("a line is missing", number);
  }
  return out;
}

}  // namespace handfast::pki
