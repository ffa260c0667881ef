// What the drivers of EMQX 4 and 5 have in common: all but the settings.
#pragma once

#include "harness/broker/prepared/prepared.hpp"

namespace handfast::broker::prepared {

/// The driver `name`, whose settings are `render`'s.
Driver emqx(std::string name, std::string (*render)(const Settings& settings));

}  // namespace handfast::broker::prepared
