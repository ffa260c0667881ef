#include "loadgen/responder.hpp"

#include "core/mqtt/property_view.hpp"

namespace handfast::loadgen {

void Responder::answer(const mqtt::PublishView& request, TimePoint now, Outbox& out) {
  const auto topic = mqtt::find_encoded(request.properties, mqtt::PropertyId::response_topic);
  if (!topic || topic->empty() || topic->size() > 0xffff) return;
  out.properties.clear();
  if (const auto data =
          mqtt::find_encoded(request.properties, mqtt::PropertyId::correlation_data)) {
    ByteWriter writer(out.properties);
    writer.u8(static_cast<std::uint8_t>(mqtt::PropertyId::correlation_data));
    writer.u16(static_cast<std::uint16_t>(data->size()));
    writer.bytes(*data);
  }
  ++messages(now).planned;
  const mqtt::PublishView packet{
      .topic = as_text(*topic), .properties = out.properties, .payload = request.payload};
  if (acknowledgements_.may_send()) return send(packet, now, now, out);
  if (waiting_.size() >= most_waiting) {
    ++messages(now).unsent;
    return;
  }
  ++messages(now).held_back;
  waiting_.push_back({.topic = std::string(packet.topic),
                      .properties = out.properties,
                      .payload = Bytes(packet.payload.begin(), packet.payload.end()),
                      .intended = now});
}

void Responder::send(const mqtt::PublishView& answer, TimePoint intended, TimePoint now,
                     Outbox& out) {
  mqtt::PublishView packet = answer;
  packet.qos = plan_.spec.qos;
  packet.packet_id = acknowledgements_.add(intended, now);
  // All its parts came in a packet of at most this size: encoding cannot fail.
  (void)mqtt::encode_publish(out.packets, plan_.version, packet);
  ++messages(intended).sent;
}

bool Responder::on_ack(const mqtt::Frame& frame, TimePoint now, Outbox& out) {
  if (!acknowledgements_.take(frame, now, book_, out)) return false;
  while (!waiting_.empty() && acknowledgements_.may_send()) {
    const Answer& next = waiting_.front();
    send({.topic = next.topic, .properties = next.properties, .payload = next.payload},
         next.intended, now, out);
    waiting_.pop_front();
  }
  return true;
}

void Responder::close() {
  for (const Answer& answer : waiting_) ++messages(answer.intended).unsent;
  waiting_.clear();
  acknowledgements_.close(book_.message_stats());
}

}  // namespace handfast::loadgen
