#include "pki/manifest/detail/layout.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "core/base/text.hpp"

namespace handfast::pki::detail {

namespace {

/// The folder part included: "broker/tls.crt" has the stem "broker/tls".
std::string stem_of(const std::string& file) {
  const auto dot = file.rfind('.');
  const auto slash = file.rfind('/');
  return dot == std::string::npos || (slash != std::string::npos && dot < slash)
             ? file
             : file.substr(0, dot);
}

Files authority_files(Layout layout, const std::string& name) {
  Files out;
  const auto set = [&out](std::string certificate, std::string key) {
    out.certificate = std::move(certificate);
    out.key = std::move(key);
  };
  switch (layout) {
    case Layout::plain:
      set(name + ".pem", name + ".key");
      break;
    case Layout::emqx:
      set(name + "-cacert.pem", name + "-ca.key");
      break;
    case Layout::letsencrypt:
      set(name + "/cert.pem", name + "/privkey.pem");
      break;
    case Layout::k8s:
      set(name + "/ca.crt", name + "/ca.key");
      break;
    case Layout::cisco:
      set(name + ".CRT", name + ".KEY");
      break;
    case Layout::combined:
    case Layout::apache:
      set(name + ".crt", name + ".key");
      break;
  }
  return out;
}

Files identity_files(Layout layout, const std::string& name) {
  Files out;
  const auto set = [&out](std::string certificate, std::string key, std::string chain) {
    out.certificate = std::move(certificate);
    out.key = std::move(key);
    out.chain = std::move(chain);
  };
  switch (layout) {
    case Layout::plain:
      set(name + ".pem", name + ".key", name + "-chain.pem");
      break;
    case Layout::emqx:
      set(name + "-cert.pem", name + "-key.pem", name + "-chain.pem");
      break;
    case Layout::letsencrypt:
      set(name + "/cert.pem", name + "/privkey.pem", name + "/fullchain.pem");
      out.intermediates = name + "/chain.pem";
      break;
    case Layout::k8s:
      set(name + "/tls.crt", name + "/tls.key", name + "/tls.crt");
      out.anchor = name + "/ca.crt";
      break;
    case Layout::combined:
      set(name + ".crt", name + ".key", name + "-chain.pem");
      out.combined = name + ".pem";
      break;
    case Layout::cisco:
      set(name + ".CRT", name + ".KEY", name + ".PEM");
      out.request = name + ".CSR";
      break;
    case Layout::apache:
      set(name + ".crt", name + ".key", name + "-chain.crt");
      out.request = name + ".csr";
      break;
  }
  return out;
}

void name_forms(const WriteSet& write, FileRole role, Files& out) {
  const auto stem = stem_of(out.certificate);
  const auto name = [&stem](bool wanted, std::string& file, const char* extension) {
    if (wanted && file.empty()) file = stem + extension;
  };
  name(write.request, out.request, ".csr");
  name(write.der, out.der, ".der");
  if (role == FileRole::authority) return;
  name(write.pkcs12, out.pkcs12, ".p12");
  name(write.pkcs7, out.pkcs7, ".p7b");
  name(write.combined, out.combined, "-combined.pem");
}

std::optional<unsigned> mode_of(const std::string& text) {
  if (text.size() != 4 || text[0] != '0') return std::nullopt;
  unsigned mode = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    mode = mode * 8 + static_cast<unsigned>(c - '0');
  }
  return mode;
}

void read_mode(Fields& fields, std::string_view key, unsigned forbidden, unsigned& out) {
  const auto node = fields.find(key);
  if (!node) return;
  auto text = node->text();
  const auto mode = text && node->is_quoted() ? mode_of(*text) : std::nullopt;
  if (!mode) {
    // YAML 1.1 reads 0600 as octal, YAML 1.2 as six hundred.
    return fields.fail(node->problem(fmt::format("\"{}\" must be an octal mode in quotes", key),
                                     "for example \"0600\""));
  }
  if ((*mode & 0400U) == 0 || (*mode & forbidden) != 0) {
    return fields.fail(node->problem(fmt::format("the mode {:04o} does not fit \"{}\"", *mode, key),
                                     "keys at most \"0640\", certificates at most \"0644\", both "
                                     "readable by their owner"));
  }
  out = *mode;
}

}  // namespace

