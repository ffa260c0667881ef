#include "pki/faults/detail/world.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/tls/identity.hpp"
#include "pki/faults/keys.hpp"
#include "pki/faults/mutation.hpp"

namespace handfast::pki::detail {

void World::begin(std::string_view id) {
  id_ = id;
  serial_ = 0;
  problem_.reset();
}

EVP_PKEY* World::key(const std::string& label, KeyType type) {
  auto& slot = keys_[fmt::format("{}/{}", to_string(type), label)];
  if (!slot) {
    const bool derived = type == KeyType::p256 || type == KeyType::p384 || type == KeyType::p521 ||
                         type == KeyType::ed25519 || type == KeyType::ed448;
    auto made = derived ? make_key(type, seed_, label) : pooled_key(type, ++pooled_[type]);
    if (made) {
      slot = std::move(*made);
    } else if (!problem_) {
      problem_ = made.error();
    }
  }
  return slot.get();
}

CertificateSpec World::ca(const std::string& name) const {
  CertificateSpec out;
  out.profile = profile("ca");
  out.subject.country = "CN";
  out.subject.organization = "handfast lab";
  out.subject.common_name = name;
  out.period = around(one_day * 30, one_year * 5);
  return out;
}

CertificateSpec World::client(const std::string& name) const {
  auto out = ca(name);
  out.profile = profile("client");
  out.names = {{AltNameKind::uri, "urn:handfast:dev:1"}};
  out.period = around(one_day, one_day * 90);
  return out;
}

CertificateSpec World::server() const {
  auto out = client(std::string(server_host));
  out.profile = profile("server");
  out.names = {{AltNameKind::dns, std::string(server_host)},
               {AltNameKind::ip, "127.0.0.1"},
               {AltNameKind::ip, "::1"}};
  return out;
}

const Made& World::shared(const std::string& label, const std::function<Made()>& make) {
  const auto found = shared_.find(label);
  if (found != shared_.end()) return found->second;
  const auto id = std::exchange(id_, "shared " + label);
  const auto serial = std::exchange(serial_, 0);
  auto made = make();
  id_ = id;
  serial_ = serial;
  return shared_.emplace(label, std::move(made)).first->second;
}

namespace {

/// Roots live twice as long as what is below them.
CertificateSpec long_lived(CertificateSpec spec) {
  spec.period.not_before -= one_year;
  spec.period.not_after += one_year * 5;
  return spec;
}

}  // namespace

const Made& World::root() {
  return shared("root", [this] { return issue(long_lived(ca("root")), key("root"), nullptr); });
}

const Made& World::second() {
  return shared("second", [this] { return issue(ca("second"), key("second"), &root()); });
}

const Made& World::foreign() {
  return shared("foreign", [this] {
    auto spec = long_lived(ca("foreign root"));
    spec.subject.organization = "elsewhere";
    return issue(spec, key("foreign"), nullptr);
  });
}

const Made& World::foreign_second() {
  return shared("foreign second", [this] { return authority("foreign second", foreign()); });
}

const Made& World::new_root() {
  return shared("new root",
                [this] { return issue(long_lived(ca("new root")), key("new root"), nullptr); });
}

const Made& World::rsa_root() {
  return shared("rsa root", [this] {
    return issue(long_lived(ca("rsa root")), key("rsa root", KeyType::rsa2048), nullptr);
  });
}

const Made& World::rsa_second() {
  return shared("rsa second", [this] {
    return issue(ca("rsa second"), key("rsa second", KeyType::rsa2048), &rsa_root());
  });
}

Made World::issue(CertificateSpec spec, EVP_PKEY* key, const Made* issuer, bool may_outlive) {
  if (problem_) return {};
  if (!spec.serial) spec.serial = seed_.serial(fmt::format("{} {}", id_, ++serial_));
  auto certificate = pki::issue(spec, key, issuer == nullptr ? Issuer{} : issuer->issuer(),
                                {.may_outlive_issuer = may_outlive, .before_signing = {}});
  if (!certificate) {
    problem_ = certificate.error();
    return {};
  }
  Made out;
  out.der = tls::to_der(certificate->get());
  out.certificate = std::move(*certificate);
  out.key = key;
  return out;
}

Made World::damaged(std::string_view mutation, CertificateSpec spec, EVP_PKEY* key,
                    const Made& issuer) {
  if (problem_) return {};
  if (!spec.serial) spec.serial = seed_.serial(fmt::format("{} {}", id_, ++serial_));
  auto made = mint_damaged(mutation, spec, key, issuer.issuer());
  if (!made) {
    problem_ = made.error();
    return {};
  }
  Made out;
  out.der = std::move(made->certificate);
  out.key = key;
  out.shown_key = std::move(made->key);
  const unsigned char* at = out.der.data();
  out.certificate.reset(d2i_X509(nullptr, &at, static_cast<long>(out.der.size())));
  tls::drain_errors();
  return out;
}

Made World::authority(const std::string& name, const Made& issuer) {
  return issue(ca(name), key(name), &issuer);
}

void send(Fixture& fixture, std::initializer_list<const Made*> list) {
  fixture.chain.clear();
  for (const auto* made : list) fixture.chain.push_back(made->der);
  const auto& first = **list.begin();
  auto* key = first.shown_key ? first.shown_key.get() : first.key;
  if (key != nullptr) fixture.key = tls::up_ref(key);
}

void trust(Fixture& fixture, std::initializer_list<const Made*> anchors) {
  fixture.anchors.clear();
  for (const auto* made : anchors) fixture.anchors.push_back(made->der);
}

FixtureRecipe mutated(FixtureInfo about, std::string mutation) {
  return {std::move(about), [mutation = std::move(mutation)](World& world, Fixture& fixture) {
            const auto leaf = world.damaged_leaf(mutation);
            send(fixture, {&leaf, &world.second()});
          }};
}

FixtureRecipe mutated_second(FixtureInfo about, std::string mutation) {
  return {std::move(about), [mutation = std::move(mutation)](World& world, Fixture& fixture) {
            // The leaf is issued by the good twin, which has the same name and key.
            const auto second =
                world.damaged(mutation, world.ca("second"), world.key("second"), world.root());
            const auto leaf = world.leaf(world.second());
            send(fixture, {&leaf, &second});
          }};
}

}  // namespace handfast::pki::detail
