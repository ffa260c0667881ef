#include "harness/check/fixture_material.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <variant>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "harness/check/fixture_store.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/status/status_lab.hpp"
#include "pki/audit/revocation_fixtures.hpp"
#include "pki/faults/fixtures.hpp"
#include "pki/files/files.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "pki/revocation/crl.hpp"

namespace handfast::check {

namespace {

namespace fs = std::filesystem;

constexpr mode_t public_mode = 0644;
constexpr mode_t key_mode = 0600;

bool is_revocation(std::string_view id) { return id.starts_with("crl-"); }

/// A fixture's id as a file name.
std::string file_name(std::string_view id) {
  std::string name(id);
  std::ranges::replace(name, '/', '.');
  std::ranges::replace(name, '+', '_');
  return name;
}

/// Certificates that our library cannot read are left out: only the native engine sends such a
/// list, and it takes the leaf as octets.
std::vector<tls::CertificatePtr> parsed(const std::vector<Bytes>& list, std::size_t from) {
  std::vector<tls::CertificatePtr> out;
  for (std::size_t i = from; i < list.size(); ++i) {
    const auto* begin = list[i].data();
    tls::CertificatePtr one(d2i_X509(nullptr, &begin, static_cast<long>(list[i].size())));
    if (one) out.push_back(std::move(one));
  }
  return out;
}

std::string pem_of(const std::vector<Bytes>& list) {
  std::string pem;
  for (const auto& certificate : parsed(list, 0)) pem += pki::certificate_pem(certificate.get());
  return pem;
}

/// Makes fixtures, or takes them from a store, and puts them into `materials`.
class Mint {
 public:
  Mint(Materials& materials, const FixtureFiles& files, pki::Fixtures fixtures, WallTime base,
       std::optional<FixtureStore> store)
      : materials_(materials),
        files_(files),
        fixtures_(std::move(fixtures)),
        base_time_(base),
        store_(std::move(store)) {}

  Result<void> add(const std::string& id) {
    if (is_status_name(id)) return add_status(id);
    auto fixture = fixture_of(id);
    if (!fixture) return fixture.error();
    auto trusted = Result<std::vector<Bytes>>(fixture->anchors);
    if (id == split_server) trusted = issuers_of(fixture_server);
    if (!trusted) return trusted.error();
    if (auto done = add_trust(id, *trusted); !done) return done;
    if (is_revocation(id)) {
      if (auto done = add_crls(id, *fixture); !done) return done;
    }
    const auto host = fixture->host;
    auto added = add_identity(id, fixture->chain, std::move(fixture->key), fixture->server);
    if (!added || host.empty()) return added;
    materials_.identities[id].host = host;
    return added;
  }

  /// R, which our own clients trust.
  Result<void> add_client_trust() {
    const auto made = fixture_of(std::string(fixture_server));
    if (!made) return made.error();
    return add_trust(std::string(fixture_trust), made->anchors);
  }

 private:
  /// What a broker's trust file holds when its certificate file lacks it.
  Result<std::vector<Bytes>> issuers_of(std::string_view id) {
    auto whole = fixture_of(std::string(id));
    if (!whole) return whole.error();
    whole->chain.erase(whole->chain.begin());
    return std::move(whole->chain);
  }

  Result<StoredFixture> fixture_of(const std::string& id) {
    if (!store_) return is_revocation(id) ? minted_crls(id) : minted(id);
    auto found = store_->find(id);
    if (!found) return found.error();
    if (*found) return std::move(**found);
    auto made = is_revocation(id) ? minted_crls(id) : minted(id);
    if (!made) return made;
    if (auto kept = store_->put(id, *made); !kept) return kept.error();
    return made;
  }

  Result<StoredFixture> minted(const std::string& id) {
    auto made = fixtures_.make(id);
    if (!made) return made.error();
    return StoredFixture{.chain = std::move(made->chain),
                         .key = std::move(made->key),
                         .anchors = std::move(made->anchors),
                         .crls = {},
                         .host = std::move(made->host),
                         .server = made->purpose == pki::FixturePurpose::server};
  }

  Result<StoredFixture> minted_crls(const std::string& id) const {
    auto made = pki::make_revocation_fixture(id, fixture_seed, base_time_);
    if (!made) return made.error();
    return StoredFixture{.chain = std::move(made->chain),
                         .key = std::move(made->key),
                         .anchors = std::move(made->anchors),
                         .crls = std::move(made->crls),
                         .host = {},
                         .der = made->der};
  }

  Result<void> add_crls(const std::string& id, const StoredFixture& fixture) {
    std::string text;
    for (const auto& crl : fixture.crls) {
      if (fixture.der) {
        text.append(crl.begin(), crl.end());
      } else {
        text += pki::crl_pem(crl);
      }
    }
    const auto file = file_of(id, fixture.der ? ".crl.der" : ".crl.pem");
    if (auto written = put(file, text, public_mode); !written) return written;
    materials_.revocations[id] = {.file = file, .crls = fixture.crls};
    return {};
  }

  Result<void> add_status(const std::string& id) {
    if (materials_.status == nullptr) {
      auto lab = StatusLab::start();
      if (!lab) return lab.error();
      materials_.status = std::move(*lab);
      auto trusted = add_trust_pem(std::string(status_trust), materials_.status->trust_pem());
      if (!trusted) return trusted;
    }
    if (id != status_client) {
      auto server = materials_.status->server(id);
      if (!server) return server.error();
      return add_identity(id, server->list, std::move(server->key), true);
    }
    auto branch = materials_.status->branch("twin");
    if (!branch) return branch.error();
    auto client = branch->leaf({.crl = true, .ocsp = true});
    if (!client) return client.error();
    return add_identity(id, client->list, std::move(client->key), false);
  }

