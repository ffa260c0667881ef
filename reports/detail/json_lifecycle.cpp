// What connections did besides messages, in result.json: one table for writing and for reading.
#include <array>

#include "reports/detail/json_model.hpp"
#include "reports/detail/json_read.hpp"

namespace handfast::reports::detail {

namespace {

template <class Part>
struct Member {
  const char* key;
  std::uint64_t Part::* count;
};

using stats::BadChainCounts;
using stats::HalfOpens;
using stats::Reconnects;
using stats::Shadows;
using stats::Takeovers;

constexpr std::array reconnects{
    Member<Reconnects>{"lost", &Reconnects::lost},
    Member<Reconnects>{"attempts", &Reconnects::attempts},
    Member<Reconnects>{"back", &Reconnects::back},
    Member<Reconnects>{"given_up", &Reconnects::given_up},
    Member<Reconnects>{"away", &Reconnects::away},
};
constexpr std::array takeovers{
    Member<Takeovers>{"attempted", &Takeovers::attempted},
    Member<Takeovers>{"taken_over", &Takeovers::taken_over},
    Member<Takeovers>{"unannounced", &Takeovers::unannounced},
    Member<Takeovers>{"stayed", &Takeovers::stayed},
};
constexpr std::array half_opens{
    Member<HalfOpens>{"silent", &HalfOpens::silent},
    Member<HalfOpens>{"closed", &HalfOpens::closed},
    Member<HalfOpens>{"held", &HalfOpens::held},
};
constexpr std::array bad_chains{
    Member<BadChainCounts>{"as_expected", &BadChainCounts::as_expected},
    Member<BadChainCounts>{"wrongly_accepted", &BadChainCounts::wrongly_accepted},
    Member<BadChainCounts>{"refused_otherwise", &BadChainCounts::refused_otherwise},
    Member<BadChainCounts>{"interrupted", &BadChainCounts::interrupted},
};
constexpr std::array shadows{
    Member<Shadows>{"agreed", &Shadows::agreed},
    Member<Shadows>{"differed", &Shadows::differed},
    Member<Shadows>{"not_comparable", &Shadows::not_comparable},
};

template <class Part, std::size_t N>
Json write(const Part& part, const std::array<Member<Part>, N>& members) {
  Json out = Json::object();
  for (const auto& [key, count] : members) out[key] = part.*count;
  return out;
}

template <class Part, std::size_t N>
void read(const Cursor& at, Part& part, const std::array<Member<Part>, N>& members) {
  for (const auto& [key, count] : members) part.*count = at.at(key).count();
}

}  // namespace

Json to_json(const stats::Lifecycle& lifecycle) {
  Json bad = write(lifecycle.bad_chains, bad_chains);
  bad["causes"] = Json::array();
  for (const auto& [key, count] : lifecycle.bad_chains.causes) {
    bad["causes"].push_back({{"phase", key.phase}, {"cause", key.cause}, {"count", count}});
  }
  Json shadow = write(lifecycle.shadows, shadows);
  shadow["differences"] = lifecycle.shadows.differences;
  return {{"reconnects", write(lifecycle.reconnects, reconnects)},
          {"takeovers", write(lifecycle.takeovers, takeovers)},
          {"half_opens", write(lifecycle.half_opens, half_opens)},
          {"bad_chains", std::move(bad)},
          {"shadows", std::move(shadow)}};
}

stats::Lifecycle read_lifecycle(const Cursor& at) {
  stats::Lifecycle lifecycle;
  read(at.at("reconnects"), lifecycle.reconnects, reconnects);
  read(at.at("takeovers"), lifecycle.takeovers, takeovers);
  read(at.at("half_opens"), lifecycle.half_opens, half_opens);
  read(at.at("bad_chains"), lifecycle.bad_chains, bad_chains);
  for (const auto& entry : at.at("bad_chains").at("causes").items()) {
    lifecycle.bad_chains.causes[{entry.at("phase").text(), entry.at("cause").text()}] +=
        entry.at("count").count();
  }
  if (!at.has("shadows")) return lifecycle;  // results of versions before the native engine
  const Cursor shadow = at.at("shadows");
  read(shadow, lifecycle.shadows, shadows);
  for (const auto& [text, entry] : shadow.at("differences").members()) {
    lifecycle.shadows.differences[text] = entry.count();
  }
  return lifecycle;
}

}  // namespace handfast::reports::detail
