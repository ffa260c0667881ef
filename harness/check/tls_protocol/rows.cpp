#include "harness/check/tls_protocol/rows.hpp"

#include "harness/check/tls_protocol/spec.hpp"

namespace handfast::check {

std::vector<CheckSpec> tls_protocol_specs() {
  std::vector<CheckSpec> rows;
  for (auto* const section :
       {tls_protocol::version_rows, tls_protocol::parameter_rows, tls_protocol::agreement_rows,
        tls_protocol::resume_rows, tls_protocol::resume_limit_rows, tls_protocol::standstill_rows,
        tls_protocol::post_handshake_rows, tls_protocol::record_rows, tls_protocol::framing_rows,
        tls_protocol::noise_rows, tls_protocol::pressure_rows, tls_protocol::closing_rows}) {
    for (auto& spec : section()) rows.push_back(std::move(spec));
  }
  return rows;
}

}  // namespace handfast::check
