#include "harness/app/pki/answer.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace handfast::app {

int finish(const Result<Answer>& answer) {
  if (!answer) {
    fmt::print(stderr, "handfast pki: {}\n", answer.error().text());
    return exit_code(answer.error().kind);
  }
  fmt::print("{}", answer->text);
  return answer->holds ? 0 : 1;
}

}  // namespace handfast::app
