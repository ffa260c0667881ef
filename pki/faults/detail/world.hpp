// The PKI that all fixtures share (catalogue section 2): R a root, I an intermediate below it, X a
// foreign root, and short ways to further authorities and leaves.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pki/faults/fixtures.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "pki/mint/seed.hpp"

namespace handfast::pki::detail {

using std::chrono::hours;
inline constexpr hours one_day{24};
inline constexpr hours one_year{365 * 24};

/// The name that all servers of the fixtures have.
inline constexpr std::string_view server_host = "node.broker.lab.test";

struct Made {
  Bytes der;
  tls::CertificatePtr certificate;  ///< null for what OpenSSL cannot read
  EVP_PKEY* key = nullptr;          ///< owned by the world
  tls::PkeyPtr shown_key;           ///< handed out instead of `key` when not null

  Issuer issuer() const { return {certificate.get(), key}; }
};

/// Remembers the first problem; after it everything is empty, and `Fixtures::make` answers with it.
class World {
 public:
  World(Seed seed, WallTime base) : seed_(std::move(seed)), base_(base) {}

  WallTime base() const { return base_; }
  Period around(hours before, hours after) const { return {base_ - before, base_ + after}; }
  void begin(std::string_view id);  ///< serials from now on follow from `id`
  const std::optional<Problem>& problem() const { return problem_; }

  /// One key for each label and type.
  EVP_PKEY* key(const std::string& label, KeyType type = KeyType::p256);

  CertificateSpec ca(const std::string& name) const;
  CertificateSpec client(const std::string& name = "dev-1") const;
  CertificateSpec server() const;

  const Made& root();            ///< R
  const Made& second();          ///< I, below R
  const Made& foreign();         ///< X
  const Made& foreign_second();  ///< an intermediate below X
  const Made& new_root();        ///< R(new): another root of this lab
  const Made& rsa_root();
  const Made& rsa_second();

  /// Self-signed when `issuer` is null.
  Made issue(CertificateSpec spec, EVP_PKEY* key, const Made* issuer, bool may_outlive = false);
  Made damaged(std::string_view mutation, CertificateSpec spec, EVP_PKEY* key, const Made& issuer);
  /// An authority of this name with a key of its own.
  Made authority(const std::string& name, const Made& issuer);
  /// The customary client or server.
  Made leaf(const Made& issuer) { return issue(client(), key("leaf"), &issuer); }
  Made server_leaf(const Made& issuer) { return issue(server(), key("server"), &issuer); }
  Made damaged_leaf(std::string_view mutation) {
    return damaged(mutation, client(), key("leaf"), second());
  }

 private:
  const Made& shared(const std::string& label, const std::function<Made()>& make);

  Seed seed_;
  WallTime base_;
  std::string id_;
  int serial_ = 0;
  std::map<std::string, tls::PkeyPtr> keys_;
  std::map<KeyType, int> pooled_;
  std::map<std::string, Made> shared_;
  std::optional<Problem> problem_;
};

struct FixtureRecipe {
  FixtureInfo about;
  std::function<void(World&, Fixture&)> make;
};
using FixtureRecipes = std::vector<FixtureRecipe>;

FixtureRecipes presence_fixtures();     ///< A1
FixtureRecipes composition_fixtures();  ///< A2
FixtureRecipes rotation_fixtures();     ///< A3
FixtureRecipes validity_fixtures();     ///< A4
FixtureRecipes authority_fixtures();    ///< A5
FixtureRecipes naming_fixtures();       ///< A6
FixtureRecipes algorithm_fixtures();    ///< A7 to A9
FixtureRecipes server_fixtures();       ///< B
FixtureRecipes identity_fixtures();     ///< F1

/// Sets the list as sent, and the sender's key from its first entry.
void send(Fixture& fixture, std::initializer_list<const Made*> list);
void trust(Fixture& fixture, std::initializer_list<const Made*> anchors);
/// A client's leaf with one mutation, and I.
FixtureRecipe mutated(FixtureInfo about, std::string mutation);
/// A good leaf below I with one mutation.
FixtureRecipe mutated_second(FixtureInfo about, std::string mutation);

}  // namespace handfast::pki::detail
