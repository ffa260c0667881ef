// The files that a broker reads, as copies of its own: what a timeline does to the PKI reaches the
// broker through them, and no event leaves the PKI's home other than `handfast pki` would.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::scenario {

class ServedFiles {
 public:
  /// The copies go to `folder`, which is made; secret ones are given to `owner` (empty: nobody).
  static Result<ServedFiles> make(std::filesystem::path folder, std::string owner);

  /// Adds the copy `name` of `sources`, one behind the other, and writes it; its path. A secret one
  /// is for its owner alone. Environment problem for a file that cannot be read or written.
  Result<std::filesystem::path> add(const std::string& name,
                                    std::vector<std::filesystem::path> sources,
                                    bool secret = false);
  /// From the next refresh() on `name` is a copy of other files.
  void redirect(std::string_view name, std::vector<std::filesystem::path> sources);
  /// Writes what differs from its sources, each file whole or not at all; the names of those
  /// written.
  Result<std::vector<std::string>> refresh();

 private:
  struct Copy {
    std::string name;
    std::vector<std::filesystem::path> sources;
    bool secret = false;
  };
  ServedFiles(std::filesystem::path folder, std::string owner)
      : folder_(std::move(folder)), owner_(std::move(owner)) {}
  /// True when it wrote.
  Result<bool> write(const Copy& copy) const;

  std::filesystem::path folder_;
  std::string owner_;
  std::vector<Copy> copies_;
};

// The names of the copies.
inline constexpr std::string_view served_chain = "server-chain.pem";
inline constexpr std::string_view served_key = "server-key.pem";
inline constexpr std::string_view served_trust = "client-trust.pem";
inline constexpr std::string_view served_crls = "client-crls.pem";

}  // namespace handfast::scenario
