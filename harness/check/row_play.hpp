// One row against a broker: driven, judged, written down. What it says of the listeners goes to
// whoever runs the others.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/check/check.hpp"
#include "harness/check/drive.hpp"

namespace handfast::check {

/// What the controls of a row showed of a listener.
struct Served {
  std::string listener;
  bool accepted = false;  ///< the last one was
  bool silent = false;  ///< no answer at all: nobody listens, or nothing came within the deadlines
};

struct Played {
  Judgement judgement;
  std::vector<reports::Observation> observations;
  std::vector<Served> served;
  bool controlled = false;  ///< its control was tried after the stimulus
  /// Of the probe pass: capabilities that are otherwise than declared.
  std::map<std::string, std::string> corrections;
  std::optional<std::string> died;  ///< how the broker ended meanwhile
};

/// Plays a row of any plan but HealthPlan.
Played play_row(Driver& driver, const CheckSpec& spec, Level level);

}  // namespace handfast::check
