// What a broker's log gained since a moment: evidence for the connection that was made meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/clock.hpp"

namespace handfast::check {

class LogTail {
 public:
  /// Remembers how long `file` is now; a file that is not readable has length 0.
  explicit LogTail(std::filesystem::path file);

  /// True when a whole line with `text` was written since, waiting for it at most `patience`.
  bool await(const std::string& text, Nanos patience) const;

  /// The first `limit` whole lines that were written since, made safe to print.
  std::vector<std::string> lines(std::size_t limit) const;

 private:
  std::vector<std::string> gained() const;

  std::filesystem::path file_;
  std::uintmax_t begin_ = 0;
};

/// How `driver` words in its log that the client `client_id` connected; empty when we do not know.
std::string accepted_line(const std::string& driver, const std::string& client_id);

}  // namespace handfast::check
