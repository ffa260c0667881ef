// The key "source" of a fleet: the addresses that its connections come from.
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

Result<void> read_source(const config::Node& node, SourceAddresses& source) {
  std::vector<std::string> written;
  if (node.is_list()) {
    auto texts = words(node);
    if (!texts) return texts.error();
    written = std::move(*texts);
  } else {
    auto text = node.text();
    if (!text) return text.error();
    written.push_back(std::move(*text));
  }
  auto addresses = parse_addresses(written);
  if (!addresses) {
    auto problem = with_context(addresses.error(), node.name());
    problem.where = node.where();
    return problem;
  }
  source = {.written = std::move(written), .addresses = std::move(*addresses)};
  return {};
}

}  // namespace handfast::scenario::detail
