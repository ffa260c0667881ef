#include "loadgen/session_store.hpp"

#include <utility>

namespace handfast::loadgen {

void SessionStore::keep(std::uint64_t client, std::shared_ptr<const tls::Session> session) {
  if (const auto at = sessions_.find(client); at != sessions_.end()) {
    at->second = std::move(session);
  } else if (sessions_.size() < capacity_) {
    sessions_.emplace(client, std::move(session));
  }
}

std::shared_ptr<const tls::Session> SessionStore::take(std::uint64_t client) {
  const auto at = sessions_.find(client);
  if (at == sessions_.end()) return nullptr;
  if (!at->second->single_use()) return at->second;
  auto session = std::move(at->second);
  sessions_.erase(at);
  return session;
}

}  // namespace handfast::loadgen
