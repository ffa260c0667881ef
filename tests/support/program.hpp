// A program under test as a child process: its streams go to files, its end has a deadline.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace handfast::test {

class Program {
 public:
  /// Starts `words[0]` with the other words as arguments; streams go to files in `folder`.
  Program(const std::vector<std::string>& words, const std::filesystem::path& folder);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();  ///< ends it when it still runs

  std::string out() const;
  std::string err() const;
  /// Waits until stderr contains `text`; false when the program ends first or `limit` passes.
  bool await_err(const std::string& text, std::chrono::seconds limit = std::chrono::seconds(60));
  void signal(int number) const;
  /// The exit code; 128 + number when a signal ended it, -1 (and SIGKILL) when `limit` passes.
  int wait(std::chrono::seconds limit = std::chrono::seconds(90));

 private:
  bool poll();

  std::filesystem::path out_, err_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace handfast::test
