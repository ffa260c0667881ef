#include "harness/check/batches.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace handfast::check {

namespace {

bool expressible(const broker::Driver& driver, const broker::ListenerSettings& listener) {
  const bool kind = std::ranges::find(driver.kinds, listener.kind) != driver.kinds.end();
  const auto& can = driver.can;
  const bool revoked = listener.revoked.empty() || can.revoked;
  const bool version = listener.tls_version.empty() || can.tls_version;
  const bool status = (!listener.fetches_crls || can.fetches_crls) &&
                      (!listener.asks_ocsp || can.asks_ocsp) && (!listener.staples || can.staples);
  const bool second = listener.other_certificate.empty() || can.other_certificate;
  const bool user = listener.user_from == broker::UserFrom::nothing ||
                    std::ranges::find(can.user_from, listener.user_from) != can.user_from.end();
  const bool optional = !listener.certificate_optional || can.optional_clients;
  const bool psk = listener.psk.empty() || can.psk;
  const bool proxied = !listener.proxy_protocol || can.proxy_protocol;
  const bool told = !listener.proxy_names_users || can.proxy_names_users;
  const bool bound = !listener.binds_client_id || can.binds_client_id;
  const bool account = !listener.account || can.account;
  return kind && revoked && version && status && second && user && optional && psk && proxied &&
         told && bound && account;
}

/// `batch` with what of `wanted` it lacks; nullopt when they cannot live in one process.
std::optional<std::vector<broker::ListenerSettings>> joined(
    const broker::Driver& driver, const Batch& batch,
    const std::vector<broker::ListenerSettings>& wanted) {
  auto all = batch.listeners;
  for (const auto& listener : wanted) {
    const auto known = std::ranges::find(all, listener.name, &broker::ListenerSettings::name);
    if (known != all.end()) continue;
    for (const auto& other : all) {
      if (!broker::can_share(driver, listener, other)) return std::nullopt;
    }
    all.push_back(listener);
  }
  return all;
}

/// Puts a row into the first batch that can take it; false when it cannot even be alone.
bool place(std::vector<Batch>& batches, const broker::Driver& driver, std::size_t row,
           const std::vector<broker::ListenerSettings>& wanted) {
  for (auto& batch : batches) {
    auto all = joined(driver, batch, wanted);
    if (!all) continue;
    batch.listeners = std::move(*all);
    batch.rows.push_back(row);
    return true;
  }
  auto alone = joined(driver, {}, wanted);
  if (!alone) return false;
  batches.push_back({.listeners = std::move(*alone), .rows = {row}});
  return true;
}

}  // namespace

Result<Batches> share_out(const std::vector<const CheckSpec*>& rows, const broker::Driver& driver,
                          const broker::Capabilities& capabilities, const Materials& materials) {
  Batches out;
  std::vector<std::size_t> last;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = *rows[i];
    if (auto token = missing_capability(row, capabilities); !token.empty()) {
      out.skips[i] = std::move(token);
      continue;
    }
    if (std::holds_alternative<HealthPlan>(row.plan)) {
      last.push_back(i);
      continue;
    }
    const auto wanted = listeners_for({rows[i]}, materials);
    if (!wanted) return wanted.error();
    const auto can = [&](const auto& listener) { return expressible(driver, listener); };
    if (!std::ranges::all_of(*wanted, can)) {
      out.skips[i] = "no-listener";
    } else if (!place(out.all, driver, i, *wanted)) {
      out.skips[i] = "listeners-cannot-share";
    }
  }
  if (out.all.empty()) {
    for (const auto i : last) out.skips[i] = "no-rejecting-rows";
  } else {
    std::ranges::copy(last, std::back_inserter(out.all.back().rows));
  }
  return out;
}

}  // namespace handfast::check
