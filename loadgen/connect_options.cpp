#include "loadgen/connect_options.hpp"

#include <fmt/format.h>

#include <limits>

#include "loadgen/topic_filter.hpp"

namespace handfast::loadgen {
namespace {

constexpr std::int64_t most_seconds = std::numeric_limits<std::uint32_t>::max();

Result<std::optional<Template>> parse_optional(const std::optional<std::string>& text,
                                               const char* what) {
  if (!text) return std::optional<Template>();
  auto parsed = Template::parse(*text, Placeholders::client);
  if (!parsed) return with_context(parsed.error(), what);
  return std::optional<Template>(std::move(*parsed));
}

Result<void> add_seconds(mqtt::Properties& out, mqtt::PropertyId id,
                         const std::optional<std::chrono::seconds>& value) {
  if (!value) return {};
  if (value->count() < 0 || value->count() > most_seconds) {
    return usage_problem(fmt::format("{} must be 0 to {} seconds", to_string(id), most_seconds));
  }
  out.push_back({id, static_cast<std::uint32_t>(value->count())});
  return {};
}

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Result<void> check_version(const ConnectSpec& spec, mqtt::Version version) {
  if (version == mqtt::Version::v5_0) return {};
  const bool has_properties = spec.session_expiry || spec.receive_maximum ||
                              !spec.user_properties.empty() || (spec.will && spec.will->delay);
  if (has_properties) {
    return usage_problem("MQTT 3.1.1 has no properties in CONNECT", {}, "use MQTT version 5");
  }
  if (spec.password && !spec.user) {
    return usage_problem("MQTT 3.1.1 has no password without a user name ([MQTT-3.1.2-22])");
  }
  return {};
}

}  // namespace

Result<ConnectPlan> ConnectPlan::make(const ConnectSpec& spec, mqtt::Version version,
                                      std::string fleet) {
  if (auto fits = check_version(spec, version); !fits) return fits.error();
  if (spec.receive_maximum == 0) return usage_problem("receive maximum must be 1 to 65535");
  ConnectPlan plan;
  plan.fleet_ = std::move(fleet);
  plan.logins_ = spec.logins;
  plan.clean_start_ = spec.clean_start;
  auto user = parse_optional(spec.user, "user");
  if (!user) return user.error();
  plan.user_ = std::move(*user);
  auto password = parse_optional(spec.password, "password");
  if (!password) return password.error();
  plan.password_ = std::move(*password);

  using enum mqtt::PropertyId;
  auto expiry = add_seconds(plan.properties_, session_expiry_interval, spec.session_expiry);
  if (!expiry) return expiry.error();
  if (spec.receive_maximum) {
    plan.properties_.push_back({receive_maximum, std::uint32_t{*spec.receive_maximum}});
  }
  for (const auto& pair : spec.user_properties) plan.properties_.push_back({user_property, pair});

  if (!spec.will) return plan;
  WillPlan will;
  auto topic = Template::parse(spec.will->topic, Placeholders::client);
  if (!topic) return with_context(topic.error(), "will topic");
  if (const auto defect = topic_defect(spec.will->topic); !defect.empty()) {
    return usage_problem(fmt::format("will topic \"{}\": {}", spec.will->topic, defect));
  }
  auto payload = Template::parse(spec.will->payload, Placeholders::client);
  if (!payload) return with_context(payload.error(), "will payload");
  if (spec.will->qos > 2) return usage_problem("QoS must be 0 to 2");
  will.topic = std::move(*topic);
  will.payload = std::move(*payload);
  will.base.qos = spec.will->qos;
  will.base.retain = spec.will->retain;
  auto delay = add_seconds(will.base.properties, will_delay_interval, spec.will->delay);
  if (!delay) return delay.error();
  plan.will_ = std::move(will);
  return plan;
}

void ConnectPlan::apply(mqtt::Connect& connect, std::uint64_t client, std::uint64_t number) const {
  const TemplateValues values{.fleet = fleet_, .client = client, .number = number};
  connect.clean_start = clean_start_;
  connect.properties = properties_;
  if (!logins_.empty()) {
    const Login& login = logins_[client % logins_.size()];
    connect.user_name = login.user;
    connect.password = bytes_of(login.password);
  }
  if (user_) connect.user_name = user_->text(values);
  if (password_) connect.password = bytes_of(password_->text(values));
  if (!will_) return;
  connect.will = will_->base;
  connect.will->topic = will_->topic.text(values);
  connect.will->payload = bytes_of(will_->payload.text(values));
}

}  // namespace handfast::loadgen
