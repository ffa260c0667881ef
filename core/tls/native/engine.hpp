// The native engine, for those who need more of it than the seam shows.
#pragma once

#include "core/tls/client.hpp"
#include "core/tls/native/shared.hpp"

namespace handfast::tls::native {

class NativeEngine final : public Engine {
 public:
  static Result<std::unique_ptr<NativeEngine>> make(const ClientSettings& settings);

  Result<std::unique_ptr<Client>> make_client(const ConnectionSettings& settings) override;
  std::string name() const override;
  std::vector<Trick> tricks() const override;

  /// What the clients that start from now on send instead; for tests.
  Script& script() { return shared_.script; }
  /// Records after which a write key is updated (RFC 8446 section 5.5); at most what suites allow.
  void update_keys_after(std::uint64_t records) { shared_.key_update_after = records; }

 private:
  explicit NativeEngine(const ClientSettings& settings) : shared_(settings) {}

  Shared shared_;
};

}  // namespace handfast::tls::native
