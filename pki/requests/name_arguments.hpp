// Names as `pki csr` and `pki selfsigned` take them: "CN:www.example.com OU:it subjectAltName:a,b",
// the argument form of Cisco's servers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/mint/names.hpp"

namespace handfast::pki {

struct NameArguments {
  Subject subject;
  std::vector<AltName> names;  ///< the common name is among them when it is a host
};

/// Reads `arguments` in any order: CN (required), OU, O, L, ST, C, subjectAltName, each
/// "key:value"; keys may be in small letters. Usage problem for an unknown or doubled key, an empty
/// value, a country that is not two letters, a value longer than X.520 allows, and a name that is
/// none.
Result<NameArguments> parse_name_arguments(const std::vector<std::string>& arguments);

/// Usage problem unless `name` consists of letters, digits, hyphens and underscores.
Result<void> check_base_name(std::string_view name);

}  // namespace handfast::pki
