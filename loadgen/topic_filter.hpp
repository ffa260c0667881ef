// Topic filters against topic names (MQTT 5.0 §4.7).
#pragma once

#include <string_view>

namespace handfast::loadgen {

/// True when a subscription to `filter` gets messages of `topic`. A share name is left aside
/// ("$share/group/a/+" is "a/+", MQTT 5.0 §4.8.2). A level of `topic` that holds
/// Template::varying_mark is matched by wildcards only.
bool matches(std::string_view filter, std::string_view topic);

/// The filter behind "$share/GROUP/"; `filter` itself when it is not shared.
std::string_view without_share(std::string_view filter);
bool is_shared(std::string_view filter);
bool has_wildcard(std::string_view filter);

/// Empty when `filter` is well formed (MQTT 5.0 §4.7.1 and §4.8.2); else what is wrong with it.
std::string_view filter_defect(std::string_view filter);
/// Likewise for a topic name to publish to ([MQTT-3.3.2-2], [MQTT-4.7.3-1]).
std::string_view topic_defect(std::string_view topic);

}  // namespace handfast::loadgen
