// The texts of the presets, one source file each.
#pragma once

#include <string_view>

namespace handfast::pki::detail {

std::string_view emqx_two_tier_preset();
std::string_view emqx_single_preset();
std::string_view cms_db_preset();
std::string_view cucm_preset();
std::string_view milestone_preset();
std::string_view camtrace_preset();

}  // namespace handfast::pki::detail
