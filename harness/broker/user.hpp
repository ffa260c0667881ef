// The user that a broker runs as, and whether that user can reach a file. Brokers that give up root
// then fail on a 0600 key with a sentence that names neither the user nor the fix; we look first.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::broker {

struct User {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  ///< all of them, the primary one included
};

/// A user of the system by name, with its supplementary groups. Environment problem when unknown.
Result<User> find_user(const std::string& name);

/// Who we are (effective ids).
User current_user();

enum class Access { read, execute };

/// Checks by permission bits that `user` may use `path`: every directory on the way must be open to
/// it (also behind symbolic links), the file itself readable or executable. Environment problem
/// that names the first obstacle, the user and the command that removes it. Root may everything; an
/// entry with a POSIX ACL is taken as allowed, as its bits do not tell.
Result<void> check_access(const std::filesystem::path& path, const User& user, Access access);

}  // namespace handfast::broker
