#include "harness/broker/user.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

std::vector<gid_t> groups_of(const std::string& name, gid_t primary) {
  int count = 32;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  while (getgrouplist(name.c_str(), primary, groups.data(), &count) < 0) {
    groups.resize(static_cast<std::size_t>(count));
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

bool permitted(const struct stat& entry, const User& user, mode_t bit) {
  if (user.uid == 0) return true;
  // Exactly one of the three classes decides (path_resolution(7)): an owner that is denied does not
  // fall back on the group's bits.
  if (entry.st_uid == user.uid) return (entry.st_mode & (bit << 6)) != 0;
  if (std::ranges::find(user.groups, entry.st_gid) != user.groups.end()) {
    return (entry.st_mode & (bit << 3)) != 0;
  }
  return (entry.st_mode & bit) != 0;
}

bool has_acl(const fs::path& path) {
  return getxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) > 0;
}

/// Every directory above `path`, the root first.
std::vector<fs::path> ancestors(const fs::path& path) {
  std::vector<fs::path> found;
  for (auto at = path.parent_path(); found.empty() || found.back() != at; at = at.parent_path()) {
    found.push_back(at);
  }
  std::ranges::reverse(found);
  return found;
}

Result<void> check_entry(const fs::path& path, const User& user, mode_t bit,
                         const Problem& refusal) {
  struct stat entry{};
  if (stat(path.c_str(), &entry) != 0) {
    return environment_problem(errno_text(errno), path.string());
  }
  if (permitted(entry, user, bit) || has_acl(path)) return {};
  return refusal;
}

}  // namespace

Result<User> find_user(const std::string& name) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) {
    return environment_problem(fmt::format("no user \"{}\" on this system", name), {},
                               fmt::format("adduser --system --group {}", name));
  }
  return User{name, found->pw_uid, found->pw_gid, groups_of(name, found->pw_gid)};
}

User current_user() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found);
  User user{.name = found != nullptr ? found->pw_name : fmt::format("uid {}", geteuid()),
            .uid = geteuid(),
            .gid = getegid(),
            .groups = {getegid()}};
  std::vector<gid_t> more(static_cast<std::size_t>(std::max(0, getgroups(0, nullptr))));
  const int count = getgroups(static_cast<int>(more.size()), more.data());
  if (count > 0) user.groups.insert(user.groups.end(), more.begin(), more.begin() + count);
  return user;
}

Result<void> check_access(const fs::path& path, const User& user, Access access) {
  std::error_code error;
  const auto written = fs::absolute(path, error).lexically_normal();
  const auto real = fs::canonical(path, error);
  if (error) {
    return environment_problem(fmt::format("cannot open the file: {}", error.message()),
                               path.string());
  }
  // Both spellings: the links' own directories must be open, and those that they lead to.
  for (const auto& start : {written, real}) {
    for (const auto& directory : ancestors(start)) {
      const auto refusal = environment_problem(
          fmt::format("the directory {} is closed to user {}, which the broker runs as",
                      directory.string(), user.name),
          path.string(),
          fmt::format("chmod o+x {}, or choose another directory", directory.string()));
      if (auto checked = check_entry(directory, user, S_IXOTH, refusal); !checked) return checked;
    }
  }
  const bool read = access == Access::read;
  const auto refusal =
      environment_problem(fmt::format("user {}, which the broker runs as, may not {} it", user.name,
                                      read ? "read" : "execute"),
                          path.string(),
                          read ? fmt::format("chown {} {}", user.name, path.string())
                               : fmt::format("chmod a+rx {}", path.string()));
  return check_entry(real, user, read ? S_IROTH : S_IXOTH, refusal);
}

}  // namespace handfast::broker
