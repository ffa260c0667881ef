#include "loadgen/samples.hpp"

#include "loadgen/connections.hpp"

namespace handfast::loadgen {

/// Tells the failure of `slot`'s session as a sample, where one more of its cause is wanted.
void Connections::sample_failure(const Slot& slot, TimePoint now) {
  FleetShare& share = shares_[slot.fleet];
  if (!share.measures(slot.start.intended)) return;
  const stats::FailureKey& key = *slot.session->failure();
  const tls::Facts* facts = slot.session->facts();
  const bool has_messages = facts != nullptr && !facts->messages.empty();
  if (!share.samples().wants(key, has_messages)) return;
  stats::FailureSample sample;
  sample.at_s = seconds(now - begin_);
  sample.took = now - slot.begin;
  const FleetSpec& spec = share.plan().spec;
  sample.client_id =
      expand_client_id(spec.client_id, spec.name, slot.start.client, slot.start.number);
  if (const tls::Failure* why = slot.session->tls_failure()) sample.detail = why->detail;
  if (has_messages) {
    for (const tls::HandshakeMessage& message : facts->messages) {
      sample.messages.push_back({.sent = message.sent,
                                 .name = tls::handshake_name(message.type),
                                 .size_bytes = message.size_bytes,
                                 .after = message.when - slot.begin});
    }
  }
  stats::add_sample(share.book().samples[key], std::move(sample));
}

}  // namespace handfast::loadgen
