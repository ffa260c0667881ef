// A client and a server with a bad path between them, on time that moves by hand.
#pragma once

#include "core/base/impairment.hpp"
#include "core/tls/client.hpp"
#include "tests/support/dtls_server.hpp"

namespace handfast::test {

struct Paths {
  ImpairmentSettings to_server;
  ImpairmentSettings to_client;
  std::uint64_t seed = 1;
};

class DtlsBench {
 public:
  DtlsBench(tls::Client& client, DtlsServer& server, const Paths& paths = {})
      : client_(client),
        server_(server),
        up_(paths.to_server, paths.seed),
        down_(paths.to_client, ~paths.seed) {}

  void start() { client_.start(client_out); }
  /// Lets time pass until nothing is under way and no timer runs, or `limit` is over.
  void run(Nanos limit = std::chrono::seconds(60));
  void send(std::string_view plain) { client_.send(as_bytes(plain), client_out); }

  std::size_t largest_datagram() const { return largest_; }
  std::string plain() const { return std::string(as_text(client_out.plain)); }

  tls::Output client_out;  ///< events and plain pile up

 private:
  void hand_over(tls::Output& out, Impairment& path);
  bool deliver();
  std::optional<TimePoint> next() const;
  void on_time();

  tls::Client& client_;
  DtlsServer& server_;
  Impairment up_;
  Impairment down_;
  tls::Output server_out_;
  std::size_t largest_ = 0;
};

}  // namespace handfast::test
