// The handfast program with a folder of its own, and scenario files to give it.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "reports/json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

inline std::vector<std::string> handfast_words(std::vector<std::string> words) {
  words.insert(words.begin(), HANDFAST_PROGRAM);
  return words;
}

/// A folder that a broker's own user may enter.
class Folder {
 public:
  Folder() { std::filesystem::permissions(directory_.path(), std::filesystem::perms(0755)); }
  std::filesystem::path operator/(const std::string& name) const { return directory_ / name; }
  const std::filesystem::path& path() const { return directory_.path(); }
  std::string out() const { return (directory_ / "out").string(); }

  std::string write(const std::string& name, const std::string& text) const {
    const auto file = directory_ / name;
    std::ofstream(file) << text;
    return file.string();
  }

  reports::Result result() const {
    auto loaded = reports::load_json(directory_ / "out" / "result.json");
    INFO((loaded ? std::string() : loaded.error().text()));
    REQUIRE(loaded);
    return *loaded;
  }

 private:
  TempDirectory directory_;
};

/// A storm of `rate` connections a second for `length` over two-way TLS, with `extra` top-level
/// lines.
inline std::string storm(const std::string& rate, const std::string& length,
                         const std::string& extra = {}, const std::string& trust = "root") {
  return "handfast: 1\n"
         "name: storm\n"
         "pki: {preset: emqx-two-tier}\n"
         "broker: {driver: mosquitto, listeners: [tls-two-way]}\n"
         "fleets:\n"
         "  sensors:\n"
         "    listener: tls-two-way\n"
         "    clients: 2000\n"
         "    identity: devices\n"
         "    tls: {versions: [1.3], trust: " +
         trust +
         "}\n"
         "    behaviour: connect-and-drop\n"
         "    load: {model: open, stages: [{rate: " +
         rate + ", for: " + length + "}]}\n" + extra;
}

}  // namespace handfast::test
