#include "harness/broker/mosquitto/password.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "core/base/bytes.hpp"
#include "core/stats/base64.hpp"

namespace handfast::broker::mosquitto {

std::string password_line(const Account& account) {
  Bytes salt(12);
  RAND_bytes(salt.data(), static_cast<int>(salt.size()));
  Bytes salted(account.password.begin(), account.password.end());
  salted.insert(salted.end(), salt.begin(), salt.end());
  Bytes hash(SHA512_DIGEST_LENGTH);
  SHA512(salted.data(), salted.size(), hash.data());
  return fmt::format("{}:$6${}${}\n", account.user, stats::to_base64(salt), stats::to_base64(hash));
}

}  // namespace handfast::broker::mosquitto
