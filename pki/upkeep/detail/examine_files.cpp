#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>

#include <filesystem>

#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "pki/mint/validity.hpp"
#include "pki/upkeep/detail/examinations.hpp"

namespace handfast::pki::detail {

namespace {

Complaint complaint(Examination examination, Severity severity, const std::string& about,
                    std::string sentence, std::string advice) {
  return {examination, severity, about, std::move(sentence), std::move(advice)};
}

void examine_mode(const Home& home, const std::string& name, const Files& files,
                  std::vector<Complaint>& out) {
  struct stat status{};
  const auto file = home.path(files.key);
  if (::stat(file.c_str(), &status) != 0) return;  // a missing file was told already
  const auto mode = status.st_mode & 07777;
  if ((mode & static_cast<mode_t>(~files.key_mode) & 077) != 0) {
    out.push_back(complaint(Examination::files, Severity::error, name,
                            fmt::format("others can read {} (mode {:04o})", files.key, mode),
                            fmt::format("chmod {:o} {}", files.key_mode, file.string())));
  }
  if (files.owner.empty()) return;
  const auto* user = ::getpwnam(files.owner.c_str());
  if (user && user->pw_uid == status.st_uid) return;
  out.push_back(complaint(
      Examination::files, Severity::error, name,
      fmt::format("{} does not belong to {}, so it cannot be read", files.key, files.owner),
      fmt::format("chown {} {}", files.owner, file.string())));
}

void examine_key(const Home& home, const std::string& name, const Files& files,
                 std::vector<Complaint>& out) {
  if (files.key.empty()) return;
  std::error_code error;
  if (!std::filesystem::exists(home.path(files.key), error)) {
    const bool authority = home.manifest().authority(name) != nullptr;
    // A root key may be kept in a safe; without it nothing is issued, but all goes on.
    out.push_back(complaint(Examination::files, authority ? Severity::note : Severity::error, name,
                            fmt::format("its key {} is not here", files.key),
                            authority ? "bring it back when it has to sign"
                                      : "bring it back, or run handfast pki apply for a new one"));
    return;
  }
  auto key = home.key(name);
  if (!key) {
    out.push_back(complaint(Examination::files, Severity::error, name, key.error().message,
                            key.error().hint));
  }
  examine_mode(home, name, files, out);
}

void examine_entry(const Home& home, const std::string& name, std::vector<Complaint>& out) {
  const auto& entries = home.state().entries;
  const auto at = entries.find(name);
  if (at == entries.end()) {
    out.push_back(complaint(Examination::files, Severity::error, name, "nothing was issued to it",
                            "run handfast pki apply"));
    return;
  }
  const auto& files = *home.manifest().files(name);
  std::vector<std::string> missing;
  std::error_code error;
  for (const auto& file : files.all()) {
    if (file == files.key) continue;
    if (!std::filesystem::exists(home.path(file), error)) missing.push_back(file);
  }
  if (!missing.empty()) {
    out.push_back(complaint(
        Examination::files, Severity::error, name,
        fmt::format("{} {} missing", join(missing, ", "), missing.size() == 1 ? "is" : "are"),
        "run handfast pki apply"));
  }
  examine_key(home, name, files, out);
}

}  // namespace

std::vector<Complaint> examine_clock(const Home& home, WallTime now) {
  std::vector<Complaint> out;
  std::string newest;
  WallTime latest{};
  for (const auto& [name, entry] : home.state().entries) {
    if (home.manifest().fault(name)) continue;  // may begin tomorrow on purpose
    const auto begin = parse_time(entry.not_before);
    if (!begin || *begin <= latest) continue;
    latest = *begin;
    newest = name;
  }
  if (now < latest) {
    out.push_back(complaint(
        Examination::clock, Severity::error, newest,
        fmt::format("it is valid from {}, but the clock says {}", time_text(latest),
                    time_text(now)),
        "set the clock; every peer whose clock is right refuses or accepts otherwise than we do"));
  }
  return out;
}

std::vector<Complaint> examine_files(const Home& home) {
  std::vector<Complaint> out;
  for (const auto& entry : home.manifest().authorities) examine_entry(home, entry.name, out);
  for (const auto& entry : home.manifest().identities) examine_entry(home, entry.name, out);
  std::error_code error;
  for (const auto& fleet : home.manifest().fleets) {
    if (fleet.file.empty() || std::filesystem::exists(home.path(fleet.file), error)) continue;
    out.push_back(complaint(Examination::files, Severity::error, fleet.name,
                            fmt::format("{} is missing", fleet.file), "run handfast pki apply"));
  }
  return out;
}

}  // namespace handfast::pki::detail
