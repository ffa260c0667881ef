// Parsed certificates of peers. OpenSSL 3 spends more on parsing one server chain (240 us for leaf
// and intermediate) than on the key exchange, and the clients of a fleet are all shown the same
// one.
//
// libssl parses what a peer sends with d2i_X509 and finds that function through the dynamic linker,
// where a program's own comes first. This library brings its own (certificate_cache.cpp); the link
// option in core/tls/CMakeLists.txt makes programs export it. It is libcrypto's, except for the
// length of a Use: then a certificate that was parsed before is shared, not parsed again.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "core/base/bytes.hpp"
#include "core/tls/bytes_hash.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::tls {

/// Belongs to one engine, and so to one thread.
class CertificateCache {
 public:
  /// Certificates kept; servers have few. A full cache starts again from empty.
  static constexpr std::size_t capacity = 256;

  /// While a Use lives, what this thread parses goes through the cache. Uses do not nest.
  class Use {
   public:
    explicit Use(CertificateCache* cache);  ///< null: parse as always
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
  };

  /// True when libssl of this process parses through the cache; tried with a certificate that is
  /// none.
  bool reached();

  /// The certificate whose DER is `der`, byte for byte; null when it was not seen before. Counts.
  X509* find(ByteView der);
  void keep(ByteView der, X509* certificate);

  std::uint64_t hits() const { return hits_; }
  std::uint64_t misses() const { return misses_; }

 private:
  std::unordered_map<std::string, CertificatePtr, BytesHash, std::equal_to<>> known_;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace handfast::tls
