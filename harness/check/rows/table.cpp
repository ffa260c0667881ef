#include <algorithm>
#include <vector>

#include "harness/check/rows/tables.hpp"

namespace handfast::check {

namespace {

std::vector<Row> join_tables() {
  std::vector<Row> all;
  for (const auto table : {client_chain_rows(), server_chain_rows(), tls_protocol_rows(),
                           websocket_rows(), revocation_rows(), identity_rows(), dtls_rows()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  return all;
}

}  // namespace

std::span<const Row> rows() {
  static const std::vector<Row> all = join_tables();
  return all;
}

const Row* find_row(std::string_view id) {
  const auto found = std::ranges::find(rows(), id, &Row::id);
  return found == rows().end() ? nullptr : &*found;
}

}  // namespace handfast::check
