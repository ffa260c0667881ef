// One complete path from a leaf to an anchor (or as far as it goes), judged certificate by
// certificate (RFC 5280 section 6.1).
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "pki/audit/defects.hpp"
#include "pki/audit/detail/reading.hpp"

namespace handfast::pki::detail {

/// Certificates from the leaf upwards; borrowed.
struct Path {
  std::vector<const ReadCertificate*> steps;
  bool anchored = false;  ///< the last step is a trust anchor

  /// How many steps are not the anchor; a pinned leaf is both.
  std::size_t judged() const {
    return anchored && steps.size() > 1 ? steps.size() - 1 : steps.size();
  }
};

/// A finding and the step of the path that it belongs to.
using PathFindings = std::vector<std::pair<std::size_t, Finding>>;

/// True when `issuer` may be taken for the issuer of `subject`: equal names, and the authority key
/// identifier or the signature points to it.
bool may_have_issued(const ReadCertificate& issuer, const ReadCertificate& subject);

PathFindings judge(const Path& path, const AuditOptions& options);

}  // namespace handfast::pki::detail
