// describe(): one line for a packet, in the field names of the standard.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/mqtt/packet.hpp"
#include "core/mqtt/reason.hpp"

namespace handfast::mqtt {

namespace {

std::string in_quotes(std::string_view text) { return '"' + printable(text) + '"'; }

struct ValueText {
  std::string operator()(std::uint32_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return in_quotes(value); }
  std::string operator()(const Bytes& value) const { return fmt::format("{} bytes", value.size()); }
  std::string operator()(const TextPair& value) const {
    return in_quotes(value.first) + ':' + in_quotes(value.second);
  }
};

std::string properties_text(const Properties& properties, std::string_view prefix = "") {
  std::string line;
  for (const auto& property : properties) {
    line += fmt::format(" {}{}={}", prefix, to_string(property.id),
                        std::visit(ValueText{}, property.value));
  }
  return line;
}

/// Writes the part of the line behind the packet's name.
struct Describer {
  Version version;

  std::string code(PacketType type, std::uint8_t value) const {
    return fmt::format(" code={} {}", value, reason_name(version, type, value));
  }
  std::string codes(PacketType type, const std::vector<std::uint8_t>& values) const {
    std::string line;
    for (const auto value : values) line += code(type, value);
    return line;
  }

  std::string operator()(const Connect& p) const {
    auto line = fmt::format(" level={} client_id={} clean_start={} keep_alive={}s",
                            static_cast<unsigned>(p.version), in_quotes(p.client_id),
                            static_cast<int>(p.clean_start), p.keep_alive_s);
    if (p.will) {
      line += fmt::format(" will_topic={} will_qos={} will_retain={} will_payload={} bytes",
                          in_quotes(p.will->topic), p.will->qos, static_cast<int>(p.will->retain),
                          p.will->payload.size());
      line += properties_text(p.will->properties, "will ");
    }
    if (p.user_name) line += " user_name=" + in_quotes(*p.user_name);
    if (p.password) line += fmt::format(" password={} bytes", p.password->size());
    return line + properties_text(p.properties);
  }
  std::string operator()(const Connack& p) const {
    return fmt::format(" session_present={}", static_cast<int>(p.session_present)) +
           code(PacketType::connack, p.code) + properties_text(p.properties);
  }
  std::string operator()(const Publish& p) const {
    auto line = fmt::format(" qos={}", p.qos);
    if (p.dup) line += " dup=1";
    if (p.retain) line += " retain=1";
    if (p.qos > 0) line += fmt::format(" id={}", p.packet_id);
    line += fmt::format(" topic={} payload={} bytes", in_quotes(p.topic), p.payload.size());
    return line + properties_text(p.properties);
  }
  template <PacketType Type>
  std::string operator()(const PublishAck<Type>& p) const {
    auto line = fmt::format(" id={}", p.packet_id);
    if (version == Version::v5_0) line += code(Type, p.code);
    return line + properties_text(p.properties);
  }
  std::string operator()(const Subscribe& p) const {
    auto line = fmt::format(" id={}", p.packet_id);
    for (const auto& s : p.subscriptions) {
      line += fmt::format(" filter={} qos={}", in_quotes(s.filter), s.qos);
      if (s.no_local) line += " no_local=1";
      if (s.retain_as_published) line += " retain_as_published=1";
      if (s.retain_handling != 0) line += fmt::format(" retain_handling={}", s.retain_handling);
    }
    return line + properties_text(p.properties);
  }
  std::string operator()(const Suback& p) const {
    return fmt::format(" id={}", p.packet_id) + codes(PacketType::suback, p.codes) +
           properties_text(p.properties);
  }
  std::string operator()(const Unsubscribe& p) const {
    auto line = fmt::format(" id={}", p.packet_id);
    for (const auto& filter : p.filters) line += " filter=" + in_quotes(filter);
    return line + properties_text(p.properties);
  }
  std::string operator()(const Unsuback& p) const {
    return fmt::format(" id={}", p.packet_id) + codes(PacketType::unsuback, p.codes) +
           properties_text(p.properties);
  }
  std::string operator()(const Pingreq&) const { return {}; }
  std::string operator()(const Pingresp&) const { return {}; }
  std::string operator()(const Disconnect& p) const {
    auto line = version == Version::v5_0 ? code(PacketType::disconnect, p.code) : std::string();
    return line + properties_text(p.properties);
  }
  std::string operator()(const Auth& p) const {
    return code(PacketType::auth, p.code) + properties_text(p.properties);
  }
};

}  // namespace

std::string describe(const Packet& packet, Version version) {
  return std::string(to_string(type_of(packet))) + std::visit(Describer{version}, packet);
}

}  // namespace handfast::mqtt
