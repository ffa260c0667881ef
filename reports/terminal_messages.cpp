#include "core/base/text.hpp"
#include "reports/detail/message_tables.hpp"
#include "reports/summary.hpp"

namespace handfast::reports::detail {

namespace {

using enum Table::Align;

std::string publish_rate(const stats::MessageStats& messages) {
  const double active_s = seconds(messages.publishing_time());
  return active_s > 0 ? short_number(static_cast<double>(messages.sent) / active_s) : "-";
}

}  // namespace

std::vector<Table> message_tables(const stats::Snapshot& load) {
  Table sent({left, right, right, right, right, right, right, right});
  sent.row({"Published", "sent", "msg/s", "acked", "refused", "unacked", "unsent", "held back"});
  Table received({left, right, right, right, right, right, right});
  received.row({"Received", "delivered", "lost", "dup", "disorder", "foreign", "truncated"});
  bool any_sent = false;
  bool any_received = false;
  for (const auto& fleet : load.fleets) {
    if (!fleet.messages) continue;
    const auto& messages = *fleet.messages;
    const auto name = "  " + printable(fleet.name);
    if (messages.planned > 0) {
      any_sent = true;
      sent.row({name, grouped(messages.sent), publish_rate(messages), grouped(messages.acked),
                grouped(messages.refused), grouped(messages.unacked), grouped(messages.unsent),
                grouped(messages.held_back)});
    }
    if (messages.subscribed > 0) {
      any_received = true;
      received.row({name, grouped(messages.delivered), grouped(messages.lost),
                    grouped(messages.duplicated), grouped(messages.out_of_order),
                    grouped(messages.foreign), grouped(messages.truncated)});
    }
  }
  std::vector<Table> tables;
  if (any_sent) tables.push_back(std::move(sent));
  if (any_received) tables.push_back(std::move(received));
  return tables;
}

}  // namespace handfast::reports::detail
