#include "tests/support/tls13_mitm.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/support/hex.hpp"

namespace handfast::test {

namespace {

constexpr std::size_t header_bytes = 5;
constexpr std::size_t message_header_bytes = 4;
constexpr std::size_t key_update_bytes = message_header_bytes + 1;

std::size_t index(Epoch epoch) { return static_cast<std::size_t>(epoch); }

std::size_t record_size(ByteView bytes) {
  if (bytes.size() < header_bytes) return 0;
  const std::size_t size = header_bytes + (std::size_t{bytes[3]} << 8U) + bytes[4];
  return bytes.size() < size ? 0 : size;
}

std::size_t message_size(ByteView bytes) {
  if (bytes.size() < message_header_bytes) return 0;
  const std::size_t size = message_header_bytes + (std::size_t{bytes[1]} << 16U) +
                           (std::size_t{bytes[2]} << 8U) + bytes[3];
  return bytes.size() < size ? 0 : size;
}

/// The suite of a ServerHello: behind version, random and session identifier.
std::uint16_t suite_of(ByteView hello) {
  const std::size_t at = message_header_bytes + 2 + 32 + 1 + hello[message_header_bytes + 34];
  return static_cast<std::uint16_t>(hello[at] << 8U | hello[at + 1]);
}

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

/// Cuts the type off a TLSInnerPlaintext.
std::uint8_t take_type(Bytes& inner) {
  while (!inner.empty() && inner.back() == 0) inner.pop_back();
  if (inner.empty()) throw std::runtime_error("a record without content type");
  const auto type = inner.back();
  inner.pop_back();
  return type;
}

/// The digest and padding of a signature scheme (RFC 8446 section 4.2.3).
struct Scheme {
  std::uint16_t id = 0;
  const EVP_MD* digest = nullptr;  ///< null: the algorithm has its own
  bool pss = false;
};

Scheme scheme_of(std::uint16_t id) {
  switch (id) {
    case 0x0201:
    case 0x0203:
      return {id, EVP_sha1()};
    case 0x0401:
    case 0x0403:
      return {id, EVP_sha256()};
    case 0x0501:
    case 0x0503:
      return {id, EVP_sha384()};
    case 0x0601:
    case 0x0603:
      return {id, EVP_sha512()};
    case 0x0804:
    case 0x0809:
      return {id, EVP_sha256(), true};
    case 0x0805:
    case 0x080a:
      return {id, EVP_sha384(), true};
    case 0x0806:
    case 0x080b:
      return {id, EVP_sha512(), true};
    default:
      return {id};
  }
}

Bytes sign(EVP_PKEY* key, const Scheme& scheme, ByteView bytes) {
  const tls::DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  std::size_t size = 0;
  bool fine = EVP_DigestSignInit(context.get(), &key_context, scheme.digest, nullptr, key) == 1;
  if (fine && scheme.pss) {
    fine = EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  fine = fine && EVP_DigestSign(context.get(), nullptr, &size, bytes.data(), bytes.size()) == 1;
  Bytes signature(size);
  fine = fine &&
         EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()) == 1;
  if (!fine) throw std::runtime_error("cannot sign: " + tls::drain_errors());
  signature.resize(size);
  return signature;
}

}  // namespace

bool Unit::is_hello_retry_request() const {
  static const Bytes special =
      hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
  constexpr std::size_t random_at = message_header_bytes + 2;
  return message_type() == message::server_hello && bytes.size() >= random_at + special.size() &&
         std::ranges::equal(special, ByteView(bytes).subspan(random_at, special.size()));
}

Bytes handshake_message(std::uint8_t type, ByteView body) {
  Bytes message;
  ByteWriter writer(message);
  writer.u8(type);
  writer.u24(static_cast<std::uint32_t>(body.size()));
  writer.bytes(body);
  return message;
}

void fit_length(Bytes& message) {
  message = handshake_message(message[0], ByteView(message).subspan(message_header_bytes));
}

Unit* find(Units& units, std::uint8_t message_type) {
  const auto found = std::ranges::find_if(units, [message_type](const Unit& unit) {
    return unit.message_type() == message_type && !unit.is_hello_retry_request();
  });
  return found == units.end() ? nullptr : &*found;
}

Tls13Mitm::Tls13Mitm(MemoryServer& server, KeyLog& log, Edits edits)
    : server_(server), log_(log), edits_(std::move(edits)) {
  log_.clear();
}

Bytes Tls13Mitm::feed(ByteView from_client) {
  // In this order: then the key log knows the client's keys.
  const Bytes answer = server_.feed(from_client);
  watch_client(from_client);
  return forward(answer);
}

Bytes Tls13Mitm::forward(ByteView from_server) {
  Units units;
  append(pending_, from_server);
  std::size_t taken = 0;
  while (const auto size = record_size(ByteView(pending_).subspan(taken))) {
    open_record(ByteView(pending_).subspan(taken, size), units);
    taken += size;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(taken));
  if (edits_.finish_again) {
    std::erase_if(units, [](const Unit& unit) { return unit.epoch == Epoch::application; });
  }
  if (units.empty()) return {};
  if (edits_.units) edits_.units(units);
  see_as_client(units);
  PlainRecords records;
  for (auto& unit : units) {
    records.push_back(
        {.epoch = unit.epoch, .content_type = unit.content_type, .content = std::move(unit.bytes)});
  }
  if (edits_.records) edits_.records(records);
  Bytes wire = seal(records);
  if (edits_.wire) edits_.wire(wire);
  return wire;
}

void Tls13Mitm::open_record(ByteView record, Units& units) {
  std::uint8_t type = record[0];
  Bytes content(record.begin() + header_bytes, record.end());
  Epoch epoch = Epoch::plain;
  if (type == content::data) {
    epoch = reading_;
    auto inner = read_[index(epoch)]->open(record);
    if (!inner) throw std::runtime_error("the server's record does not open");
    content = std::move(*inner);
    type = take_type(content);
  }
  if (type != content::handshake) {
    units.push_back({.epoch = epoch, .content_type = type, .bytes = std::move(content)});
    return;
  }
  append(pending_message_, content);
  take_messages(units);
}

void Tls13Mitm::take_messages(Units& units) {
  while (const auto size = message_size(pending_message_)) {
    const auto end = pending_message_.begin() + static_cast<std::ptrdiff_t>(size);
    const Unit unit{.epoch = reading_, .bytes = Bytes(pending_message_.begin(), end)};
    pending_message_.erase(pending_message_.begin(), end);
    units.push_back(unit);
    if (unit.message_type() == message::server_hello) suite_ = &tls13_suite(suite_of(unit.bytes));
    if (unit.message_type() == message::server_hello && !unit.is_hello_retry_request()) {
      enter(Epoch::handshake);
    } else if (unit.message_type() == message::finished) {
      enter(Epoch::application);
    } else if (unit.message_type() == message::key_update) {
      read_[index(reading_)] = read_[index(reading_)]->next();
    }
  }
}

/// The server said the last message under the keys before `epoch`.
void Tls13Mitm::enter(Epoch epoch) {
  reading_ = epoch;
  const auto& secret = log_.secret(epoch == Epoch::handshake ? "SERVER_HANDSHAKE_TRAFFIC_SECRET"
                                                             : "SERVER_TRAFFIC_SECRET_0");
  read_[index(epoch)].emplace(*suite_, secret);
  write_[index(epoch)].emplace(*suite_, secret);
}

void Tls13Mitm::see_as_client(Units& units) {
  for (auto& unit : units) {
    if (unit.content_type != content::handshake || unit.epoch == Epoch::application) continue;
    if (unit.is_hello_retry_request()) {
      // RFC 8446 section 4.4.1: the first ClientHello goes on as its hash.
      transcript_ =
          handshake_message(message::message_hash, digest_of(suite_->digest, transcript_));
    }
    if (unit.message_type() == message::certificate_verify && edits_.sign_again != nullptr) {
      sign_again(unit);
    }
    // A test may have put one where there are no keys yet.
    const bool has_keys = read_[index(Epoch::handshake)].has_value();
    if (unit.message_type() == message::finished && edits_.finish_again && has_keys) {
      unit.bytes = handshake_message(message::finished,
                                     read_[index(Epoch::handshake)]->finished(transcript_));
    }
    append(transcript_, unit.bytes);
  }
}

void Tls13Mitm::sign_again(Unit& certificate_verify) const {
  const auto& old = certificate_verify.bytes;
  if (old.size() < message_header_bytes + 2) return;  // it names no scheme
  const auto scheme = static_cast<std::uint16_t>(old[4] << 8U | old[5]);
  Bytes covered(64, 0x20);
  append(covered, as_bytes("TLS 1.3, server CertificateVerify"));
  covered.push_back(0);
  append(covered, digest_of(suite_->digest, transcript_));
  const Bytes signature = sign(edits_.sign_again, scheme_of(scheme), covered);
  Bytes body;
  ByteWriter writer(body);
  writer.u16(scheme);
  writer.u16(static_cast<std::uint16_t>(signature.size()));
  writer.bytes(signature);
  certificate_verify.bytes = handshake_message(message::certificate_verify, body);
}

Bytes Tls13Mitm::seal(const PlainRecords& records) {
  Bytes wire;
  for (const auto& record : records) {
    if (record.raw) {
      append(wire, record.content);
      continue;
    }
    if (record.epoch == Epoch::plain) {
      ByteWriter writer(wire);
      writer.u8(record.content_type);
      writer.u16(record.version);
      writer.u16(static_cast<std::uint16_t>(record.content.size()));
      writer.bytes(record.content);
      continue;
    }
    Bytes inner = record.content;
    inner.push_back(record.no_inner_type ? 0 : record.content_type);
    inner.resize(inner.size() + record.padding);
    auto& keys = *write_[index(record.epoch)];
    Bytes sealed = keys.seal(inner, record.version, record.outer_type);
    if (record.wrong_tag) sealed.back() ^= 1;
    append(wire, sealed);
    const bool updates =
        record.epoch == Epoch::application && record.content_type == content::handshake &&
        record.content.size() == key_update_bytes && record.content[0] == message::key_update;
    if (updates) keys = keys.next();
  }
  return wire;
}

void Tls13Mitm::watch_client(ByteView bytes) {
  append(client_pending_, bytes);
  std::size_t taken = 0;
  while (const auto size = record_size(ByteView(client_pending_).subspan(taken))) {
    watch_client_record(ByteView(client_pending_).subspan(taken, size));
    taken += size;
  }
  client_pending_.erase(client_pending_.begin(),
                        client_pending_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void Tls13Mitm::watch_client_record(ByteView record) {
  Bytes content(record.begin() + header_bytes, record.end());
  std::uint8_t type = record[0];
  if (type == content::data) {
    auto inner = open_from_client(record);
    if (!inner) {
      ++unreadable_;
      return;
    }
    content = std::move(*inner);
    type = take_type(content);
  } else if (type == content::handshake) {
    append(transcript_, content);  // a ClientHello: nothing else of a client is in the clear
  }
  if (record[0] == content::data && type == content::handshake &&
      content[0] == message::key_update) {
    client_[index(Epoch::application)] = client_[index(Epoch::application)]->next();
  }
  if (type == content::alert && content.size() == 2) client_alert_ = {content[0], content[1]};
}

std::optional<Bytes> Tls13Mitm::open_from_client(ByteView record) {
  for (const auto epoch : {Epoch::handshake, Epoch::application}) {
    auto& keys = client_[index(epoch)];
    // libssl logs a client's secret as late as it begins to read under it.
    const auto& secret = log_.secret(epoch == Epoch::handshake ? "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
                                                               : "CLIENT_TRAFFIC_SECRET_0");
    if (!keys && reading_ >= epoch && !secret.empty()) keys.emplace(*suite_, secret);
    if (!keys) continue;
    if (auto inner = keys->open(record)) return inner;
  }
  return std::nullopt;
}

void exchange(tls::Client& client, Tls13Mitm& mitm, tls::Output& out) {
  for (int round = 0; round < 20 && !out.wire.empty(); ++round) {
    const Bytes from_client = std::move(out.wire);
    out.wire.clear();
    const Bytes from_server = mitm.feed(from_client);
    if (!from_server.empty()) client.feed(from_server, out);
  }
}

}  // namespace handfast::test
