// Which connections of a worker's share keep their handshake messages, and which failed ones are
// told as samples. To keep messages costs a little memory and time, and nobody knows beforehand
// who will fail: the first connections keep them, then one in a few, and all for a while after a
// failure of which too little is known.
#pragma once

#include <cstdint>
#include <map>

#include "core/stats/failure_sample.hpp"

namespace handfast::loadgen {

class Samples {
 public:
  static constexpr std::uint64_t first = 64;
  static constexpr std::uint64_t one_in = 16;
  static constexpr std::uint64_t after_failure = 64;
  /// Causes beyond are counted and not sampled.
  static constexpr std::size_t most_causes = 32;

  /// Asked once for each connection: whether it keeps its messages.
  bool keeps_messages() {
    const std::uint64_t number = asked_++;
    if (alert_ > 0) {
      --alert_;
      return true;
    }
    return number < first || number % one_in == 0;
  }

  /// Whether a failure is to be told, as one with or without messages.
  bool wants(const stats::FailureKey& key, bool has_messages) {
    const auto found = told_.find(key);
    if (found == told_.end() && told_.size() >= most_causes) return false;
    Told& told = found == told_.end() ? told_[key] : found->second;
    std::size_t& count = has_messages ? told.with_messages : told.bare;
    if (count >= stats::most_samples) return false;
    ++count;
    if (told.with_messages < stats::most_samples) alert_ = after_failure;
    return true;
  }

 private:
  struct Told {
    std::size_t with_messages = 0;
    std::size_t bare = 0;
  };

  std::uint64_t asked_ = 0;
  std::uint64_t alert_ = 0;  ///< connections that still keep their messages after a failure
  std::map<stats::FailureKey, Told> told_;
};

}  // namespace handfast::loadgen
