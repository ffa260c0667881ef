// The files are PEM: certificates of the list, anchors, CRLs and key under labels of their own, as
// a list may hold what is no certificate at all.
#include "harness/check/fixture_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "pki/files/files.hpp"
#include "pki/mint/key.hpp"

namespace handfast::check {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view sent_label = "CERTIFICATE";
constexpr std::string_view anchor_label = "HANDFAST ANCHOR";
constexpr std::string_view crl_label = "X509 CRL";
constexpr std::string_view der_label = "HANDFAST CRL IS DER";
constexpr std::string_view host_label = "HANDFAST HOST";
constexpr std::string_view server_label = "HANDFAST SERVER";
constexpr std::string_view key_label = "PRIVATE KEY";
constexpr const char* base_name = "base-time";
constexpr auto longest_use = std::chrono::hours(24);
constexpr mode_t secret_mode = 0600;

class PemText {
 public:
  void add(std::string_view label, ByteView content) {
    PEM_write_bio(bio_.get(), std::string(label).c_str(), "", content.data(),
                  static_cast<long>(content.size()));
  }
  std::string text() const {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio_.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

 private:
  tls::BioPtr bio_{BIO_new(BIO_s_mem())};
};

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// False for a label that put() does not write.
bool take_block(StoredFixture& fixture, std::string_view label, Bytes content) {
  if (label == sent_label) {
    fixture.chain.push_back(std::move(content));
  } else if (label == anchor_label) {
    fixture.anchors.push_back(std::move(content));
  } else if (label == crl_label) {
    fixture.crls.push_back(std::move(content));
  } else if (label == host_label) {
    fixture.host.assign(content.begin(), content.end());
  } else if (label == server_label) {
    fixture.server = true;
  } else if (label == der_label) {
    fixture.der = true;
  } else if (label == key_label) {
    const auto* at = content.data();
    fixture.key.reset(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(content.size())));
    return fixture.key != nullptr;
  } else {
    return false;
  }
  return true;
}

Result<WallTime> read_base(const fs::path& file, WallTime now) {
  const auto text = read_file(file);
  if (!text) return text.error();
  const auto digits = trim(*text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return environment_problem("no number of seconds", file.string(),
                               "write the material again with --prepare");
  }
  const WallTime base{std::chrono::duration_cast<WallTime::duration>(std::chrono::seconds(value))};
  if (base > now || now - base > longest_use) {
    return usage_problem(
        fmt::format("the certificates were made {} hours ago, and some are to expire within a day",
                    std::chrono::duration_cast<std::chrono::hours>(now - base).count()),
        file.parent_path().string(),
        "write them again with --prepare into an empty folder, and start the broker with them");
  }
  return base;
}

}  // namespace

Result<FixtureStore> FixtureStore::open(const fs::path& directory, WallTime now) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    return environment_problem("cannot make the folder: " + error.message(), directory.string());
  }
  const auto file = directory / base_name;
  if (fs::exists(file, error)) {
    const auto base = read_base(file, now);
    if (!base) return base.error();
    return FixtureStore(directory, *base);
  }
  const auto base = std::chrono::floor<std::chrono::seconds>(now);
  const auto text = fmt::format("{}\n", base.time_since_epoch().count());
  if (auto written = pki::write_file(file, text, secret_mode); !written) return written.error();
  return FixtureStore(directory, base);
}

fs::path FixtureStore::file_of(const std::string& id) const {
  auto name = id;
  std::ranges::replace(name, '/', '.');
  return directory_ / (name + ".fixture.pem");
}

Result<std::optional<StoredFixture>> FixtureStore::find(const std::string& id) const {
  const auto file = file_of(id);
  std::error_code error;
  std::optional<StoredFixture> found;
  if (!fs::exists(file, error)) return found;
  const auto text = read_file(file);
  if (!text) return text.error();
  found.emplace();
  const tls::BioPtr bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  bool known = true;
  while (known && PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1) {
    known = take_block(*found, name, Bytes(data, data + size));
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
  }
  [[maybe_unused]] const auto end = tls::drain_errors();  // PEM calls the end of the file one
  if (known) return found;
  return environment_problem("this is no fixture of handfast", file.string(),
                             "write the material again with --prepare");
}

Result<void> FixtureStore::put(const std::string& id, const StoredFixture& fixture) const {
  PemText pem;
  for (const auto& one : fixture.chain) pem.add(sent_label, one);
  for (const auto& one : fixture.anchors) pem.add(anchor_label, one);
  for (const auto& one : fixture.crls) pem.add(crl_label, one);
  if (!fixture.host.empty()) pem.add(host_label, bytes_of(fixture.host));
  if (fixture.server) pem.add(server_label, bytes_of("yes"));
  if (fixture.der) pem.add(der_label, bytes_of("yes"));
  auto text = pem.text();
  if (fixture.key) {
    auto key = pki::private_key_pem(fixture.key.get());
    if (!key) return key.error();
    text += *key;
  }
  return pki::write_file(file_of(id), text, secret_mode);
}

}  // namespace handfast::check
