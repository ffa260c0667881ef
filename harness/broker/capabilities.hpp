// What a broker can do, in the keys of the conformance catalogue (section 1.6 of chain-cases.md):
// declared by its driver or by a descriptor file, compared with behaviour by the probe pass.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::broker {

class Capabilities {
 public:
  Capabilities() = default;
  explicit Capabilities(std::map<std::string, std::string, std::less<>> declared)
      : declared_(std::move(declared)) {}

  /// Declared, and neither "no" nor "none".
  bool has(std::string_view key) const {
    const auto value = get(key);
    return !value.empty() && value != "no" && value != "none";
  }
  /// Empty when it was not declared. Lists are comma-separated: tls.versions = "1.2,1.3".
  std::string_view get(std::string_view key) const {
    const auto found = declared_.find(key);
    return found == declared_.end() ? std::string_view() : std::string_view(found->second);
  }
  const std::map<std::string, std::string, std::less<>>& all() const { return declared_; }

 private:
  std::map<std::string, std::string, std::less<>> declared_;
};

/// All keys that a descriptor may declare, for reading one strictly.
const std::vector<std::string>& capability_keys();

}  // namespace handfast::broker
