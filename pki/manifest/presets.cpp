#include "pki/manifest/presets.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "pki/files/files.hpp"
#include "pki/manifest/presets/texts.hpp"

namespace handfast::pki {

namespace {

struct PresetRow {
  std::string name;
  std::string_view (*text)();
};

const std::vector<PresetRow>& presets() {
  static const std::vector<PresetRow> rows{{"emqx-two-tier", detail::emqx_two_tier_preset},
                                           {"emqx-single", detail::emqx_single_preset},
                                           {"cms-db", detail::cms_db_preset},
                                           {"cucm", detail::cucm_preset},
                                           {"milestone", detail::milestone_preset},
                                           {"camtrace", detail::camtrace_preset}};
  return rows;
}

}  // namespace

const std::vector<std::string>& preset_names() {
  static const auto names = [] {
    std::vector<std::string> out;
    for (const auto& row : presets()) out.push_back(row.name);
    return out;
  }();
  return names;
}

Result<std::string_view> preset_text(std::string_view name) {
  for (const auto& row : presets()) {
    if (row.name == name) return row.text();
  }
  return usage_problem(fmt::format("there is no preset \"{}\"", printable(name)), {},
                       suggest(name, preset_names()));
}

Result<Manifest> preset(std::string_view name) {
  auto text = preset_text(name);
  if (!text) return text.error();
  return parse_manifest(*text, fmt::format("preset {}", name));
}

Result<std::filesystem::path> write_preset(std::string_view name,
                                           const std::filesystem::path& folder) {
  auto text = preset_text(name);
  if (!text) return text.error();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return environment_problem("cannot make the folder: " + error.message(), folder.string());
  }
  auto file = (folder / "pki.yaml").lexically_normal();
  if (auto written = create_file(file, *text, 0644); !written) return written.error();
  return file;
}

}  // namespace handfast::pki
