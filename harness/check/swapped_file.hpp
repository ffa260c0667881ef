// Files of a running broker that have other contents for a while, and what they become: for rows
// that change them and make the broker read them again.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/check/materials.hpp"

namespace handfast::check {

/// How often a look is repeated after a reload, and for how long at most (chain-cases.md 1.7): no
/// broker in the lab declares its reload time.
inline constexpr auto reload_poll = std::chrono::milliseconds(250);
inline constexpr auto reload_patience = std::chrono::seconds(8);

/// A file of the broker and what it holds after the change.
struct Change {
  std::filesystem::path file;
  std::string contents;
};

/// Written in place, as owner and mode are what the broker's user needs. Each change moves the time
/// of the last one on by a whole second at least. The destructor puts back what was there.
class SwappedFiles {
 public:
  /// Environment problem for a file that cannot be read or written; what was changed is put back.
  static Result<SwappedFiles> put(const std::vector<Change>& changes);
  SwappedFiles(SwappedFiles&& other) noexcept = default;
  SwappedFiles& operator=(SwappedFiles&&) = delete;
  ~SwappedFiles();

 private:
  SwappedFiles() = default;
  std::vector<Change> before_;
};

/// The CRL file of `set` becomes that of `other`.
Result<std::vector<Change>> other_crls(const Materials& materials, const std::string& set,
                                       const std::string& other);
/// The trust file of `from` becomes that of `to`.
Result<std::vector<Change>> other_trust(const Materials& materials, const std::string& from,
                                        const std::string& to);

}  // namespace handfast::check