const std::vector<std::string>& layout_names() {
  static const std::vector<std::string> names{"plain",    "emqx",  "letsencrypt", "k8s",
                                              "combined", "cisco", "apache"};
  return names;
}

Files files_in(Layout layout, FileRole role, const std::string& name, const WriteSet& write) {
  auto out =
      role == FileRole::authority ? authority_files(layout, name) : identity_files(layout, name);
  name_forms(write, role, out);
  return out;
}

void read_write_set(Fields& fields, WriteSet& out) {
  const auto node = fields.find("write");
  if (!node) return;
  std::vector<std::string> words;
  fields.words("write", words);
  if (!fields.good()) return;
  out = {};
  const std::array<std::pair<std::string_view, bool WriteSet::*>, 5> forms{
      {{"csr", &WriteSet::request},
       {"der", &WriteSet::der},
       {"p12", &WriteSet::pkcs12},
       {"p7b", &WriteSet::pkcs7},
       {"combined", &WriteSet::combined}}};
  for (const auto& word : words) {
    bool known = word == "pem";
    for (const auto& [name, form] : forms) {
      if (name != word) continue;
      out.*form = true;
      known = true;
    }
    if (known) continue;
    const std::vector<std::string> names{"pem", "csr", "der", "p12", "p7b", "combined"};
    return fields.fail(
        node->problem(fmt::format("unknown form \"{}\"", printable(word)), suggest(word, names)));
  }
}

void read_modes(Fields& fields, Files& out) {
  const auto node = fields.find("files");
  if (!node) return;
  Fields modes(*node);
  read_mode(modes, "key", 07137, out.key_mode);
  read_mode(modes, "cert", 07133, out.certificate_mode);
  if (const auto owner = modes.find("owner"); owner && owner->is_empty()) {
    out.owner.clear();
  } else {
    modes.text("owner", out.owner, 32);
  }
  if (auto done = modes.finish(); !done) fields.fail(done.error());
}

void read_file_names(Fields& fields, Layout layout, FileRole role, const std::string& name,
                     const WriteSet& write, Files& out) {
  std::string base = name;
  const auto node = fields.find("file");
  if (node && !node->is_map()) fields.file_name("file", base);
  auto named = files_in(layout, role, base, write);
  named.key_mode = out.key_mode;
  named.certificate_mode = out.certificate_mode;
  named.owner = out.owner;
  out = std::move(named);
  if (!node || !node->is_map()) return;
  Fields names(*node);
  names.file_name("cert", out.certificate);
  names.file_name("key", out.key);
  if (role == FileRole::identity) {
    // As if the certificate's own name had been the base: cert: emqx.pem brings emqx-chain.pem.
    if (names.find("cert") && layout == Layout::plain) {
      out.chain = stem_of(out.certificate) + "-chain.pem";
    }
    names.file_name("chain", out.chain);
    names.file_name("p12", out.pkcs12);
    names.file_name("p7b", out.pkcs7);
    names.file_name("combined", out.combined);
  }
  names.file_name("csr", out.request);
  names.file_name("der", out.der);
  if (auto done = names.finish(); !done) fields.fail(done.error());
}

Files with_suffix(Files files, const std::string& suffix) {
  for (auto* file :
       {&files.certificate, &files.key, &files.chain, &files.intermediates, &files.anchor,
        &files.request, &files.der, &files.pkcs12, &files.pkcs7, &files.combined}) {
    if (file->empty()) continue;
    const auto slash = file->find('/');
    if (slash != std::string::npos) {  // a folder for each name
      file->insert(slash, suffix);
      continue;
    }
    auto stem = stem_of(*file);
    const auto extension = file->substr(stem.size());
    if (stem.ends_with("-chain") || stem.ends_with("-combined")) {
      const auto hyphen = stem.rfind('-');
      stem.insert(hyphen, suffix);
    } else {
      stem += suffix;
    }
    *file = stem + extension;
  }
  return files;
}

}  // namespace handfast::pki::detail
