// What the exports for both generations of EMQX share: the files of etc/certs under their stock
// names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/broker/export/export.hpp"

namespace handfast::broker::exporting {

/// etc/certs/cert.pem, key.pem and, when there are any, cacert.pem and ocsp-issuer.pem.
std::vector<ExportedFile> emqx_certificates(const ExportRequest& request);
/// The path of one of them in the settings: relative to EMQX's folder unless the request names it.
std::string emqx_path(const ExportRequest& request, std::string_view file);
/// How often a node looks at its PEM files again, in words.
std::string emqx_reload();

}  // namespace handfast::broker::exporting
