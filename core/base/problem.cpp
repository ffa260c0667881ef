#include "core/base/problem.hpp"

#include <stdexcept>
#include <system_error>

namespace handfast {

int exit_code(ProblemKind kind) {
  switch (kind) {
    case ProblemKind::failed:
      return 1;
    case ProblemKind::usage:
      return 2;
    case ProblemKind::environment:
      return 3;
    case ProblemKind::internal:
      return 4;
  }
  return 4;
}

std::string Problem::text() const {
  std::string out;
  if (!where.empty()) out += where + ": ";
  out += message;
  if (!hint.empty()) out += " (" + hint + ")";
  return out;
}

Problem usage_problem(std::string message, std::string where, std::string hint) {
  return {ProblemKind::usage, std::move(message), std::move(where), std::move(hint)};
}

Problem environment_problem(std::string message, std::string where, std::string hint) {
  return {ProblemKind::environment, std::move(message), std::move(where), std::move(hint)};
}

Problem internal_problem(std::string message, std::string where, std::string hint) {
  return {ProblemKind::internal, std::move(message), std::move(where), std::move(hint)};
}

void throw_exception_from_error(const Problem& problem, const boost::source_location&) {
  throw std::logic_error("value() of a failed Result: " + problem.text());
}

Problem with_context(Problem problem, const std::string& doing) {
  problem.message = doing + ": " + problem.message;
  return problem;
}

std::string errno_text(int error) { return std::generic_category().message(error); }

}  // namespace handfast
