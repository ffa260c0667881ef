// One property out of an encoded list, without decoding the others: for the load path.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"
#include "core/mqtt/property.hpp"

namespace handfast::mqtt {

/// The value bytes of the first property `id` in `properties` (a list without its length, as
/// PublishView has it): of text and binary data without their length, of integers as they lie on
/// the wire. nullopt when it is absent, or when the list is malformed before it. No allocation.
std::optional<ByteView> find_encoded(ByteView properties, PropertyId id);

}  // namespace handfast::mqtt
