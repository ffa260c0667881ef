#include "pki/store/state.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pki/files/files.hpp"

namespace handfast::pki {

namespace {

using nlohmann::json;

constexpr int state_version = 1;

json to_json(const EntryState& entry) {
  return {{"spec", entry.spec},
          {"certificate", entry.certificate},
          {"serial", entry.serial},
          {"issuer", entry.issuer},
          {"not_before", entry.not_before},
          {"not_after", entry.not_after},
          {"generation", entry.generation}};
}

EntryState entry_from(const json& value) {
  return {.spec = value.at("spec").get<std::string>(),
          .certificate = value.at("certificate").get<std::string>(),
          .serial = value.at("serial").get<std::string>(),
          .issuer = value.at("issuer").get<std::string>(),
          .not_before = value.at("not_before").get<std::string>(),
          .not_after = value.at("not_after").get<std::string>(),
          .generation = value.at("generation").get<std::uint64_t>()};
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
    if (version != state_version) {
      return environment_problem(
          fmt::format("the state has version {}, this program reads {}", version, state_version),
          path.string(), "use a newer handfast");
    }
    return State{entries_from(document.at("entries")), entries_from(document.at("fleets"))};
  } catch (const json::exception& failure) {
    return environment_problem(fmt::format("the state is damaged: {}", failure.what()),
                               path.string(), hint);
  }
}

std::string state_text(const State& state) {
  const json document = {{"handfast-pki-state", state_version},
                         {"entries", to_json(state.entries)},
                         {"fleets", to_json(state.fleets)}};
  return document.dump(2) + "\n";
}

}  // namespace handfast::pki
