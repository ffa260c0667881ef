#include "core/tls/native/extensions.hpp"

#include <fmt/format.h>

namespace handfast::tls::native {

namespace {

constexpr unsigned bit(Carrier carrier) { return static_cast<unsigned>(carrier); }

constexpr unsigned ch = bit(Carrier::client_hello);
constexpr unsigned sh = bit(Carrier::server_hello);
constexpr unsigned ee = bit(Carrier::encrypted_extensions);
constexpr unsigned ct = bit(Carrier::certificate);
constexpr unsigned cr = bit(Carrier::certificate_request);
constexpr unsigned nst = bit(Carrier::new_session_ticket);
constexpr unsigned hrr = bit(Carrier::hello_retry_request);

struct Row {
  std::uint16_t type;
  std::string_view name;
  unsigned carriers;
};

// The table of RFC 8446 section 4.2, with the later ones of the registry's column "TLS 1.3".
constexpr std::array rows{
    Row{0, "server_name", ch | ee},
    Row{1, "max_fragment_length", ch | ee},
    Row{5, "status_request", ch | cr | ct},
    Row{10, "supported_groups", ch | ee},
    Row{13, "signature_algorithms", ch | cr},
    Row{14, "use_srtp", ch | ee},
    Row{15, "heartbeat", ch | ee},
    Row{16, "application_layer_protocol_negotiation", ch | ee},
    Row{18, "signed_certificate_timestamp", ch | cr | ct},
    Row{19, "client_certificate_type", ch | ee},
    Row{20, "server_certificate_type", ch | ee},
    Row{21, "padding", ch},
    Row{27, "compress_certificate", ch | cr},
    Row{28, "record_size_limit", ch | ee},
    Row{34, "delegated_credential", ch | cr | ct},
    Row{41, "pre_shared_key", ch | sh},
    Row{42, "early_data", ch | ee | nst},
    Row{43, "supported_versions", ch | sh | hrr},
    Row{44, "cookie", ch | hrr},
    Row{45, "psk_key_exchange_modes", ch},
    Row{47, "certificate_authorities", ch | cr},
    Row{48, "oid_filters", cr},
    Row{49, "post_handshake_auth", ch},
    Row{50, "signature_algorithms_cert", ch | cr},
    Row{51, "key_share", ch | sh | hrr},
};

const Row* find_row(std::uint16_t type) {
  for (const auto& row : rows) {
    if (row.type == type) return &row;
  }
  return nullptr;
}

std::string name_of(std::uint16_t type) {
  const auto* row = find_row(type);
  return row != nullptr ? std::string(row->name) : fmt::format("extension {}", type);
}

/// Messages that answer a request must not go beyond it; requests may (RFC 8446 section 4.2). The
/// cookie is the exception.
bool answers_us(Carrier carrier, std::uint16_t type) {
  return carrier != Carrier::certificate_request && carrier != Carrier::new_session_ticket &&
         type != static_cast<std::uint16_t>(ExtensionType::cookie);
}

Checked<void> check_place(Carrier carrier, std::uint16_t type, const OfferedExtensions& offered) {
  const auto* row = find_row(type);
  if (row != nullptr && (row->carriers & bit(carrier)) == 0) {
    return refuse(
        AlertDescription::illegal_parameter,
        in_message(carrier, fmt::format("{} does not belong here (RFC 8446 4.2)", row->name)));
  }
  if (answers_us(carrier, type) && !offered.holds(type)) {
    return refuse(
        AlertDescription::unsupported_extension,
        in_message(carrier, fmt::format("{} was not asked for (RFC 8446 4.2)", name_of(type))));
  }
  return {};
}

}  // namespace

std::string_view to_string(Carrier carrier) {
  switch (carrier) {
    case Carrier::client_hello:
      return "ClientHello";
    case Carrier::server_hello:
      return "ServerHello";
    case Carrier::encrypted_extensions:
      return "EncryptedExtensions";
    case Carrier::certificate:
      return "Certificate";
    case Carrier::certificate_request:
      return "CertificateRequest";
    case Carrier::new_session_ticket:
      return "NewSessionTicket";
    case Carrier::hello_retry_request:
      return "HelloRetryRequest";
  }
  return "";
}

std::string in_message(Carrier carrier, std::string_view what) {
  return fmt::format("{}: {}", to_string(carrier), what);
}

Refusal malformed(Carrier carrier, std::string_view what) {
  return refuse(AlertDescription::decode_error, in_message(carrier, what));
}

std::optional<ByteView> Extensions::find(ExtensionType type) const {
  for (std::size_t i = 0; i < count_; ++i) {
    if (entries_[i].type == static_cast<std::uint16_t>(type)) return entries_[i].body;
  }
  return std::nullopt;
}

Checked<Extensions> read_extensions(ByteReader& reader, Carrier carrier,
                                    const OfferedExtensions& offered) {
  const auto block = vector16(reader);
  if (!block) return malformed(carrier, "extensions are cut short (RFC 8446 4.2)");
  Extensions out;
  ByteReader entries(*block);
  while (!entries.empty()) {
    const auto type = entries.u16();
    const auto body = type ? vector16(entries) : std::nullopt;
    if (!body) return malformed(carrier, "an extension is cut short (RFC 8446 4.2)");
    for (std::size_t i = 0; i < out.count_; ++i) {
      if (out.entries_[i].type == *type) {
        return refuse(
            AlertDescription::illegal_parameter,
            in_message(carrier, fmt::format("{} occurs twice (RFC 8446 4.2)", name_of(*type))));
      }
    }
    if (auto fine = check_place(carrier, *type, offered); !fine) return fine.error();
    if (out.count_ == Extensions::capacity) {
      return refuse(
          AlertDescription::illegal_parameter,
          in_message(carrier, fmt::format("more than {} extensions", Extensions::capacity)));
    }
    out.entries_[out.count_++] = {*type, *body};
  }
  return out;
}

}  // namespace handfast::tls::native
