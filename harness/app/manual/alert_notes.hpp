// What an alert says, and what makes brokers send it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace handfast::app {

struct AlertNote {
  std::uint8_t number = 0;
  std::string_view meaning;    ///< in the sense of `reference`
  std::string_view cause;      ///< what usually stands behind it with a broker, and what to try
  std::string_view reference;  ///< "RFC 8446 section 6.2"
};

/// One for each alert that core/tls/alert.hpp names, by number.
std::span<const AlertNote> alert_notes();
/// nullptr for a number that is not assigned.
const AlertNote* find_alert_note(unsigned number);

}  // namespace handfast::app
