#include "harness/check/identity/rows.hpp"

#include <iterator>

#include "harness/check/identity/spec.hpp"

namespace handfast::check {

std::vector<CheckSpec> identity_specs() {
  std::vector<CheckSpec> all;
  for (auto* const section :
       {identity::name_rows, identity::odd_name_rows, identity::bound_rows, identity::key_rows,
        identity::header_rows, identity::stray_header_rows, identity::tls_field_rows}) {
    auto some = section();
    all.insert(all.end(), std::make_move_iterator(some.begin()),
               std::make_move_iterator(some.end()));
  }
  return all;
}

}  // namespace handfast::check
