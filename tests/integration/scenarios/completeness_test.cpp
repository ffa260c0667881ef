#include "tests/integration/scenarios/form.hpp"

using namespace handfast::test;

namespace {

/// Needs a gateway: tests/integration/dtls/scenario_test.cpp plays it against the lab's.
const Form acceptors_too_low("acceptors-too-low", {});

}  // namespace

TEST_CASE("every scenario of the library has a form that is played here, and no form is left over",
          "[scenarios]") {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(HANDFAST_SCENARIOS)) {
    if (entry.path().extension() == ".yaml") files.insert(entry.path().stem().string());
  }
  CHECK(files == Form::names());
}

TEST_CASE("the library is listed with how long each load takes and what it shows", "[scenarios]") {
  const Folder folder;
  std::filesystem::create_directory_symlink(HANDFAST_SCENARIOS, folder / "scenarios");
  // Program runs where the test does; the list is that of the working directory.
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  Program program(handfast_words({"list", "scenarios"}), folder.path());
  const int exit = program.wait();
  std::filesystem::current_path(before);
  CHECK(exit == 0);
  for (const auto& name : Form::names()) {
    CHECK_THAT(program.out(), Catch::Contains("scenarios/" + name + ".yaml ("));
  }
  CHECK_THAT(program.out(),
             Catch::Contains("scenarios/quickstart.yaml (checks, load 21s)") &&
                 Catch::Contains("scenarios/idle-soak.yaml (load 10m30s)") &&
                 Catch::Contains("scenarios/find-the-knee.yaml (load 1m28s at most)"));
  CHECK(program.out().find("not readable") == std::string::npos);
}
