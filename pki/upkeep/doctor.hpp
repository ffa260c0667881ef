// `pki doctor`: is everything in place that brokers and their clients need from this home? Each
// finding says what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/audit/lint.hpp"
#include "pki/store/home.hpp"

namespace handfast::pki {

/// What is looked at, in this order; the names stand in front of the findings.
enum class Examination : std::uint8_t {
  clock,         ///< ours, against what was issued
  files,         ///< there, ours, readable by their user and by nobody else
  certificates,  ///< the rules of lint
  chains,        ///< complete, in order, accepted by OpenSSL
  revocation,    ///< CRLs there, current, complete, and where certificates say they are
  trust,         ///< everybody who meets an identity has a root for it
};
std::string_view to_string(Examination examination);

struct Complaint {
  Examination examination = Examination::files;
  Severity severity = Severity::error;
  std::string about;     ///< entry, bundle or node
  std::string sentence;  ///< what is wrong
  std::string advice;    ///< what to do
};

/// Never fails: what cannot be read is a complaint. Faults are passed over, they are wrong on
/// purpose. Ordered by examination.
std::vector<Complaint> examine(const Home& home, WallTime now);
/// True when there is no error among them.
bool is_healthy(const std::vector<Complaint>& complaints);

std::string doctor_text(const std::vector<Complaint>& complaints);
std::string doctor_json(const std::vector<Complaint>& complaints);

/// Only those about trust: for each node of `distribute` that holds an identity, whether every
/// other node can verify it (capability S4-75).
std::vector<Complaint> examine_cross_trust(const Manifest& manifest);

}  // namespace handfast::pki
