// Connections from several source addresses, as the broker sees them.
#include <iterator>

#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

TEST_CASE("connections come from the fleet's source addresses, in turns", "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s"));
  Program program(handfast_words({"run", file, "--out", folder.out(), "--workers", "1", "--set",
                                  "fleets.sensors.source=[127.0.0.9, 127.0.7.0/30]"}),
                  folder.path());
  const int exit = program.wait();
  INFO(program.out() << program.err());
  CHECK((exit == 0 || exit == 5));
  const auto result = folder.result();
  CHECK(result.load.fleets.at(0).succeeded == 20);
  std::ifstream log(folder.path() / "out" / result.broker.log_file);
  const std::string text{std::istreambuf_iterator<char>(log), {}};
  const auto seen = [&](const std::string& address) {
    std::size_t count = 0;
    const auto words = "New connection from " + address + ":";
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
      ++count;
    return count;
  };
  // Clients 0 to 19: 0, 3 and so on have the first address.
  CHECK(seen("127.0.0.9") == 7);
  CHECK(seen("127.0.7.1") == 7);
  CHECK(seen("127.0.7.2") == 6);
}

TEST_CASE("a source address that is not this machine's is refused before anything starts",
          "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s"));
  Program program(handfast_words({"run", file, "--out", folder.out(), "--set",
                                  "fleets.sensors.source=192.0.2.1"}),
                  folder.path());
  CHECK(program.wait() == 3);
  CHECK_THAT(program.err(),
             Catch::Contains("fleet \"sensors\": source address 192.0.2.1 cannot be used: Cannot "
                             "assign requested address") &&
                 Catch::Contains("ip addr add 192.0.2.1/32 dev lo"));
  CHECK_FALSE(std::filesystem::exists(folder.out()));
}

TEST_CASE("a load that does not fit this machine is refused, with what would do", "[app]") {
  const Folder folder;
  const auto file = folder.write("held.yaml",
                                 "handfast: 1\nname: held\ntarget: {url: 'tcp://127.0.0.1:1'}\n"
                                 "fleets:\n  held: {clients: 1000000, behaviour: hold, load: "
                                 "{stages: [{rate: 1000/s, for: 1000s}]}}\n");
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  CHECK(program.wait() == 3);
  CHECK_THAT(program.err(), Catch::StartsWith("handfast run: the load does not fit this machine") &&
                                Catch::Contains("1000000 local ports at once") &&
                                Catch::Contains("source addresses") &&
                                Catch::Contains("--exceed-limits"));
  CHECK_FALSE(std::filesystem::exists(folder.out()));
  Program dry(handfast_words({"run", file, "--dry-run"}), folder.path());
  CHECK(dry.wait() == 3);
  CHECK_THAT(dry.out(), Catch::Contains("does not fit"));
}