  Result<void> add_trust(const std::string& id, const std::vector<Bytes>& anchors) {
    return add_trust_pem(id, pem_of(anchors));
  }

  Result<void> add_trust_pem(const std::string& id, const std::string& pem) {
    const auto file = file_of(id, ".trust.pem");
    if (auto written = put(file, pem, public_mode); !written) return written;
    auto value = tls::Trust::from_pem(pem, file.string());
    if (!value) return value.error();
    materials_.trusts[id] = {.file = file, .value = std::move(*value)};
    return {};
  }

  Result<void> add_identity(const std::string& id, const std::vector<Bytes>& chain,
                            tls::PkeyPtr key, bool server) {
    if (chain.empty()) return {};  // the row is about an empty Certificate
    IdentityMaterial identity{.certificate = file_of(id, ".pem"),
                              .chain = file_of(id, ".chain.pem"),
                              .key = file_of(id, ".key"),
                              .value = {}};
    if (server) {
      if (auto written = write_files(identity, chain, key.get()); !written) return written;
    }
    identity.list = chain;
    identity.value = tls::Identity::from_parts(chain.front(), parsed(chain, 1), std::move(key));
    materials_.identities[id] = std::move(identity);
    return {};
  }

  Result<void> write_files(const IdentityMaterial& identity, const std::vector<Bytes>& chain,
                           const EVP_PKEY* key) {
    const auto leaf = pem_of({chain.front()});
    if (auto done = put(identity.certificate, leaf, public_mode); !done) return done;
    if (auto done = put(identity.chain, pem_of(chain), public_mode); !done) return done;
    auto pem = pki::private_key_pem(key);
    if (!pem) return pem.error();
    if (stands(identity.key, *pem)) return {};  // its owner as well
    if (auto done = put(identity.key, *pem, key_mode); !done) return done;
    if (files_.key_owner.empty()) return {};
    auto owner = pki::KeyOwner::find(files_.key_owner);
    if (!owner) return owner.error();
    auto given = owner->give(identity.key);
    if (!given) return given.error();
    return {};
  }

  /// What was kept is as the broker was given it, and may be open to it alone.
  bool stands(const fs::path& file, const std::string& text) const {
    return store_ && read_text(file) == text;
  }

  Result<void> put(const fs::path& file, const std::string& text, mode_t mode) const {
    if (stands(file, text)) return {};
    return pki::write_file(file, text, mode);
  }

  fs::path file_of(std::string_view id, std::string_view extension) const {
    return files_.directory / (file_name(id) + std::string(extension));
  }

  Materials& materials_;
  const FixtureFiles& files_;
  pki::Fixtures fixtures_;
  WallTime base_time_;
  std::optional<FixtureStore> store_;
};

void add_fixture(std::vector<std::string>& names, std::string_view name) {
  const bool known =
      is_revocation(name) || is_status_name(name) || pki::Fixtures::find(name) != nullptr;
  if (known && std::ranges::find(names, name) == names.end()) names.emplace_back(name);
}

}  // namespace

std::vector<std::string> fixtures_of(const CheckSpec& spec) {
  std::vector<std::string> names;
  for (const auto& name : identities_of(spec.plan)) add_fixture(names, name);
  for (const auto& name : trusts_of(spec.plan)) add_fixture(names, name);
  bool on_profile = false;
  for (const auto& listener : spec.needs) {
    const auto profile = parse_profile(listener);
    if (!profile) continue;
    on_profile = true;
    add_fixture(names, profile->fixture);
  }
  if (on_profile) {
    for (const auto name : {fixture_server, good_client_fixture, foreign_client_fixture}) {
      add_fixture(names, name);
    }
  }
  return names;
}

Result<tls::Identity> mint_again(std::string_view id, WallTime base) {
  auto fixtures = pki::Fixtures::build(fixture_seed, base);
  if (!fixtures) return fixtures.error();
  auto made = fixtures->make(id);
  if (!made) return made.error();
  return tls::Identity::from_parts(made->chain.front(), parsed(made->chain, 1),
                                   std::move(made->key));
}

Result<void> add_fixtures(Materials& materials, const std::vector<const CheckSpec*>& rows,
                          const FixtureFiles& files) {
  std::set<std::string> wanted;
  for (const auto* row : rows) {
    for (auto& id : fixtures_of(*row)) wanted.insert(std::move(id));
  }
  if (wanted.empty()) return {};
  std::error_code error;
  fs::create_directories(files.directory, error);
  if (error) {
    return environment_problem("cannot make the folder of the fixtures: " + error.message(),
                               files.directory.string(), "name another one with --out");
  }
  auto base = std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
  std::optional<FixtureStore> store;
  if (files.keep) {
    auto opened = FixtureStore::open(files.directory / "kept", base);
    if (!opened) return opened.error();
    store = std::move(*opened);
    base = store->base();
  }
  auto fixtures = pki::Fixtures::build(fixture_seed, base);
  if (!fixtures) return fixtures.error();
  Mint mint(materials, files, std::move(*fixtures), base, std::move(store));
  if (auto done = mint.add_client_trust(); !done) return done;
  for (const auto& id : wanted) {
    if (materials.identity(id) != nullptr) continue;
    if (auto done = mint.add(id); !done) return with_context(done.error(), "the fixture " + id);
  }
  return {};
}

}  // namespace handfast::check
