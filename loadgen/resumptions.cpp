#include "loadgen/resumptions.hpp"

namespace handfast::loadgen {

HandshakeRole Resumptions::next(std::uint64_t client, stats::FleetStats& stats) {
  if (!spec_.on()) return {};
  auto session = store_.take(client);
  if (!session) {
    ++stats.seeding;
    return {};
  }
  if (!resume_.next()) {
    store_.keep(client, std::move(session));  // until this full handshake brings another
    return {};
  }
  ++stats.resumption_asked;
  return {.resume = std::move(session), .early_data = early_data_.next()};
}

}  // namespace handfast::loadgen
