// What the facts mean for somebody who wants to run handfast here, and what would help.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/app/doctor/facts.hpp"

namespace handfast::app {

enum class State {
  fine,
  note,  ///< limits what can be done here, or how far numbers can be trusted
  bad,   ///< stands in the way: what the library of scenarios asks for does not fit
};

struct Diagnosis {
  std::string area;  ///< "descriptors"; stable, scripts may look for it
  State state = State::fine;
  std::string what;  ///< what was found and what it means, one sentence without a full stop
  std::string fix;   ///< a command where there is one; never empty unless fine
};

/// One or more for every area, in a fixed order. Pure.
std::vector<Diagnosis> judge(const MachineFacts& facts);

std::string_view to_string(State state);  ///< "fine", "note", "bad"

}  // namespace handfast::app
