// All certificates that a run plays with, made in its folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/check/check.hpp"
#include "harness/check/materials.hpp"

namespace handfast::check {

struct MaterialOptions {
  std::filesystem::path directory;  ///< "pki" and "fixtures" are made in it
  std::string key_owner;            ///< user that must be able to read the servers' keys; empty: us
  bool keep = false;                ///< use those of an earlier run in the same folder
};

/// Rows of the group emqx-guide play with the guide's own PKI, all others with the fixtures.
Result<Materials> make_materials(const std::vector<const CheckSpec*>& rows,
                                 const MaterialOptions& options);

}  // namespace handfast::check
