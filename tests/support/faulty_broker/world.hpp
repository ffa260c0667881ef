// What all threads of one faulty broker share.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "harness/broker/broker.hpp"
#include "harness/broker/descriptor.hpp"
#include "tests/support/faulty_broker/defects.hpp"
#include "tests/support/faulty_broker/hub.hpp"
#include "tests/support/faulty_broker/tls_context.hpp"

namespace handfast::test::faulty {

class Log {
 public:
  void write_to(const std::filesystem::path& file) { file_.open(file); }
  void say(std::string line) {
    const std::lock_guard lock(mutex_);
    if (file_.is_open()) file_ << line << std::endl;  // whoever reads it wants it now
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::ofstream file_;
};

struct World {
  explicit World(const Defects& wrong) : defects(wrong), hub(defects) {}

  const Defects defects;
  Hub hub;
  Log log;
  /// Readable from stop() on; everybody polls it.
  broker::Descriptor stopped;
  std::atomic<std::uint64_t> failures = 0;  ///< handshakes that failed

  std::atomic<bool> crashed = false;  ///< connections then end without a word

  void stop() const;  ///< all threads end soon; no Will is published
};

/// One listener.
struct Door {
  broker::ListenerSettings settings;
  broker::Descriptor socket;
  std::atomic<bool> closed = false;  ///< accepts nobody any more, as some defects have it
  std::atomic<std::uint64_t> failures = 0;
  std::mutex handshake_turn;  ///< handshake_blocks_listener, rejection_stops_listener

  std::shared_ptr<const TlsContext> context() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }
  void set_context(std::shared_ptr<const TlsContext> context) {
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsContext> context_;
};

}  // namespace handfast::test::faulty
