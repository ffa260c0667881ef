// When something is valid: "10y", {for:, backdate:} or {from:, to:}.
#include <fmt/format.h>

#include "pki/manifest/detail/fields.hpp"

namespace handfast::pki::detail {

void Fields::validity(std::string_view key, Validity& out) {
  const auto node = find(key);
  if (!node) return;
  if (node->is_map()) return read_validity_map(*node, out);
  auto duration = node->duration();
  if (!duration) return fail(duration.error());
  if (*duration < std::chrono::seconds(1)) {
    return fail(node->problem(fmt::format("\"{}\" must be 1s or longer", key)));
  }
  out = Validity::lasting(*duration);
}

void Fields::read_validity_map(const config::Node& node, Validity& out) {
  Fields fields(node);
  const auto duration = fields.find("for");
  const auto backdate = fields.find("backdate");
  const auto from = fields.find("from");
  const auto to = fields.find("to");
  if (auto done = fields.finish(); !done) return fail(done.error());
  if (duration && (from || to)) {
    return fail(
        node.problem("\"for\" and \"from\" or \"to\" contradict each other",
                     "write {for: 397d, backdate: 1h} or {from: 2026-01-01, to: 2026-02-01}"));
  }
  if (!duration && !to) {
    return fail(
        node.problem(fmt::format("\"{}\" has no end", node.name()), "write \"for\" or \"to\""));
  }
  const auto moment = [this](const config::Node& at, Moment& into) {
    auto text = at.text();
    if (!text) return fail(text.error());
    auto value = parse_moment(*text);
    if (!value) return fail(placed(value.error(), at));
    into = *value;
  };
  Validity read;
  if (duration) {
    auto value = duration->duration();
    if (!value) return fail(value.error());
    read.to.offset = *value;
  }
  if (backdate) {
    auto value = backdate->duration();
    if (!value) return fail(value.error());
    if (!duration) return fail(backdate->problem("\"backdate\" goes with \"for\" only"));
    read.from.offset = -*value;
  }
  if (from) moment(*from, read.from);
  if (to) moment(*to, read.to);
  const bool comparable = read.from.at.has_value() == read.to.at.has_value();
  if (comparable && read.from.resolve(WallTime{}) >= read.to.resolve(WallTime{})) {
    return fail(node.problem(fmt::format("\"{}\" ends before it begins", node.name())));
  }
  out = read;
}

}  // namespace handfast::pki::detail
