// The shortened form of a scenario of the library: what --set changes so that a test can play it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/integration/app/handfast_program.hpp"

namespace handfast::test {

class Form {
 public:
  /// `name` as in scenarios/NAME.yaml, `changes` as after --set. Forms are namespace-scope objects:
  /// a scenario without one fails a test.
  Form(std::string name, std::vector<std::string> changes);

  /// Runs it with a broker of its own, and `more` changes. Fails the test unless everything but
  /// speed kept its promise: on a machine that is starved those may break (1), or the run says
  /// that it is not valid (5).
  reports::Result play(const std::vector<std::string>& more = {}) const;

  /// The names of all forms.
  static std::set<std::string>& names();

 private:
  std::string name_;
  std::vector<std::string> changes_;
};

/// The fleet `name` of `result`; fails the test when there is none.
const stats::FleetStats& fleet_of(const reports::Result& result, const std::string& name);

}  // namespace handfast::test
