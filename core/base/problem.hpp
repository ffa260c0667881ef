// Result<T> and Problem: how every fallible function of handfast answers.
//
// A Problem is *our* failure to do something (read a file, parse an option, reach a port). What the
// broker under test does wrong is never a Problem: it is an observation in a transcript or a
// counted failure of a fleet.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>

namespace handfast {

/// What a Problem means for the caller's exit code (design.md section 2).
enum class ProblemKind {
  failed,       ///< exit 1: something that was checked did not hold
  usage,        ///< exit 2: command line, scenario or manifest
  environment,  ///< exit 3: a file, port, program or peer is not available
  internal,     ///< exit 4: our own fault
};

/// The process exit code for a problem of `kind`.
int exit_code(ProblemKind kind);

/// One failure, told so that its reader can act: what failed, where, and what to try.
struct Problem {
  ProblemKind kind = ProblemKind::internal;
  std::string message;  ///< what failed, expected against seen; no final full stop
  std::string
      where;  ///< "file:line:column", "file", "host:port" or "packet at byte N"; may be empty
  std::string hint;  ///< what to try; may be empty

  /// "where: message (hint)", with the empty parts left out.
  std::string text() const;

  bool operator==(const Problem&) const = default;
};

Problem usage_problem(std::string message, std::string where = {}, std::string hint = {});
Problem environment_problem(std::string message, std::string where = {}, std::string hint = {});
Problem internal_problem(std::string message, std::string where = {}, std::string hint = {});

template <class T>
using Result = boost::system::result<T, Problem>;

/// Called by Result<T>::value() on a failure; a programmer mistake, so it throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const Problem& problem,
                                             const boost::source_location& where);

/// "while doing what: message" for a problem that travels up; keeps kind, where and hint.
Problem with_context(Problem problem, const std::string& doing);

/// The message of the current errno value, for environment problems ("Permission denied").
std::string errno_text(int error);

}  // namespace handfast
