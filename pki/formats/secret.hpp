// Text that must not stay in memory or reach a log: passphrases, and private keys on their way to a
// file. It is wiped when it goes, cannot be copied by accident, and nothing here prints it.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/problem.hpp"

namespace handfast::pki {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : Secret({text}) {}
  /// The parts one behind the other. The caller's copies are the caller's to wipe.
  Secret(std::initializer_list<std::string_view> parts);
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;

  /// Takes what is in `text` and wipes it there.
  static Secret take(std::string& text);

  std::string_view text() const { return {c_str(), size()}; }
  const char* c_str() const { return data_ ? data_.get() : ""; }  ///< ends with a NUL
  std::size_t size() const { return data_ ? data_.get_deleter().size : 0; }
  bool empty() const { return size() == 0; }

 private:
  struct Wipe {
    std::size_t size;  ///< without the NUL
    void operator()(char* data) const;
  };
  std::unique_ptr<char, Wipe> data_{nullptr, Wipe{0}};
};

inline constexpr std::size_t longest_passphrase_bytes = 1024;

/// A passphrase from where `spec` says: "env:NAME", "file:PATH" (its first line) or "fd:N" (the
/// first line that the open descriptor N gives). Usage problem for any other form, which the
/// message does not repeat, because it may be a passphrase; environment problem when the source
/// cannot be read, holds a NUL, or more than 1024 bytes. An empty passphrase is one.
Result<Secret> read_passphrase(std::string_view spec);

}  // namespace handfast::pki
