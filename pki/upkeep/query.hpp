// `list --where`: which items to show.
//
//   query       = conjunction *("or" conjunction)
//   conjunction = comparison *("and" comparison)
//   comparison  = field operator value        expires<30d, key=rsa, "cn~gate way", kind=identity
//   operator    = "=" / "!=" / "~" / "<" / "<=" / ">" / ">="
//
// "~" means contains. Upper and lower case are the same. A value with blanks or operators in it
// stands in 'single' or "double" quotes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/upkeep/inventory.hpp"

namespace handfast::pki {

class Query {
 public:
  Query() = default;  ///< matches everything
  /// Usage problem with the column for an unknown field (with a suggestion), an operator that the
  /// field does not have, a value it cannot have, and for what is left over.
  static Result<Query> parse(std::string_view text);

  bool matches(const Item& item, WallTime now) const;

  enum class Operator : std::uint8_t { equal, unequal, contains, less, at_most, more, at_least };
  struct Comparison {
    std::string field;
    Operator op = Operator::equal;
    std::string value;  ///< lower case
    Nanos duration{0};  ///< of `expires`
    std::uint64_t number = 0;
  };

 private:
  std::vector<std::vector<Comparison>> any_of_;  ///< alternatives, each all of its comparisons
};

/// The fields, for help.
const std::vector<std::string>& query_fields();

}  // namespace handfast::pki
