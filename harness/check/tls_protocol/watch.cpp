#include "harness/check/tls_protocol/watch.hpp"

namespace handfast::check::tls_protocol {

bool subscribe(Talk& talk, const std::string& topic) {
  mqtt::Subscribe request;
  request.packet_id = 1;
  request.subscriptions.push_back({.filter = topic, .qos = 0});
  talk.send(request);
  return talk.await(mqtt::PacketType::suback, talk.timeouts().connack).has_value();
}

Bytes publish_bytes(const std::string& topic, ByteView payload) {
  mqtt::PublishView publish;
  publish.topic = topic;
  publish.payload = payload;
  Bytes bytes;
  // Fails for a packet above 256 MiB alone.
  if (!mqtt::encode_publish(bytes, mqtt::Version::v3_1_1, publish)) bytes.clear();
  return bytes;
}

Step watch_will(Bench& bench, ScriptEvidence& evidence, const std::string& what,
                TalkOptions options, const std::function<void(Talk&)>& end, Nanos patience) {
  TalkOptions watching;
  watching.listener = options.listener;
  watching.identity = options.identity;
  auto watcher = Talk::open(bench, std::move(watching));
  const auto topic = "handfast/will/" + bench.fresh_id();
  if (!watcher || !watcher->to_pingresp() || !subscribe(*watcher, topic)) {
    Step step;
    step.what = what;
    step.detail = "the client that is to see the Will was not served";
    return step;
  }
  options.will = mqtt::Will{.topic = topic, .payload = {'g', 'o', 'n', 'e'}};
  bool served = false;
  auto seen = with_talk(bench, evidence, what, std::move(options), [&](Talk& talk, Step& step) {
    served = talk.to_pingresp();
    if (!served) return;
    end(talk);
    const bool published = watcher->await(mqtt::PacketType::publish, patience).has_value();
    step.facts.emplace_back("will", published ? "published" : "absent");
  });
  // Then its end was none that a Will could tell of.
  if (!served) seen.outcome = probe::Outcome::not_sent;
  return seen;
}

}  // namespace handfast::check::tls_protocol
