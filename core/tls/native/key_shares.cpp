#include "core/tls/native/key_shares.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>

#include <algorithm>

namespace handfast::tls::native {

namespace {

constexpr std::uint16_t x25519 = 29;

PkeyContextPtr generator_of(const Group& group) {
  PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, group.key_type, nullptr));
  const bool ready =
      context && EVP_PKEY_keygen_init(context.get()) == 1 &&
      (group.curve == nullptr || EVP_PKEY_CTX_set_group_name(context.get(), group.curve) == 1);
  if (!ready) context.reset();
  return context;
}

PkeyPtr generate_key(EVP_PKEY_CTX* generator) {
  EVP_PKEY* key = nullptr;
  if (generator == nullptr || EVP_PKEY_generate(generator, &key) != 1) return nullptr;
  return PkeyPtr(key);
}

PkeyContextPtr derivation_of(EVP_PKEY* key) {
  PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (context && EVP_PKEY_derive_init(context.get()) != 1) context.reset();
  return context;
}

/// An X25519 key from both halves: libcrypto computes nothing.
PkeyPtr assemble(const X25519Pair& pair) {
  static thread_local const PkeyContextPtr importer = [] {
    PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr));
    if (context && EVP_PKEY_fromdata_init(context.get()) != 1) context.reset();
    return context;
  }();
  auto* private_key = const_cast<std::uint8_t*>(pair.private_key.data());
  auto* public_key = const_cast<std::uint8_t*>(pair.public_key.data());
  std::array parameters{OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, private_key,
                                                          pair.private_key.size()),
                        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, public_key,
                                                          pair.public_key.size()),
                        OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (!importer ||
      EVP_PKEY_fromdata(importer.get(), &key, EVP_PKEY_KEYPAIR, parameters.data()) != 1) {
    return nullptr;
  }
  return PkeyPtr(key);
}

Refusal unfit(const Group& group, std::string_view what, std::string_view section) {
  ERR_clear_error();
  return refuse(
      AlertDescription::illegal_parameter,
      fmt::format("ServerHello: key_share of {} {} (RFC 8446 {})", group.name, what, section));
}

}  // namespace

std::shared_ptr<KeyShare> KeyShares::of_key(const Group& group, PkeyPtr key) {
  if (!key) return nullptr;
  auto made = std::make_shared<KeyShare>();
  made->group = &group;
  made->derivation = derivation_of(key.get());
  std::size_t size = 0;
  const bool exported =
      EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY,
                                      made->share.data(), made->share.size(), &size) == 1;
  if (!exported || size != group.share_bytes || !made->derivation) return nullptr;
  made->key = std::move(key);
  return made;
}

std::shared_ptr<KeyShare> KeyShares::take(const Group& group, RandomPool& random) {
  switch (mode_) {
    case KeyMode::pool:
      return from_pool(group);
    case KeyMode::batch:
      if (group.number == x25519) return from_batch(group, random);
      break;
    case KeyMode::fresh:
      break;
  }
  return generate(group);
}

std::shared_ptr<KeyShare> KeyShares::generate(const Group& group) {
  auto& of = groups_[group.index];
  if (!of.generator) of.generator = generator_of(group);
  ++generated_;
  return of_key(group, generate_key(of.generator.get()));
}

std::shared_ptr<KeyShare> KeyShares::from_pool(const Group& group) {
  auto& of = groups_[group.index];
  if (of.pool.size() < pool_size_) {
    auto made = generate(group);
    if (made) of.pool.push_back(made);
    return made;
  }
  ++reused_;
  return of.pool[of.next++ % of.pool.size()];
}

std::shared_ptr<KeyShare> KeyShares::from_batch(const Group& group, RandomPool& random) {
  if (!batch_) batch_ = std::make_unique<X25519Batch>();
  const auto before = batch_->batches();
  const auto pair = batch_->next(random);
  if (!pair) return nullptr;
  generated_ += batch_->batches() - before;
  ++reused_;
  auto made = std::make_shared<KeyShare>();
  made->group = &group;
  made->key = assemble(*pair);
  made->derivation = made->key ? derivation_of(made->key.get()) : nullptr;
  std::ranges::copy(pair->public_key, made->share.begin());
  return made->derivation ? made : nullptr;
}

Checked<SharedSecret> KeyShares::agree(KeyShare& own, ByteView share) {
  const Group& group = *own.group;
  auto& of = groups_[group.index];
  if (share.size() != group.share_bytes) {
    return unfit(group, fmt::format("has {} bytes instead of {}", share.size(), group.share_bytes),
                 "4.2.8");
  }
  // libcrypto would read the hybrid form, which is as long.
  constexpr std::uint8_t uncompressed = 4;
  const bool is_point = group.share_bytes != group.secret_bytes;
  if (is_point && share[0] != uncompressed) {
    return unfit(group, "is no uncompressed point", "4.2.8.2");
  }
  if (!of.peer) {
    if (!of.generator) of.generator = generator_of(group);
    of.peer = generate_key(of.generator.get());
    if (!of.peer) return broken("key_share: " + drain_errors());
  }
  // For the NIST curves this refuses points that are not on them (RFC 8446 section 4.2.8.2).
  if (EVP_PKEY_set1_encoded_public_key(of.peer.get(), share.data(), share.size()) != 1) {
    return unfit(group, "is no point of the curve", "4.2.8.2");
  }
  SharedSecret out{.size = group.secret_bytes};
  const bool agreed = EVP_PKEY_derive_set_peer_ex(own.derivation.get(), of.peer.get(), 0) == 1 &&
                      EVP_PKEY_derive(own.derivation.get(), out.bytes.data(), &out.size) == 1;
  // libcrypto itself fails for an all-zero secret of X25519 and X448.
  const bool zero = std::ranges::all_of(out.view(), [](auto byte) { return byte == 0; });
  if (!agreed || zero) return unfit(group, "leads to an all-zero secret", "7.4.2");
  return out;
}

}  // namespace handfast::tls::native
