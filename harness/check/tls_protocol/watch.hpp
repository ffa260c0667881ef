// Whether a Will is published, or a message gets through: seen by a second client that watches.
#pragma once

#include "harness/check/tls_protocol/table.hpp"

namespace handfast::check::tls_protocol {

/// A client with a Will is served up to PINGRESP, then `end` is done to its connection, and a
/// watcher waits for the Will for as long as `patience`. Fact "will": published or absent. The
/// outcome is that of the connection after `end`.
Step watch_will(Bench& bench, ScriptEvidence& evidence, const std::string& what,
                TalkOptions options, const std::function<void(Talk&)>& end, Nanos patience);

/// Subscribes to `topic` and waits for SUBACK.
bool subscribe(Talk& talk, const std::string& topic);
/// A PUBLISH of QoS 0 as bytes.
Bytes publish_bytes(const std::string& topic, ByteView payload);

}  // namespace handfast::check::tls_protocol
