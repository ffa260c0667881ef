// Which rows share a broker: as few processes as their listeners allow.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/driver.hpp"
#include "harness/check/check.hpp"

namespace handfast::check {

/// One broker process and the rows that it plays.
struct Batch {
  std::vector<broker::ListenerSettings> listeners;
  std::vector<std::size_t> rows;  ///< places in the list of rows
};

struct Batches {
  std::vector<Batch> all;
  std::map<std::size_t, std::string> skips;  ///< rows that no such broker can play, by place: token
};

/// Rows that look back at others go to the last broker. Usage problem when `materials` lack a file.
Result<Batches> share_out(const std::vector<const CheckSpec*>& rows, const broker::Driver& driver,
                          const broker::Capabilities& capabilities, const Materials& materials);

}  // namespace handfast::check
