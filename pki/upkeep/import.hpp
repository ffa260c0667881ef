// `pki import FILE --as NAME`: a certificate that was signed elsewhere becomes the current one of
// an entry of ours.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/store/pki.hpp"
#include "pki/upkeep/trust_store.hpp"

namespace handfast::pki {

/// Installs the first certificate of `text` (PEM with any text around, or DER) as that of the
/// identity or authority `name`; the one before goes to the archive (capability S4-11), and the
/// request stays where it is. It must be for the key of the entry, be signed by the issuer that the
/// manifest names, be valid at `now`, and say what the manifest asks for, or the next apply would
/// replace it. Usage problem for an unknown name, failed problem for a certificate that does not
/// fit; nothing is changed then.
Result<ImportReport> import_signed(const Manifest& manifest, std::string_view text,
                                   const std::string& where, const std::string& name,
                                   const ApplyOptions& options, WallTime now);

}  // namespace handfast::pki
