#include "harness/check/websocket/rows.hpp"

#include "harness/check/websocket/table.hpp"

namespace handfast::check {

std::vector<CheckSpec> websocket_specs() {
  std::vector<CheckSpec> rows;
  for (auto* const theme :
       {wss::upgrade_rows, wss::request_rows, wss::frame_rows, wss::violation_rows,
        wss::control_rows, wss::length_rows, wss::deflate_rows, wss::wss_rows}) {
    for (auto& spec : theme()) rows.push_back(std::move(spec));
  }
  return rows;
}

}  // namespace handfast::check
