// Who gets which file, and who has to get it again: the distribution list of a PKI, from the
// manifest's `distribute` and `export`.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "pki/manifest/manifest.hpp"

namespace handfast::pki {

/// The files, relative to home, that somebody needs who gets `entry`: of an identity key and chain,
/// of an authority its certificate, of a fleet or bundle its file. Private keys of authorities are
/// never handed out.
std::vector<std::string> handed_out(const Manifest& manifest, const std::string& entry);

struct NodeFiles {
  std::string node;
  std::vector<std::string> files;  ///< in the order of the manifest, each once
};
/// Every node of `distribute` with all its files.
std::vector<NodeFiles> distribution_list(const Manifest& manifest);

/// What has to be carried on after files changed (capability S4-46).
struct RefreshList {
  std::vector<NodeFiles> nodes;  ///< those that get a changed file, with the changed ones only
  struct Export {
    std::string name;
    std::string target;  ///< whose reload hint applies
    std::string because;
  };
  std::vector<Export> exports;
};
/// `entries` got a new certificate; `files` (relative to home) were written.
RefreshList refresh_list(const Manifest& manifest, const std::set<std::string>& entries,
                         const std::vector<std::string>& files);

}  // namespace handfast::pki
