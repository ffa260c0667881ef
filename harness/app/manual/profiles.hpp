// The words of the catalogue that stand for a set-up: listener profiles, and facts that a broker
// declares.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace handfast::app {

struct Term {
  std::string_view word;     ///< "mtls-bundle"
  std::string_view meaning;  ///< "as mtls, trust file = R and I"
};

/// Certificates of the fixtures: R, I, L ...
std::span<const Term> certificate_terms();
/// Listener profiles and declared facts, in the order of the specification.
std::span<const Term> need_terms();
/// Those of need_terms() that the text of a row's `needs` names.
std::vector<Term> terms_in(std::string_view needs);

}  // namespace handfast::app
