// Text that goes into XML settings.
#pragma once

#include <string>
#include <string_view>

namespace handfast::broker {

/// `value` as it may stand in an XML attribute or element.
std::string xml(std::string_view value);

}  // namespace handfast::broker
