#include "pki/fleet/detail/tbs_template.hpp"

#include <openssl/asn1.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "core/tls/identity.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/detail/der.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::array<std::uint8_t, 3> common_name_oid{0x55, 0x04, 0x03};  // id-at 3
constexpr std::array<std::uint8_t, 3> key_id_oid{0x55, 0x1d, 0x0e};       // id-ce 14
constexpr std::array<std::uint8_t, 3> alt_names_oid{0x55, 0x1d, 0x11};    // id-ce 17
constexpr std::uint8_t extensions_tag = 0xa3;                             // [3] EXPLICIT

bool same(ByteView left, ByteView right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

Bytes time_der(WallTime time) {
  const tls::OpensslPtr<ASN1_TIME, ASN1_TIME_free> value(
      ASN1_TIME_set(nullptr, std::chrono::system_clock::to_time_t(time)));
  unsigned char* der = nullptr;
  const int size = value ? i2d_ASN1_TIME(value.get(), &der) : 0;
  if (size <= 0) return {};
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

}  // namespace

Bytes validity_der(WallTime not_before, WallTime not_after) {
  auto inside = time_der(not_before);
  append(inside, time_der(not_after));
  Bytes out;
  put_der(out, der_sequence, inside);
  return out;
}

Result<TbsTemplate> TbsTemplate::of(const X509* sample) {
  const auto der = tls::to_der(sample);
  TbsTemplate out;
  ByteView in(der);
  const auto outer = take_der(in);
  ByteView parts = outer ? outer->content : ByteView();
  const auto tbs = take_der(parts);
  const auto algorithm = take_der(parts);
  if (!tbs || !algorithm || !out.read(tbs->content)) {
    return internal_problem("cannot make a template from the first certificate of the fleet");
  }
  append(out.algorithm_, algorithm->whole);
  return out;
}

bool TbsTemplate::read(ByteView tbs) {
  const auto version = take_der(tbs);
  const auto serial = take_der(tbs);
  const auto algorithm = take_der(tbs);
  const auto issuer = take_der(tbs);
  const auto validity = take_der(tbs);
  const auto subject = take_der(tbs);
  const auto key = take_der(tbs);
  const auto extensions = take_der(tbs);
  if (!extensions || extensions->tag != extensions_tag || !tbs.empty() || !key || !validity ||
      !serial) {
    return false;
  }
  append(version_, version->whole);
  append(between_, algorithm->whole);
  append(between_, issuer->whole);
  return read_subject(subject->content) && read_extensions(extensions->content);
}

bool TbsTemplate::read_subject(ByteView rdns) {
  while (!rdns.empty()) {
    const auto rdn = take_der(rdns);
    if (!rdn) return false;
    ByteView set = rdn->content;
    const auto attribute = take_der(set);
    ByteView inside = attribute ? attribute->content : ByteView();
    const auto type = take_der(inside);
    const auto value = take_der(inside);
    if (!type || !value) return false;
    if (name_tag_ == 0 && set.empty() && same(type->content, common_name_oid)) {
      name_tag_ = value->tag;
    } else {
      append(name_tag_ == 0 ? subject_before_ : subject_after_, rdn->whole);
    }
  }
  return true;
}

bool TbsTemplate::read_extensions(ByteView wrapped) {
  const auto sequence = take_der(wrapped);
  ByteView list = sequence ? sequence->content : ByteView();
  while (!list.empty()) {
    const auto extension = take_der(list);
    if (!extension) return false;
    ByteView inside = extension->content;
    const auto type = take_der(inside);
    if (!type) return false;
    const auto hole = same(type->content, key_id_oid)      ? Hole::key_id
                      : same(type->content, alt_names_oid) ? Hole::alt_names
                                                           : Hole::none;
    Extension kept{hole, {}};
    if (hole == Hole::none) {
      append(kept.bytes, extension->whole);
    } else {
      append(kept.bytes, type->whole);
      auto next = take_der(inside);
      if (next && next->tag != der_octet_string) {  // critical
        append(kept.bytes, next->whole);
        next = take_der(inside);
      }
      if (!next || next->tag != der_octet_string) return false;
    }
    extensions_.push_back(std::move(kept));
  }
  return sequence.has_value();
}

std::size_t TbsTemplate::subject_octets(const TbsValues& values) const {
  auto octets = subject_before_.size() + subject_after_.size();
  if (name_tag_ != 0) {
    octets +=
        der_size(der_size(der_size(common_name_oid.size()) + der_size(values.common_name.size())));
  }
  return octets;
}

void TbsTemplate::put_subject(const TbsValues& values, Bytes& out) const {
  put_der_header(out, der_sequence, subject_octets(values));
  append(out, subject_before_);
  if (name_tag_ != 0) {
    const auto attribute = der_size(common_name_oid.size()) + der_size(values.common_name.size());
    put_der_header(out, der_set, der_size(attribute));
    put_der_header(out, der_sequence, attribute);
    put_der(out, der_oid, common_name_oid);
    put_der(out, name_tag_, as_bytes(values.common_name));
  }
  append(out, subject_after_);
}

std::size_t TbsTemplate::inner_octets(Hole hole, const TbsValues& values) {
  return der_size(hole == Hole::key_id ? values.key_id.size() : values.alt_names.size());
}

void TbsTemplate::put_extensions(const TbsValues& values, std::size_t octets, Bytes& out) const {
  put_der_header(out, extensions_tag, der_size(octets));
  put_der_header(out, der_sequence, octets);
  for (const auto& extension : extensions_) {
    if (extension.hole == Hole::none) {
      append(out, extension.bytes);
      continue;
    }
    const auto inner = inner_octets(extension.hole, values);
    put_der_header(out, der_sequence, extension.bytes.size() + der_size(inner));
    append(out, extension.bytes);
    put_der_header(out, der_octet_string, inner);
    if (extension.hole == Hole::key_id) {
      put_der(out, der_octet_string, values.key_id);
    } else {
      put_der(out, der_sequence, values.alt_names);
    }
  }
}

void TbsTemplate::stamp(const TbsValues& values, Bytes& out) const {
  Bytes serial;
  put_der_unsigned(serial, values.serial);
  std::size_t extensions = 0;
  for (const auto& extension : extensions_) {
    extensions +=
        extension.hole == Hole::none
            ? extension.bytes.size()
            : der_size(extension.bytes.size() + der_size(inner_octets(extension.hole, values)));
  }
  const auto content = version_.size() + serial.size() + between_.size() + values.validity.size() +
                       der_size(subject_octets(values)) + values.key.size() +
                       der_size(der_size(extensions));
  put_der_header(out, der_sequence, content);
  append(out, version_);
  append(out, serial);
  append(out, between_);
  append(out, values.validity);
  put_subject(values, out);
  append(out, values.key);
  put_extensions(values, extensions, out);
}

}  // namespace handfast::pki::detail
