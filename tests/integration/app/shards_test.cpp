// One load made by several handfast processes, and put together again.
#include <memory>

#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

/// Runs the shards of `scenario` side by side, each with a broker of its own; answers their result
/// files.
std::vector<std::string> run_shards(const Folder& folder, const std::string& scenario,
                                    unsigned count) {
  std::vector<std::unique_ptr<Program>> running;
  std::vector<std::string> files;
  for (unsigned index = 0; index < count; ++index) {
    const auto name = std::to_string(index);
    const auto out = (folder / ("shard" + name)).string();
    running.push_back(
        std::make_unique<Program>(handfast_words({"run", scenario, "--out", out, "--workers", "1",
                                                  "--shard", name + "/" + std::to_string(count)}),
                                  folder.path()));
    files.push_back(out + "/result.json");
  }
  for (auto& program : running) {
    const int exit = program->wait();
    INFO(program->out() << program->err());
    CHECK((exit == 0 || exit == 5));
  }
  return files;
}

std::vector<std::string> merge_words(const std::vector<std::string>& files,
                                     std::vector<std::string> more) {
  std::vector<std::string> words{"merge"};
  words.insert(words.end(), files.begin(), files.end());
  words.insert(words.end(), more.begin(), more.end());
  return handfast_words(std::move(words));
}

}  // namespace

TEST_CASE("three shards make the load of one run between them, and merge judges it", "[app]") {
  const Folder folder;
  const auto scenario =
      folder.write("storm.yaml", storm("40/s", "2s", "thresholds: [sensors.connections == 80]\n"));
  const auto files = run_shards(folder, scenario, 3);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto part = reports::load_json(files[i]);
    REQUIRE(part);
    REQUIRE(part->shard);
    CHECK(part->shard->index == i);
    CHECK_FALSE(part->shard->clock.boot_id.empty());
    CHECK(part->thresholds.empty());
    CHECK(part->shard->thresholds ==
          std::vector<std::string>{"sensors.connections == 80", "sensors.errors == 0"});
    CHECK(part->load.fleets.at(0).succeeded == (i < 2 ? 27 : 26));
  }

  std::filesystem::create_directories(folder.out());
  Program merge(merge_words({files[2], files[0], files[1]}, {"--out", folder.out() + "/result.json",
                                                             "--html", folder.out() + "/a.html"}),
                folder.path());
  const int exit = merge.wait();
  INFO(merge.out() << merge.err());
  const auto whole = folder.result();
  CHECK((exit == 0 || exit == 5));
  CHECK(exit == whole.exit_code);
  REQUIRE(whole.merged);
  CHECK(whole.merged->parts.size() == 3);
  const auto& fleet = whole.load.fleets.at(0);
  CHECK(fleet.planned == 80);
  CHECK(fleet.started == 80);
  CHECK(fleet.succeeded == 80);
  CHECK(fleet.distinct_certificates == 80);
  CHECK(fleet.latency.at(stats::Phase::ready).response.count() == 80);
  REQUIRE(whole.thresholds.size() == 2);
  for (const auto& threshold : whole.thresholds) CHECK(threshold.passed);
  CHECK(std::filesystem::exists(folder.out() + "/a.html"));
  CHECK_THAT(merge.out(), Catch::Contains("3 of 3 shards") && Catch::Contains("one clock for all"));

  Program partial(merge_words({files[0], files[2]}, {}), folder.path());
  CHECK(partial.wait() == 5);
  CHECK_THAT(partial.out(),
             Catch::StartsWith("NOT VALID") && Catch::Contains("shard 1 of 3 is missing"));

  Program twice(merge_words({files[0], files[0]}, {}), folder.path());
  CHECK(twice.wait() == 2);
  CHECK_THAT(twice.err(), Catch::StartsWith("handfast merge: " + files[0] + ": is shard 0, like"));
}

TEST_CASE("a moment to start at that is past, and a shard that is none, start nothing", "[app]") {
  const Folder folder;
  const auto scenario = folder.write("storm.yaml", storm("20/s", "1s"));
  const auto refused = [&](const std::string& option, const std::string& value) {
    Program program(handfast_words({"run", scenario, "--out", folder.out(), option, value}),
                    folder.path());
    CHECK(program.wait() == 2);
    CHECK_FALSE(std::filesystem::exists(folder.out()));
    return program.err();
  };
  CHECK_THAT(refused("--start-at", "2026-01-01T00:00:00Z"),
             Catch::Contains("the load was to begin at 2026-01-01T00:00:00.000Z"));
  CHECK_THAT(refused("--start-at", "tomorrow"), Catch::Contains("\"tomorrow\" is no moment"));
  CHECK_THAT(refused("--shard", "3/3"), Catch::Contains("there is no shard 3 of 3"));
}
