// Fixtures in files: what a broker that others start was set up with must be what is played at it,
// days of the calendar included, and a fixture that is minted again is another one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::check {

struct StoredFixture {
  std::vector<Bytes> chain;    ///< DER as sent, leaf first
  tls::PkeyPtr key;            ///< null for an empty list
  std::vector<Bytes> anchors;  ///< DER
  std::vector<Bytes> crls;     ///< DER
  std::string host;            ///< what a client of this server dials; empty for clients' lists
  bool server = false;
  bool der = false;  ///< brokers get the CRL as DER
};

class FixtureStore {
 public:
  /// Of the folder `directory`, which is made when missing, its keys for our user alone. A folder
  /// that holds fixtures already keeps their base time, else it is `now`. Usage problem with a hint
  /// when that is more than a day ago: fixtures that are to expire tomorrow would have.
  static Result<FixtureStore> open(const std::filesystem::path& directory, WallTime now);

  WallTime base() const { return base_; }
  /// nullopt when it was not put there. Environment problem for a file that is not what put()
  /// wrote.
  Result<std::optional<StoredFixture>> find(const std::string& id) const;
  Result<void> put(const std::string& id, const StoredFixture& fixture) const;

 private:
  FixtureStore(std::filesystem::path directory, WallTime base)
      : directory_(std::move(directory)), base_(base) {}
  std::filesystem::path file_of(const std::string& id) const;

  std::filesystem::path directory_;
  WallTime base_;
};

}  // namespace handfast::check
