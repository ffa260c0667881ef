// state.json: reading and writing.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "pki/files/files.hpp"
#include "pki/store/state.hpp"

namespace handfast::pki {

namespace {

using nlohmann::json;

/// Version 1 knew neither keys nor generations: its entries are adopted from their files.
constexpr int state_version = 2;

json to_json(const Revocation& revocation) {
  return {{"reason", revocation.reason}, {"since", revocation.since}};
}

Revocation revocation_from(const json& value) {
  return {value.at("reason").get<std::string>(), value.at("since").get<std::string>()};
}

json to_json(const OldGeneration& old) {
  json out = {{"generation", old.generation},
              {"certificate", old.certificate},
              {"serial", old.serial},
              {"issuer", old.issuer},
              {"key", old.key},
              {"not_before", old.not_before},
              {"not_after", old.not_after},
              {"file", old.file}};
  if (old.revoked) out["revoked"] = to_json(*old.revoked);
  return out;
}

OldGeneration old_from(const json& value) {
  OldGeneration out{.generation = value.at("generation").get<std::uint64_t>(),
                    .certificate = value.at("certificate").get<std::string>(),
                    .serial = value.at("serial").get<std::string>(),
                    .issuer = value.at("issuer").get<std::string>(),
                    .key = value.at("key").get<std::string>(),
                    .not_before = value.at("not_before").get<std::string>(),
                    .not_after = value.at("not_after").get<std::string>(),
                    .file = value.at("file").get<std::string>(),
                    .revoked = {}};
  if (value.contains("revoked")) out.revoked = revocation_from(value["revoked"]);
  return out;
}

/// Fields that are empty are left out, which keeps fleets short.
json to_json(const EntryState& entry) {
  json out = {{"spec", entry.spec},
              {"certificate", entry.certificate},
              {"serial", entry.serial},
              {"issuer", entry.issuer},
              {"not_before", entry.not_before},
              {"not_after", entry.not_after},
              {"generation", entry.generation}};
  const auto add = [&out](const char* key, const std::string& value) {
    if (!value.empty()) out[key] = value;
  };
  add("key", entry.key);
  add("key_type", entry.key_type);
  add("key_file", entry.key_file);
  add("issuer_id", entry.issuer_id);
  if (entry.issuer_generation != 0) out["issuer_generation"] = entry.issuer_generation;
  add("pem", entry.pem);
  add("chain", entry.chain);
  for (const auto& [file, derived] : entry.derived) {
    out["derived"][file] = {{"from", derived.from}, {"digest", derived.digest}};
  }
  for (const auto& old : entry.old) out["old"].push_back(to_json(old));
  if (entry.revoked) out["revoked"] = to_json(*entry.revoked);
  for (const auto& [index, revocation] : entry.members) {
    out["members"][std::to_string(index)] = to_json(revocation);
  }
  return out;
}

void read_lists(const json& value, EntryState& out) {
  if (value.contains("derived")) {
    for (const auto& [file, derived] : value["derived"].items()) {
      out.derived[file] = {derived.at("from").get<std::string>(),
                           derived.at("digest").get<std::string>()};
    }
  }
  if (value.contains("old")) {
    for (const auto& old : value["old"]) out.old.push_back(old_from(old));
  }
  if (value.contains("revoked")) out.revoked = revocation_from(value["revoked"]);
  if (!value.contains("members")) return;
  for (const auto& [index, revocation] : value["members"].items()) {
    out.members[std::stoull(index)] = revocation_from(revocation);
  }
}

EntryState entry_from(const json& value) {
  EntryState out{.spec = value.at("spec").get<std::string>(),
                 .certificate = value.at("certificate").get<std::string>(),
                 .serial = value.at("serial").get<std::string>(),
                 .issuer = value.at("issuer").get<std::string>(),
                 .not_before = value.at("not_before").get<std::string>(),
                 .not_after = value.at("not_after").get<std::string>(),
                 .generation = value.at("generation").get<std::uint64_t>()};
  out.key = value.value("key", "");
  out.key_type = value.value("key_type", "");
  out.key_file = value.value("key_file", "");
  out.issuer_id = value.value("issuer_id", "");
  out.issuer_generation = value.value("issuer_generation", std::uint64_t{0});
  out.pem = value.value("pem", "");
  out.chain = value.value("chain", "");
  read_lists(value, out);
  return out;
}

json to_json(const std::map<std::string, EntryState>& entries) {
  json out = json::object();
  for (const auto& [name, entry] : entries) out[name] = to_json(entry);
  return out;
}

std::map<std::string, EntryState> entries_from(const json& value) {
  std::map<std::string, EntryState> out;
  for (const auto& [name, entry] : value.items()) out.emplace(name, entry_from(entry));
  return out;
}

State state_from(const json& document, int version) {
  State out;
  if (version > 1) out.entries = entries_from(document.at("entries"));
  out.fleets = entries_from(document.at("fleets"));
  if (document.contains("crl_numbers")) {
    for (const auto& [name, number] : document["crl_numbers"].items()) {
      out.crl_numbers[name] = number.get<std::uint64_t>();
    }
  }
  return out;
}

}  // namespace

Result<State> load_state(const std::filesystem::path& home) {
  const auto path = home / "state.json";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return State{};
  auto text = read_file(path);
  if (!text) return text.error();
  constexpr auto hint = "move it away: certificates that still fit are taken over";
  try {
    const auto document = json::parse(*text);
    const auto version = document.at("handfast-pki-state").get<int>();
    if (version < 1 || version > state_version) {
      return environment_problem(
          fmt::format("the state has version {}, this program reads {}", version, state_version),
          path.string(), "use a newer handfast");
    }
    return state_from(document, version);
  } catch (const json::exception& failure) {
    return environment_problem(fmt::format("the state is damaged: {}", failure.what()),
                               path.string(), hint);
  } catch (const std::logic_error&) {  // std::stoull
    return environment_problem("the state is damaged: a member of a fleet has no number",
                               path.string(), hint);
  }
}

std::string state_text(const State& state) {
  json document = {{"handfast-pki-state", state_version},
                   {"entries", to_json(state.entries)},
                   {"fleets", to_json(state.fleets)}};
  if (!state.crl_numbers.empty()) document["crl_numbers"] = state.crl_numbers;
  return document.dump(2) + "\n";
}

}  // namespace handfast::pki
