#include "harness/check/swapped_file.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "core/base/file.hpp"

namespace handfast::check {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Brokers that look when a file was changed may know whole seconds only (ejabberd's do): a second
/// change within the same one would be none to them.
Result<void> write_in_place(const Change& change) {
  std::error_code unknown;
  const auto before = fs::last_write_time(change.file, unknown);
  std::ofstream out(change.file, std::ios::binary | std::ios::trunc);
  out << change.contents;
  out.close();
  if (!out) return environment_problem("cannot write", change.file.string(), "is the disk full?");
  if (unknown) return {};
  const auto next = std::chrono::floor<std::chrono::seconds>(before) + 1s;
  if (fs::last_write_time(change.file, unknown) < next) {
    fs::last_write_time(change.file, next, unknown);
  }
  return {};
}

}  // namespace

Result<SwappedFiles> SwappedFiles::put(const std::vector<Change>& changes) {
  SwappedFiles swapped;
  for (const auto& change : changes) {
    auto before = read_file(change.file);
    if (!before) return before.error();
    swapped.before_.push_back({change.file, std::move(*before)});
    if (auto done = write_in_place(change); !done) return done.error();
  }
  return swapped;
}

SwappedFiles::~SwappedFiles() {
  for (const auto& change : before_) (void)write_in_place(change);
}

Result<std::vector<Change>> other_crls(const Materials& materials, const std::string& set,
                                       const std::string& other) {
  auto contents = read_file(materials.revocation(other)->file);
  if (!contents) return contents.error();
  return std::vector<Change>{{materials.revocation(set)->file, std::move(*contents)}};
}

Result<std::vector<Change>> other_trust(const Materials& materials, const std::string& from,
                                        const std::string& to) {
  auto contents = read_file(materials.trust(to)->file);
  if (!contents) return contents.error();
  return std::vector<Change>{{materials.trust(from)->file, std::move(*contents)}};
}

}  // namespace handfast::check
