#include "pki/faults/fixtures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/text.hpp"
#include "pki/faults/detail/world.hpp"

namespace handfast::pki {

namespace {

using detail::FixtureRecipe;
using detail::FixtureRecipes;

const FixtureRecipes& recipes() {
  static const FixtureRecipes all = [] {
    FixtureRecipes out;
    for (auto* group :
         {detail::presence_fixtures, detail::composition_fixtures, detail::rotation_fixtures,
          detail::validity_fixtures, detail::authority_fixtures, detail::naming_fixtures,
          detail::algorithm_fixtures, detail::server_fixtures, detail::identity_fixtures}) {
      auto some = group();
      std::ranges::move(some, std::back_inserter(out));
    }
    return out;
  }();
  return all;
}

}  // namespace

std::string_view to_string(Expect expect) {
  switch (expect) {
    case Expect::accept:
      return "accept";
    case Expect::reject:
      return "reject";
    case Expect::either:
      return "either";
  }
  return {};
}

Result<Fixtures> Fixtures::build(std::string_view seed, WallTime base) {
  if (seed.empty()) return usage_problem("the seed of the fixtures is empty");
  return Fixtures(std::make_unique<detail::World>(Seed::of(seed), base));
}

Result<Fixture> Fixtures::make(std::string_view id) {
  const auto recipe = std::ranges::find(
      recipes(), id,
      [](const FixtureRecipe& entry) -> const std::string& { return entry.about.id; });
  if (recipe == recipes().end()) {
    std::vector<std::string> ids;
    for (const auto& entry : recipes()) ids.push_back(entry.about.id);
    return usage_problem(fmt::format("unknown fixture \"{}\"", printable(id)), {},
                         suggest(id, ids));
  }
  Fixture out;
  out.id = recipe->about.id;
  out.group = recipe->about.group;
  out.what = recipe->about.what;
  out.claims = recipe->about.claims;
  out.expect = recipe->about.expect;
  out.at = world_->base();
  world_->begin(id);
  out.anchors = {world_->root().der};
  if (!world_->problem()) recipe->make(*world_, out);
  if (world_->problem()) return with_context(*world_->problem(), fmt::format("making {}", id));
  return out;
}

const std::vector<FixtureInfo>& Fixtures::list() {
  static const std::vector<FixtureInfo> all = [] {
    std::vector<FixtureInfo> out;
    std::ranges::transform(recipes(), std::back_inserter(out), &FixtureRecipe::about);
    return out;
  }();
  return all;
}

const FixtureInfo* Fixtures::find(std::string_view id) {
  const auto found = std::ranges::find(list(), id, &FixtureInfo::id);
  return found == list().end() ? nullptr : &*found;
}

Fixtures::Fixtures(std::unique_ptr<detail::World> world) : world_(std::move(world)) {}
Fixtures::Fixtures(Fixtures&& other) noexcept = default;
Fixtures& Fixtures::operator=(Fixtures&& other) noexcept = default;
Fixtures::~Fixtures() = default;

}  // namespace handfast::pki
