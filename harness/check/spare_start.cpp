#include "harness/check/spare_start.hpp"

namespace handfast::check {

std::unique_ptr<SpareBroker> start_spare(Bench& bench, ScriptEvidence& evidence,
                                         const std::string& what, const std::string& listener,
                                         const std::string& control) {
  if (!bench.has_spares()) {
    evidence.skip = "no-further-broker";
    return nullptr;
  }
  auto spare = bench.spare({listener});
  Step step{.what = what};
  step.outcome = spare ? probe::Outcome::accept : probe::Outcome::reject;
  step.detail = spare ? "the broker started" : spare.error().text();
  evidence.steps.push_back(std::move(step));
  if (spare) return std::move(*spare);
  // A refusal says something only beside a start that works.
  if (const auto good = bench.spare({control}); !good) evidence.problem = good.error().text();
  return nullptr;
}

}  // namespace handfast::check
