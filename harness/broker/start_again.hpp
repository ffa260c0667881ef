// A broker that was stopped in the middle of a run comes back as the same one.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"

namespace handfast::broker {

/// Starts `driver` with the `settings` of a broker that was stopped and had these `listeners`: it
/// gets their ports again, and finds its state folder as it left it, which start() would empty.
/// Problems as of start().
Result<std::unique_ptr<Broker>> start_again(std::string_view driver, Settings settings,
                                            const std::vector<Listener>& listeners);

}  // namespace handfast::broker
