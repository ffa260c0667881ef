// A folder with a chain in it, as files that people have: root, intermediates, leaf, key, request.
#pragma once

#include <string>

#include "pki/formats/encode.hpp"
#include "tests/integration/pki/command.hpp"
#include "tests/unit/pki_formats/lab.hpp"

namespace handfast::pki::test {

struct Workshop {
  lab::Chain chain;
  TempFolder folder;

  Workshop() {
    spit(folder / "root.pem", chain.root.pem());
    spit(folder / "upper.pem", chain.upper.pem());
    spit(folder / "lower.pem", chain.lower.pem());
    spit(folder / "leaf.pem", chain.leaf.pem());
    spit(folder / "leaf.key", chain.leaf.key_pem());
    spit(folder / "leaf.csr", lab::request_text(lab::request(chain.leaf.key.get(), "x").get()));
    spit(folder / "pass", "geheim\n");
  }

  /// The CLI; must succeed.
  std::string pki(const std::string& arguments) const {
    const auto done = pki_cli(folder, arguments);
    INFO(arguments << "\n" << done.out << done.err);
    REQUIRE(done.exit_code == 0);
    return done.out;
  }
  /// Another program; must succeed.
  std::string other(const std::string& command) const {
    const auto done = run(folder, command);
    INFO(command << "\n" << done.out << done.err);
    REQUIRE(done.exit_code == 0);
    return done.out;
  }
  /// The CLI; must fail with `code` and say `err`.
  void refuses(const std::string& arguments, int code, const std::string& err) const {
    const auto done = pki_cli(folder, arguments);
    INFO(arguments);
    CHECK(done.exit_code == code);
    CHECK(done.out.empty());
    CHECK(done.err == "handfast pki: " + err + "\n");
  }
  std::string read(const std::string& name) const { return slurp(folder / name); }
};

/// How often `what` stands in `text`.
inline int count_of(const std::string& text, const std::string& what) {
  int count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace handfast::pki::test
