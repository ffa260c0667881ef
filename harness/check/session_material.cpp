#include "harness/check/session_material.hpp"

#include <algorithm>

#include "harness/check/fixture_material.hpp"
#include "pki/manifest/presets.hpp"
#include "pki/store/pki.hpp"

namespace handfast::check {

namespace {

bool wants_preset(const std::vector<const CheckSpec*>& rows) {
  return std::ranges::any_of(rows, [](const CheckSpec* row) { return row->group == "emqx-guide"; });
}

}  // namespace

Result<Materials> make_materials(const std::vector<const CheckSpec*>& rows,
                                 const MaterialOptions& options) {
  Materials materials;
  if (wants_preset(rows)) {
    auto manifest = pki::preset("emqx-two-tier");
    if (!manifest) return manifest.error();
    manifest->fleets.clear();  // thousands of certificates that no row uses
    const auto home = options.directory / "pki";
    if (auto applied = pki::apply(*manifest, {.home = home, .key_owner = options.key_owner});
        !applied) {
      return applied.error();
    }
    auto opened = pki::Pki::open(*manifest, home);
    if (!opened) return opened.error();
    auto made = Materials::from_pki(*opened);
    if (!made) return made.error();
    materials = std::move(*made);
  }
  const FixtureFiles files{.directory = options.directory / "fixtures",
                           .key_owner = options.key_owner,
                           .keep = options.keep};
  if (auto added = add_fixtures(materials, rows, files); !added) return added.error();
  return materials;
}

}  // namespace handfast::check
