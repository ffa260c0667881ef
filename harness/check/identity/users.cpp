#include "harness/check/identity/users.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/watch.hpp"

namespace handfast::check::identity {

using tls_protocol::Talk;
using tls_protocol::TalkOptions;
using namespace std::chrono_literals;

namespace {

/// The user, and the same in the sentence that people read.
void note_user(Step& step, const std::string& user) {
  step.facts.emplace_back("user", user);
  const auto text = user_text(user);
  step.detail += (step.detail.empty() ? "" : "; ") + text;
}

void say_goodbye(Talk& talk) { talk.send(mqtt::Disconnect{}); }

}  // namespace

bool owns_topics_of(Talk& talk, const std::string& name) {
  // The second message comes to everybody, and behind the first on every broker: no need to wait
  // for a silence. What comes to nobody at all is not ours either.
  const auto own = fmt::format("user/{}/{}", name, talk.client_id());
  const auto everybodys = "handfast/named/" + talk.client_id();
  mqtt::Subscribe request;
  request.packet_id = 1;
  request.subscriptions = {{.filter = own, .qos = 0}, {.filter = everybodys, .qos = 0}};
  talk.send(request);
  if (!talk.await(mqtt::PacketType::suback, talk.timeouts().connack)) return false;
  const Bytes payload{'m', 'i', 'n', 'e'};
  talk.line().send(tls_protocol::publish_bytes(own, payload));
  talk.line().send(tls_protocol::publish_bytes(everybodys, payload));
  const auto packet = talk.await(mqtt::PacketType::publish, talk.timeouts().pingresp);
  const auto* message = packet ? std::get_if<mqtt::Publish>(&*packet) : nullptr;
  return message != nullptr && message->topic == own;
}

Step who_is(Bench& bench, ScriptEvidence& evidence, const TalkOptions& options,
            const std::vector<std::string>& candidates) {
  Step step;
  for (const auto& name : candidates) {
    bool own = false;
    step = tls_protocol::with_talk(bench, evidence, "", options, [&](Talk& talk, Step&) {
      if (!talk.to_pingresp()) return;
      own = owns_topics_of(talk, name);
      say_goodbye(talk);
    });
    if (step.outcome != probe::Outcome::accept) {
      step.facts.emplace_back("user", no_session);
      return step;
    }
    if (own) {
      note_user(step, name);
      return step;
    }
  }
  note_user(step, somebody_else);
  return step;
}

Step who_is_by_log(Bench& bench, ScriptEvidence& evidence, TalkOptions options,
                   const std::vector<std::string>& candidates) {
  if (!bench.log_says("", 0ns)) return tls_protocol::left_out("oob.log");
  auto step =
      tls_protocol::with_talk(bench, evidence, "", std::move(options), [](Talk& talk, Step&) {
        if (talk.to_pingresp()) say_goodbye(talk);
      });
  if (step.outcome != probe::Outcome::accept) {
    step.facts.emplace_back("user", no_session);
    return step;
  }
  for (const auto& name : candidates) {
    if (!bench.log_says(user_line(bench.driver(), name), name == candidates.front() ? 500ms : 0ms)
             .value_or(false)) {
      continue;
    }
    note_user(step, name);
    return step;
  }
  note_user(step, somebody_else);
  return step;
}

std::string user_line(const std::string& driver, const std::string& name) {
  // "... New client connected from 127.0.0.1:41234 as a (p4, c0, k0, u'dev-1')."
  if (driver == "mosquitto") return fmt::format(", u'{}').", name);
  return fmt::format("'{}'", name);
}

std::string user_text(const std::string& user) {
  return user == somebody_else ? user : "user " + printable(user, 40);
}

}  // namespace handfast::check::identity
