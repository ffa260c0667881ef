// What the faulty broker asks others for over HTTP: CRLs at distribution points, OCSP answers about
// clients, and the OCSP answer about itself that it staples.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/tls/openssl.hpp"
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::faulty {

struct TlsContext;

/// Answers that were fetched, until they end. Used by all connections of a listener.
class StatusCache {
 public:
  struct Entry {
    Bytes der;
    WallTime until;
  };
  /// Empty when there is none that is current.
  Bytes current(const std::string& key) const;
  void put(const std::string& key, Entry entry);

  std::mutex turn;  ///< fetch_blocks_listener

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

/// Before the chain is known to be good: nothing, unless a defect fetches all the same.
void before_verification(const TlsContext& context, X509* leaf);
/// What the distribution points and OCSP responders of a good chain say: an X509_V code, X509_V_OK
/// when they allow it.
int status_of_chain(const TlsContext& context, X509_STORE_CTX* store);
/// Staples what the responder of the server's certificate answers, when the client asks.
void set_up_staple(TlsContext& context);

}  // namespace handfast::test::faulty
