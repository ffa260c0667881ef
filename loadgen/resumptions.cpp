#include "loadgen/resumptions.hpp"

#include "loadgen/share.hpp"

namespace handfast::loadgen {

HandshakeRole Resumptions::next(std::uint64_t client, stats::FleetStats& stats) {
  if (!spec_.on()) return {};
  auto session = store_.take(client);
  if (!session) {
    ++stats.seeding;
    return {};
  }
  if (!in_share(could_resume_++, spec_.share)) {
    store_.keep(client, std::move(session));  // until this full handshake brings another
    return {};
  }
  ++stats.resumption_asked;
  return {.resume = std::move(session), .early_data = in_share(asked_++, spec_.early_data_share)};
}

}  // namespace handfast::loadgen
