// `pki forget`: moves what nobody needs any more out of the way. Nothing is deleted, and what was
// issued stays revocable by name.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/store/home.hpp"

namespace handfast::pki {

struct ForgetReport {
  std::string folder;              ///< relative to home: "archive/server@2"
  std::vector<std::string> moved;  ///< the certificate first, the key and the request behind it
  std::string where;               ///< of the entry in the manifest; empty: it is not there
};

/// Moves the files of an authority, identity, fault or imported trust certificate
/// ("partner-trust") below archive/. Failed problem that lists every user while something needs
/// it; usage problem for an unknown name, with a suggestion; environment problem for a file that
/// cannot be moved. `home` must hold the lock.
Result<ForgetReport> forget(Home& home, const std::string& name);

std::string forget_text(const std::string& name, const ForgetReport& report);

}  // namespace handfast::pki
