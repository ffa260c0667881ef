#include "core/mqtt/error.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace handfast::mqtt {

std::string DecodeError::text() const {
  return fmt::format("{} byte {}: expected {}, saw {} ({})", packet, offset, expected, seen,
                     clause);
}

void throw_exception_from_error(const DecodeError& error, const boost::source_location& where) {
  throw std::logic_error(fmt::format("{}:{}: value() of a failed decoding: {}", where.file_name(),
                                     where.line(), error.text()));
}

}  // namespace handfast::mqtt
