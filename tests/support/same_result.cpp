// Whether two results say the same.
#include "tests/support/sample_result.hpp"

namespace handfast::tests {

using reports::Result;  // and not the template of core/base

namespace {

bool same_origin(const Result& a, const Result& b) {
  return a.handfast_version == b.handfast_version && a.openssl_version == b.openssl_version &&
         a.scenario_name == b.scenario_name && a.scenario_summary == b.scenario_summary &&
         a.scenario_file == b.scenario_file && a.scenario_resolved == b.scenario_resolved &&
         a.command_line == b.command_line && a.seed == b.seed && a.started_at == b.started_at &&
         a.duration_s == b.duration_s && a.machine == b.machine && a.pki == b.pki &&
         a.shard == b.shard && a.merged == b.merged;
}

}  // namespace

bool same(const Result& a, const Result& b) {
  return a.format == b.format && same_origin(a, b) && a.broker == b.broker &&
         a.checks == b.checks && a.fleets == b.fleets && a.load == b.load &&
         a.searches == b.searches && a.timeline == b.timeline && a.thresholds == b.thresholds &&
         a.broker_limits == b.broker_limits && a.valid == b.valid &&
         a.invalid_reasons == b.invalid_reasons && a.interrupted == b.interrupted &&
         a.problems == b.problems && a.exit_code == b.exit_code;
}

}  // namespace handfast::tests
