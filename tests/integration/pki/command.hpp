// Running a real program and looking at what it answered.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

namespace handfast::pki::test {

struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs a shell command inside `folder`. A program that is not installed is a failure, not a skip.
inline Finished run(const TempFolder& folder, const std::string& command) {
  const auto out = folder / ".stdout";
  const auto err = folder / ".stderr";
  const auto line = "cd '" + folder.path().string() + "' && (" + command + ") >'" + out.string() +
                    "' 2>'" + err.string() + "' </dev/null";
  const int status = std::system(line.c_str());
  Finished done{WIFEXITED(status) ? WEXITSTATUS(status) : -1, slurp(out), slurp(err)};
  if (done.exit_code == 127) FAIL("not installed? " << command << ": " << done.err);
  return done;
}

/// `handfast pki ARGUMENTS` in `folder`.
inline Finished pki_cli(const TempFolder& folder, const std::string& arguments) {
  return run(folder, std::string("'") + PKI_CLI + "' pki " + arguments);
}

inline void require_success(const TempFolder& folder, const std::string& command) {
  const auto done = run(folder, command);
  INFO(command << "\n" << done.out << done.err);
  REQUIRE(done.exit_code == 0);
}

}  // namespace handfast::pki::test
