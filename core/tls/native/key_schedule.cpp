#include "core/tls/native/key_schedule.hpp"

namespace handfast::tls::native {

void KeySchedule::start(Hasher& hasher, ByteView psk) {
  hasher_ = &hasher;
  plain_start_ = psk.empty();
  secret_ = plain_start_ ? hasher.early_without_psk() : hasher.extract({}, psk);
}

Secret KeySchedule::derived() {
  if (plain_start_) return hasher_->derived_without_psk();
  return derive("derived", hasher_->of_nothing());
}

void KeySchedule::mix(ByteView shared_secret) {
  const Secret salt = derived();
  plain_start_ = false;
  secret_ = hasher_->extract(salt.view(), shared_secret);
}

void KeySchedule::finish() {
  const Secret salt = derived();
  const Secret zero{.size = static_cast<std::uint8_t>(hasher_->size())};
  secret_ = hasher_->extract(salt.view(), zero.view());
}

Secret KeySchedule::derive(std::string_view label, const Secret& transcript) {
  hasher_->key(secret_.view());
  return hasher_->expand(label, transcript.view());
}

Secret finished_mac(Hasher& hasher, const Secret& base, const Secret& transcript) {
  hasher.key(base.view());
  const Secret finished_key = hasher.expand("finished", {});
  hasher.key(finished_key.view());
  return hasher.mac({transcript.view()});
}

}  // namespace handfast::tls::native
