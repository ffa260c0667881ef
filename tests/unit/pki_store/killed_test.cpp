// A run that is killed at any write leaves the old state or the new one, and the next one completes
// it.
#include "pki/store/detail/folder.hpp"
#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

class FailAt {
 public:
  explicit FailAt(int write) {
    detail::set_write_hook([left = write](const std::string&) mutable { return left-- != 0; });
  }
  FailAt(const FailAt&) = delete;
  FailAt& operator=(const FailAt&) = delete;
  ~FailAt() { detail::set_write_hook({}); }
};

Result<ApplyReport> apply_with(const Manifest& manifest, const std::filesystem::path& home,
                               const std::set<std::string>& rekey = {}) {
  ApplyOptions options;
  options.home = home;
  options.now = noon;
  options.rekey = rekey;
  return apply(manifest, options);
}

/// Every key, certificate and chain of the folder belongs together.
void check_whole(const Manifest& manifest, const std::filesystem::path& home) {
  const auto pki = Pki::open(manifest, home).value();
  for (const std::string name : {"server", "client"}) {
    const auto identity = pki.identity(name);
    REQUIRE(identity);  // from_pem refuses a pair that does not fit
    CHECK(fingerprint(identity->leaf()) == state_of(home, name).certificate);
  }
  const auto state = load_state(home).value();
  for (const auto& [name, entry] : state.entries) {
    for (const auto& old : entry.old) CHECK(std::filesystem::exists(home / old.file));
  }
}

/// Hundreds of applies, each with an fsync for every file: in memory where there is such a place.
std::filesystem::path quick_base() {
  std::error_code error;
  return std::filesystem::is_directory("/dev/shm", error) ? std::filesystem::path("/dev/shm")
                                                          : std::filesystem::temp_directory_path();
}

/// Applies `before`, then kills an apply of `after` at each of its writes in turn.
void kill_everywhere(const std::string& before, const std::string& after,
                     const std::set<std::string>& rekey) {
  bool survived = false;
  for (int write = 0; !survived; ++write) {
    REQUIRE(write < 100);
    INFO("killed at write " << write);
    const TempFolder home(quick_base());
    if (!before.empty()) REQUIRE(apply_with(manifest_of(before), home.path()));
    const auto old_state = slurp(home / "state.json");
    const auto manifest = manifest_of(after);
    {
      const FailAt hook(write);
      survived = apply_with(manifest, home.path(), rekey).has_value();
    }
    const auto left = slurp(home / "state.json");
    const bool old_one = left == old_state;
    REQUIRE(apply_with(manifest, home.path(), old_one ? rekey : std::set<std::string>()));
    check_whole(manifest, home.path());
    if (!rekey.empty()) {
      CHECK(state_of(home.path(), "server").generation == 2);
      CHECK(state_of(home.path(), "server").old.size() == 1);
    }
    CHECK(apply_with(manifest, home.path())->written.empty());
  }
}

}  // namespace

TEST_CASE("an apply killed at any write of the first run is completed by the next", "[pki]") {
  kill_everywhere({}, small_manifest(), {});
}

TEST_CASE("an apply killed at any write while certificates change is completed by the next",
          "[pki]") {
  kill_everywhere(small_manifest(), replaced(small_manifest(), "test second", "another second"),
                  {});
}

TEST_CASE("a rekey killed at any write leaves the old key or the new one, never half of each",
          "[pki]") {
  kill_everywhere(small_manifest(), small_manifest(), {"server"});
}
