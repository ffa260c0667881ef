// --keylog FILE: the TLS secrets of a run in the NSS key log format, which Wireshark reads. Whoever
// has the file can read the run's traffic, so nothing else ever writes secrets.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/base/problem.hpp"

namespace handfast::app {

class KeyLogFile {
 public:
  /// Appends to `path`, which only its owner may read when it is new. Environment problem when it
  /// cannot be opened, or is a symbolic link.
  static Result<std::unique_ptr<KeyLogFile>> open(const std::string& path);
  ~KeyLogFile();
  KeyLogFile(const KeyLogFile&) = delete;
  KeyLogFile& operator=(const KeyLogFile&) = delete;

  /// Writes one line, without its newline. Any thread may.
  void write(std::string_view line);
  /// Success when every line is in the file.
  Result<void> check() const;

 private:
  KeyLogFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_;
  mutable std::mutex mutex_;
  int error_ = 0;  ///< of the first write that failed
};

}  // namespace handfast::app
