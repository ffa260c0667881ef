// A loopback HTTP server for CRLs, OCSP and CA certificates: one thread, faults that can be
// switched while it runs, and counts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/problem.hpp"
#include "harness/responder/site.hpp"

namespace handfast::responder {

/// One answered request, for a log.
struct Access {
  WallTime at;
  std::string method;
  std::string path;
  std::string kind;
  unsigned status = 0;  ///< 0: no answer was given
  std::size_t body_octets = 0;
  std::string note;
};
/// "2026-06-01T12:00:00Z POST /ocsp 200, 842 octets (0a1b: good, nonce)".
std::string access_text(const Access& access);

struct ResponderOptions {
  std::string listen = "127.0.0.1:0";            ///< loopback address and port; 0: any free one
  std::function<void(const Access&)> on_access;  ///< called from the responder's thread
  std::function<WallTime()> clock = std::chrono::system_clock::now;
};

class Responder {
 public:
  /// Listens when it returns. Usage problem for an address that is not loopback, environment
  /// problem for a port that is taken.
  static Result<std::unique_ptr<Responder>> start(ResponderOptions options = {});
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;
  ~Responder();  ///< stops

  std::uint16_t port() const;
  std::string url(const std::string& path = {}) const;  ///< "http://127.0.0.1:38211/second.crl"

  /// What is served; may be changed at any time.
  Site& site();
  /// Takes effect before it returns: with Down::refuse the next connection is refused. Environment
  /// problem when the port could not be listened on again.
  Result<void> set_faults(const Faults& faults);

  /// Closes everything and ends the thread; open connections are cut. May be called again, but not
  /// from on_access.
  void stop();

  struct Parts;  ///< of the implementation

 private:
  explicit Responder(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace handfast::responder
