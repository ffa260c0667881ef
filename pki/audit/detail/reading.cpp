#include "pki/audit/detail/reading.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>

namespace handfast::pki::detail {

namespace {

void add(ReadCertificate& out, DefectKind kind, std::string sentence) {
  out.findings.push_back({kind, std::move(sentence)});
}

/// Lengths, integers and truth values as DER wants them, below extensions excluded.
bool is_der(const der::Value& value) {
  if (value.form != der::LengthForm::minimal) return false;
  const auto& content = value.content;
  if (value.tag == der::tag::boolean) {
    return content.size() == 1 && (content[0] == 0xff || content[0] == 0x00);
  }
  if (value.tag == der::tag::integer && content.size() > 1) {
    const bool top = (content[1] & 0x80U) != 0;
    if ((content[0] == 0x00 && !top) || (content[0] == 0xff && top)) return false;
  }
  return std::ranges::all_of(value.children, is_der);
}

void judge_serial(ReadCertificate& out) {
  Bytes magnitude = out.serial;
  while (!magnitude.empty() && magnitude.front() == 0) magnitude.erase(magnitude.begin());
  const bool negative = !out.serial.empty() && (out.serial.front() & 0x80U) != 0;
  if (magnitude.empty() || negative) {
    add(out, DefectKind::serial_not_positive, "the serial is " + to_hex(out.serial));
  }
  if (magnitude.size() > 20) {
    add(out, DefectKind::serial_too_long,
        "the serial has " + std::to_string(magnitude.size()) + " octets");
  }
}

/// The list of extensions; false for what is none.
bool take_extensions(const der::Value& wrapper, ReadCertificate& out) {
  if (wrapper.children.size() != 1 || wrapper.children[0].tag != der::tag::sequence) return false;
  for (const auto& entry : wrapper.children[0].children) {
    const auto count = entry.children.size();
    if (count < 2 || count > 3 || entry.children[0].tag != der::tag::object ||
        entry.children.back().tag != der::tag::octet_string) {
      return false;
    }
    ReadExtension extension;
    extension.oid = der::dotted(entry.children[0].content);
    extension.value = entry.children.back().content;
    if (count == 3) {
      const auto& flag = entry.children[1];
      if (flag.tag != der::tag::boolean || flag.content.size() != 1) return false;
      extension.critical = flag.content[0] != 0;
      if (!extension.critical) {
        add(out, DefectKind::not_der, "critical FALSE is written out, which is the default");
      }
    }
    out.extensions.push_back(std::move(extension));
  }
  return true;
}

/// What stands behind the key: unique identifiers and extensions.
bool take_rest(const std::vector<der::Value>& fields, std::size_t at, ReadCertificate& out) {
  for (; at < fields.size(); ++at) {
    if (fields[at].tag == der::tag::context_of(3)) {
      if (!take_extensions(fields[at], out)) return false;
    } else if (fields[at].tag != der::tag::context(1) && fields[at].tag != der::tag::context(2)) {
      return false;
    }
  }
  return true;
}

bool take_version(const der::Value& field, ReadCertificate& out) {
  if (field.children.size() != 1 || field.children[0].content.size() != 1) return false;
  out.version = field.children[0].content[0] + 1;
  if (out.version == 1) add(out, DefectKind::not_der, "version 1 is written out, the default");
  if (out.version > 3) {
    add(out, DefectKind::version_unknown, "version " + std::to_string(out.version));
  }
  return true;
}

bool take_fields(const der::Value& tbs, ByteView der, ReadCertificate& out) {
  const auto& fields = tbs.children;
  std::size_t at = 0;
  if (!fields.empty() && fields[0].tag == der::tag::context_of(0)) {
    if (!take_version(fields[0], out)) return false;
    at = 1;
  }
  if (fields.size() < at + 6 || fields[at].tag != der::tag::integer) return false;
  for (std::size_t i = at + 1; i < at + 6; ++i) {
    if (fields[i].tag != der::tag::sequence) return false;
  }
  out.serial = fields[at].content;
  out.inner_algorithm = fields[at + 1];
  out.issuer = read_name(fields[at + 2]);
  out.subject = read_name(fields[at + 4]);
  const auto& validity = fields[at + 3].children;
  if (validity.size() != 2) return false;
  const auto begin = read_time(validity[0], out.findings);
  const auto end = read_time(validity[1], out.findings);
  if (!begin || !end) return false;
  out.not_before = *begin;
  out.not_after = *end;
  out.key_value = fields[at + 5];
  const auto raw = fields[at + 5].raw(der);
  out.key_info.assign(raw.begin(), raw.end());
  return take_rest(fields, at + 6, out);
}

void decode_key(ReadCertificate& out) {
  const unsigned char* at = out.key_info.data();
  out.key.reset(d2i_PUBKEY(nullptr, &at, static_cast<long>(out.key_info.size())));
  ERR_clear_error();
}

/// The versions that a certificate says and that its extensions need.
void judge_version(ReadCertificate& out) {
  if (out.version >= 3) return;
  if (!out.extensions.empty()) {
    add(out, DefectKind::extensions_in_version_1,
        "extensions in a certificate of version " + std::to_string(out.version));
  } else if (out.version == 1) {
    add(out, DefectKind::version_1, "version 1, without extensions");
  }
}

bool take_apart(ReadCertificate& out, const der::Value& root) {
  if (root.tag != der::tag::sequence || root.children.size() != 3 ||
      root.children[2].tag != der::tag::bit_string || root.children[2].content.empty() ||
      root.children[2].content[0] != 0) {  // signatures are whole octets
    return false;
  }
  const auto raw = root.children[0].raw(out.der);
  out.tbs.assign(raw.begin(), raw.end());
  out.outer_algorithm = root.children[1];
  out.signature.assign(root.children[2].content.begin() + 1, root.children[2].content.end());
  return take_fields(root.children[0], out.der, out);
}

}  // namespace

ReadCertificate read_certificate(ByteView der) {
  ReadCertificate out;
  const auto root = der::read(der);
  if (root) out.der.assign(der.begin(), der.begin() + static_cast<std::ptrdiff_t>(root->size));
  if (!root || !take_apart(out, *root)) {
    out.findings = {{DefectKind::malformed, "these octets are no certificate"}};
    return out;
  }
  out.parsed = true;
  if (root->size != der.size()) {
    add(out, DefectKind::trailing_data,
        std::to_string(der.size() - root->size) + " octets behind the certificate");
  }
  if (!is_der(*root))
    add(out, DefectKind::not_der, "lengths, integers or truth values are not DER");
  judge_version(out);
  judge_serial(out);
  judge_strings(out.subject, out.findings);
  if (der::encode(out.inner_algorithm) != der::encode(out.outer_algorithm)) {
    add(out, DefectKind::algorithm_mismatch, "signed part and certificate name two algorithms");
  }
  decode_key(out);
  read_extensions(out);
  return out;
}

}  // namespace handfast::pki::detail
