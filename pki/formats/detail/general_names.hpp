// GeneralName (RFC 5280 section 4.2.1.6) as text, in the spelling of pki/mint/names.hpp.
#pragma once

#include <string>
#include <vector>

#include "core/tls/openssl.hpp"

namespace handfast::pki::detail {

/// "DNS:localhost", "IP:::1", "IP:10.0.0.0/8" (name constraints), "URI:urn:x", "email:a@b",
/// "DirName:CN = x", "RID:1.2.3", "other:1.2.3;text" for a string in an otherName and
/// "other:1.2.3;0x0500" for anything else.
std::string general_name_text(const GENERAL_NAME* name);
std::vector<std::string> general_name_texts(const GENERAL_NAMES* names);
/// The same for people: an otherName by what it is for ("UPN:a@b", "SmtpUTF8:a@b").
std::string general_name_title(const GENERAL_NAME* name);
std::string general_names_title(const GENERAL_NAMES* names);

/// "URI:http://...", or the relative name, of a distribution point; empty for null.
std::string distribution_point_text(const DIST_POINT_NAME* point);

}  // namespace handfast::pki::detail
