// Ctrl-C: the first one ends a run in order, the second one the program.
#pragma once

#include <atomic>

namespace handfast::app {

/// Catches SIGINT and SIGTERM from now on and ignores SIGPIPE. The answer becomes true with the
/// first of them; the next one of the same kind ends the program.
const std::atomic<bool>& stop_on_interrupt();

}  // namespace handfast::app
