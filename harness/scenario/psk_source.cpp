#include "harness/scenario/psk_source.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "loadgen/plan.hpp"

namespace handfast::scenario {

namespace {

/// Empty for what is no hexadecimal.
Bytes from_hex(std::string_view text) {
  Bytes out;
  if (text.size() % 2 != 0) return out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    std::uint8_t byte = 0;
    const auto* end = text.data() + i + 2;
    const auto [stop, error] = std::from_chars(text.data() + i, end, byte, 16);
    if (error != std::errc{} || stop != end) return {};
    out.push_back(byte);
  }
  return out;
}

/// The lines of a key file as brokers read them too (mosquitto's psk_file): identity:key.
Result<std::vector<tls::ExternalPsk>> read_keys(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text) return text.error();
  std::vector<tls::ExternalPsk> keys;
  std::size_t number = 0;
  for (const auto& line : split(*text, '\n')) {
    ++number;
    const auto entry = trim(line);
    if (entry.empty()) continue;
    const auto colon = entry.rfind(':');
    tls::ExternalPsk psk;
    if (colon != std::string_view::npos)
      psk = {.identity = std::string(entry.substr(0, colon)),
             .key = from_hex(entry.substr(colon + 1))};
    if (psk.identity.empty() || psk.key.empty())
      return usage_problem("this is not identity:key with the key in hexadecimal",
                           fmt::format("{}:{}", path.string(), number));
    keys.push_back(std::move(psk));
  }
  return keys;
}

}  // namespace

Result<PskSource> psk_source(const Fleet& fleet) {
  if (!fleet.tls || !fleet.tls->psk) return PskSource{};
  const PskOptions& options = *fleet.tls->psk;
  if (options.file.empty()) {
    return PskSource([name = fleet.name, identity = options.identity, key = from_hex(options.key)](
                         std::uint64_t client) -> Result<tls::ExternalPsk> {
      return tls::ExternalPsk{loadgen::expand_client_id(identity, name, client, client), key};
    });
  }
  auto keys = read_keys(options.file);
  if (!keys) return keys.error();
  if (keys->size() < fleet.clients)
    return usage_problem(fmt::format("{} clients, but {} keys", fleet.clients, keys->size()),
                         options.file.string(), "add lines, or lower clients");
  return PskSource([keys = std::make_shared<const std::vector<tls::ExternalPsk>>(std::move(*keys))](
                       std::uint64_t client) { return Result<tls::ExternalPsk>((*keys)[client]); });
}

}  // namespace handfast::scenario
