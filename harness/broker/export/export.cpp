#include "harness/broker/export/export.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker {

namespace {

Result<const exporting::Target*> find_target(std::string_view name) {
  for (const auto* target : exporting::targets()) {
    if (target->name == name) return target;
  }
  return usage_problem(fmt::format("unknown export target \"{}\"", printable(name)), {},
                       suggest(name, export_targets()));
}

}  // namespace

namespace exporting {

const std::vector<const Target*>& targets() {
  static const std::vector<const Target*> all{
      &emqx4(),  &emqx5(),  &mosquitto(), &rabbitmq(), &ejabberd(), &activemq(),
      &nanomq(), &hivemq(), &vernemq(),   &haproxy(),  &nginx(),    &cms_database()};
  return all;
}

}  // namespace exporting

std::string_view to_string(ClientAuth clients) {
  switch (clients) {
    case ClientAuth::none:
      return "none";
    case ClientAuth::optional:
      return "optional";
    case ClientAuth::required:
      break;
  }
  return "required";
}

std::vector<ExportListener> usual_listeners(ClientAuth clients) {
  return {{.transport = Transport::tls, .clients = clients, .port = 8883}};
}

Result<std::vector<ExportedFile>> export_files(const ExportRequest& request) {
  const auto target = find_target(request.target);
  if (!target) return target.error();
  const auto checked = exporting::checked(**target, request);
  if (!checked) return checked.error();
  return (*target)->render(*checked);
}

const std::vector<std::string>& export_targets() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto* target : exporting::targets()) all.push_back(target->name);
    return all;
  }();
  return names;
}

Result<std::string> reload_hint(std::string_view target) {
  const auto found = find_target(target);
  if (!found) return found.error();
  return (*found)->reload;
}

}  // namespace handfast::broker
