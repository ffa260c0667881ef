// What the tests of the PKI share: a folder of their own, a small manifest, and short ways to
// certificates.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "core/tls/identity.hpp"
#include "pki/mint/validity.hpp"
#include "pki/store/pki.hpp"

namespace handfast::pki::test {

/// A folder that goes away with everything in it.
class TempFolder {
 public:
  TempFolder() : TempFolder(std::filesystem::temp_directory_path()) {}
  explicit TempFolder(const std::filesystem::path& base) {
    std::string name = base / "handfast-pki-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void spit(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline mode_t mode_of(const std::filesystem::path& file) {
  struct stat status{};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

/// Content, mode, inode and time of change of every file below `folder`: equal when nothing was
/// touched.
inline std::map<std::string, std::string> snapshot(const std::filesystem::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    struct stat status{};
    ::stat(entry.path().c_str(), &status);
    out[entry.path().string()] = slurp(entry.path()) + "|" + std::to_string(status.st_mode) + "|" +
                                 std::to_string(status.st_ino) + "|" +
                                 std::to_string(status.st_mtim.tv_sec) + "." +
                                 std::to_string(status.st_mtim.tv_nsec);
  }
  return out;
}

inline tls::CertificatePtr certificate_in(const std::filesystem::path& file) {
  return std::move(tls::parse_certificates(slurp(file), file.string()).value().front());
}

/// A day on which all tests of dates happen.
inline const WallTime noon = parse_time("2026-06-01T12:00:00Z").value();

/// Two tiers, a server, a client and three devices; `extra` goes behind.
inline std::string small_manifest(const std::string& extra = {}) {
  return R"(handfast-pki: 1
defaults:
  valid: 30d
authorities:
  root: {cn: test root, valid: 10y}
  second: {issuer: root, cn: test second, pathlen: 0, valid: 5y}
identities:
  server:
    issuer: second
    profile: server
    cn: localhost
    names: [127.0.0.1]
  client: {issuer: second, profile: client}
fleets:
  devices: {issuer: second, count: 3, cn: 'dev-{i:06}'}
bundles:
  cacert: {of: [root, second], order: as written}
)" + extra;
}

inline Manifest manifest_of(const std::string& text) {
  return parse_manifest(text, "test.yaml").value();
}

}  // namespace handfast::pki::test
