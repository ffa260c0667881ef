// What the tests of apply share.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "pki/store/pki.hpp"
#include "pki/store/state.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

namespace handfast::pki::test {

inline Result<ApplyReport> apply_text(const std::string& text, const std::filesystem::path& home,
                                      WallTime now = noon) {
  return apply(manifest_of(text), {.home = home, .key_owner = {}, .now = now});
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

inline bool has(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// "server: reissue: the manifest changed", in the order of the report.
inline std::vector<std::string> changes_of(const ApplyReport& report) {
  std::vector<std::string> out;
  for (const auto& change : report.changes) {
    out.push_back(change.entry + ": " + change.action + ": " + change.reason);
  }
  return out;
}

inline EntryState state_of(const std::filesystem::path& home, const std::string& entry) {
  return load_state(home).value().entries.at(entry);
}

}  // namespace handfast::pki::test
