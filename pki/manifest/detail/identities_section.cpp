// `identities`, with their twins.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/text.hpp"
#include "pki/manifest/detail/reading.hpp"

namespace handfast::pki::detail {

namespace {

/// `csr`: the key stays with whoever made the request, so everything about keys is of no use.
void read_request(Fields& fields, IdentityEntry& entry) {
  const auto node = fields.find("csr");
  const auto copy = fields.find("copy");
  if (!node) {
    if (copy) fields.fail(copy->problem("\"copy\" is of no use without \"csr\""));
    return;
  }
  fields.text("csr", entry.request, 4096);
  entry.copy = {CopyPart::san};
  if (copy) {
    std::vector<std::string> words;
    fields.words("copy", words);
    entry.copy.clear();
    for (const auto& word : words) {
      auto part = parse_copy_part(word);
      if (!part) return fields.fail(placed(part.error(), *copy));
      entry.copy.insert(*part);
    }
  }
  for (const auto* key : {"key", "twin", "password", "rotate"}) {
    if (const auto at = fields.find(key)) {
      fields.fail(
          at->problem(fmt::format("\"{}\" is of no use with \"csr\": the key is not ours", key)));
    }
  }
}

void read_identity_files(Reading& reading, Fields& fields, IdentityEntry& entry) {
  auto write = reading.defaults.write;
  entry.files = reading.defaults.modes;
  if (!entry.request.empty()) write.request = write.combined = false;
  read_write_set(fields, write);
  read_modes(fields, entry.files);
  read_file_names(fields, reading.defaults.layout, FileRole::identity, entry.name, write,
                  entry.files);
  fields.password("password", entry.password);
  if (!fields.good()) return;
  auto& files = entry.files;
  if (!entry.request.empty()) {
    if (!files.pkcs12.empty() || (!files.combined.empty() && write.combined)) {
      return fields.fail(usage_problem(
          fmt::format("\"{}\" cannot be written with its key: a request brings none", entry.name),
          entry.where, "leave p12 and combined out of \"write\""));
    }
    files.key.clear();
    files.request.clear();
    files.combined.clear();
  }
  if (files.pkcs12.empty() != entry.password.empty()) {
    fields.fail(usage_problem(
        files.pkcs12.empty()
            ? fmt::format("the \"password\" of \"{}\" is of no use: no p12 is written", entry.name)
            : fmt::format("the p12 of \"{}\" needs a \"password\"", entry.name),
        entry.where,
        files.pkcs12.empty() ? "add p12 to \"write\"" : "password: env:NAME or file:PATH"));
  }
}

/// RFC 6125 section 6.4.4: a verifier looks at the SAN alone, so a host in the CN must be there
/// too.
void add_own_name(IdentityEntry& entry) {
  auto own = parse_alt_name(entry.subject.common_name);
  const bool host = own && (own->kind == AltNameKind::dns || own->kind == AltNameKind::ip);
  if (entry.profile.dialled() && host && entry.request.empty() &&
      std::find(entry.names.begin(), entry.names.end(), *own) == entry.names.end()) {
    entry.names.insert(entry.names.begin(), std::move(*own));
  }
}

/// The same identity with a second kind of key (capability S4-05); nullopt when there is none.
std::optional<IdentityEntry> read_twin(Fields& fields, const IdentityEntry& entry) {
  const auto node = fields.find("twin");
  if (!node) return std::nullopt;
  auto twin = entry;
  fields.key_type("twin", twin.key);
  if (fields.good() && twin.key == entry.key) {
    fields.fail(node->problem(fmt::format("the twin has the same {} key", key_title(twin.key)),
                              "name another type"));
  }
  const auto suffix = fmt::format("-{}", to_string(twin.key));
  twin.name += suffix;
  twin.twin_of = entry.name;
  twin.files = with_suffix(twin.files, suffix);
  return twin;
}

void read_issuer(Reading& reading, Fields& fields, std::string& out) {
  const auto node = fields.find("issuer");
  const auto word = node ? node->text() : Result<std::string>(Problem{});
  if (word && *word == "self" &&
      std::find(reading.authority_names.begin(), reading.authority_names.end(), "self") ==
          reading.authority_names.end()) {
    out.clear();
    return;
  }
  fields.reference("issuer", reading.authority_names, "authority", out);
}

}  // namespace

void read_identity_fields(Reading& reading, Fields& fields, IdentityEntry& entry, bool fault) {
  if (!fault || fields.find("issuer")) read_issuer(reading, fields, entry.issuer);
  fields.profile("profile", reading.manifest.profiles, entry.profile);
  if (fields.good() && entry.profile.ca && !fault) {
    fields.fail(fields.find("profile")->problem("an identity cannot be an authority",
                                                "put it below \"authorities\""));
  }
  fields.subject("subject", entry.subject);
  fields.text("cn", entry.subject.common_name, longest_name);
  if (fault && fields.find("names")) entry.names.clear();
  fields.alt_names("names", entry.names);
  fields.validity("valid", entry.validity);
  fields.policies("policies", entry.policies);
  fields.flag("must_staple", entry.must_staple);
  fields.extensions("extensions", entry.extra);
  fields.text("note", entry.note, 500);
  if (entry.request.empty()) fields.key_type("key", entry.key, fault);
}

Result<void> read_identity(Reading& reading, const std::string& name, const config::Node& node) {
  IdentityEntry entry;
  entry.name = name;
  entry.subject = reading.defaults.subject;
  entry.subject.common_name = name;
  entry.key = reading.defaults.key;
  entry.validity = reading.defaults.validity;
  entry.rotate = reading.defaults.rotate;
  entry.where = node.key_where();
  Fields fields(node);
  read_request(fields, entry);
  read_identity_fields(reading, fields, entry, false);
  read_rotate(fields, entry.rotate);
  fields.words("roles", entry.roles);
  read_identity_files(reading, fields, entry);
  auto twin = read_twin(fields, entry);
  if (auto done = fields.finish(); !done) return done;
  add_own_name(entry);
  if (twin) twin->names = entry.names;
  reading.manifest.identities.push_back(std::move(entry));
  if (twin) reading.manifest.identities.push_back(std::move(*twin));
  return {};
}

}  // namespace handfast::pki::detail
