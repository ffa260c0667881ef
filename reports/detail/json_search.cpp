// Searches for the knee in result.json.
#include "reports/detail/json_model.hpp"
#include "reports/detail/json_read.hpp"

namespace handfast::reports::detail {

namespace {

Json to_json(const SearchStep& step) {
  return {{"offered_per_s", finite(step.offered_per_s)},
          {"started_per_s", finite(step.started_per_s)},
          {"achieved_per_s", finite(step.achieved_per_s)},
          {"ready_p99_s", seconds(step.ready_p99)},
          {"held", step.held},
          {"generator_limited", step.generator_limited},
          {"why", step.why}};
}

SearchStep read_step(const Cursor& at) {
  SearchStep step;
  step.offered_per_s = at.at("offered_per_s").number();
  step.started_per_s = at.at("started_per_s").number();
  step.achieved_per_s = at.at("achieved_per_s").number();
  step.ready_p99 = at.at("ready_p99_s").duration();
  step.held = at.at("held").boolean();
  step.generator_limited = at.at("generator_limited").boolean();
  step.why = at.at("why").text();
  return step;
}

}  // namespace

Json to_json(const SearchResult& search) {
  Json steps = Json::array();
  for (const auto& step : search.steps) steps.push_back(to_json(step));
  return {{"fleet", search.fleet},
          {"steps", std::move(steps)},
          {"knee_per_s", search.knee_per_s ? Json(finite(*search.knee_per_s)) : Json(nullptr)},
          {"lower_bound", search.lower_bound},
          {"conclusion", search.conclusion}};
}

SearchResult read_search(const Cursor& at) {
  SearchResult search;
  search.fleet = at.at("fleet").text();
  for (const auto& entry : at.at("steps").items()) search.steps.push_back(read_step(entry));
  if (const auto knee = at.at("knee_per_s"); !knee.null()) search.knee_per_s = knee.number();
  search.lower_bound = at.at("lower_bound").boolean();
  search.conclusion = at.at("conclusion").text();
  return search;
}

}  // namespace handfast::reports::detail
