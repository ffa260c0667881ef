#include "pki/formats/rehash.hpp"

#include <fmt/format.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <system_error>

#include "core/base/text.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/encode.hpp"

namespace handfast::pki {

namespace {

namespace fs = std::filesystem;

Problem folder_problem(const fs::path& path, std::string_view doing, const std::error_code& error) {
  return environment_problem(fmt::format("cannot {}: {}", doing, error.message()), path.string());
}

/// "9d66eef0.0", "9d66eef0.r1".
bool is_link_name(std::string_view name) {
  if (name.size() < 10 || name[8] != '.') return false;
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  auto number = name.substr(9);
  if (number.starts_with('r')) number.remove_prefix(1);
  return std::all_of(name.begin(), name.begin() + 8, is_hex) && !number.empty() &&
         std::all_of(number.begin(), number.end(), is_digit);
}

bool is_candidate(const fs::path& file) {
  auto extension = file.extension().string();
  for (auto& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return extension == ".pem" || extension == ".crt" || extension == ".cer" || extension == ".crl";
}

/// What a link is named after, without its number: "9d66eef0." or "9d66eef0.r".
std::string link_stem(const Credential& credential) {
  const X509_NAME* name = credential.crl ? X509_CRL_get_issuer(credential.crl.get())
                                         : X509_get_subject_name(credential.certificate.get());
  const auto hash = X509_NAME_hash_ex(name, nullptr, nullptr, nullptr);
  return fmt::format("{:08x}.{}", hash, credential.crl ? "r" : "");
}

class Rehash {
 public:
  explicit Rehash(fs::path folder) : folder_(std::move(folder)) {}

  Result<RehashReport> run() {
    if (auto read = read_folder(); !read) return read.error();
    for (const auto& file : files_) plan(file);
    if (auto done = remove_stale(); !done) return done.error();
    if (auto done = create_missing(); !done) return done.error();
    return std::move(report_);
  }

 private:
  Result<void> read_folder() {
    std::error_code error;
    fs::directory_iterator entries(folder_, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      const auto name = entries->path().filename().string();
      std::error_code ignored;
      if (!is_link_name(name)) {
        if (is_candidate(name) && entries->is_regular_file(ignored)) files_.push_back(name);
        continue;
      }
      const auto target = fs::read_symlink(entries->path(), ignored);
      const bool ours = !ignored && !target.empty() && !target.has_parent_path();
      if (ours) {
        links_[name] = target.string();
      } else {
        foreign_.insert(name);
      }
    }
    if (error) return folder_problem(folder_, "read the folder", error);
    std::sort(files_.begin(), files_.end());
    return {};
  }

  void note(const std::string& file, const std::string& why) {
    report_.notes.push_back(fmt::format("{}: {}", printable(file), why));
  }

  /// Finds the link that `file` needs.
  void plan(const std::string& file) {
    auto items = load_credentials(folder_ / file);
    if (!items) return note(file, "skipped, " + items.error().message);
    std::vector<const Credential*> linkable;
    for (const auto& item : *items) {
      if (item.certificate || item.crl) linkable.push_back(&item);
    }
    if (linkable.empty()) return;
    if (linkable.size() > 1) {
      return note(file,
                  fmt::format("skipped, it holds {} certificates or CRLs, and a link leads to "
                              "one",
                              linkable.size()));
    }
    auto der = credential_der(*linkable.front());
    if (der) {
      const auto [same, is_new] = seen_.emplace(std::move(*der), file);
      if (!is_new) return note(file, "skipped, the same as " + printable(same->second));
    }
    const auto stem = link_stem(*linkable.front());
    auto& number = next_[stem];
    while (foreign_.contains(stem + std::to_string(number))) ++number;
    wanted_[stem + std::to_string(number++)] = file;
  }

  Result<void> remove_stale() {
    for (const auto& [link, target] : links_) {
      const auto wanted = wanted_.find(link);
      if (wanted != wanted_.end()) {
        if (wanted->second == target) report_.kept.push_back(arrow(link, target));
        continue;
      }
      std::error_code error;
      fs::remove(folder_ / link, error);
      if (error) return folder_problem(folder_ / link, "remove the stale link", error);
      report_.removed.push_back(arrow(link, target));
    }
    return {};
  }

  Result<void> create_missing() {
    const auto temporary = folder_ / fmt::format(".rehash.{}.tmp", ::getpid());
    for (const auto& [link, target] : wanted_) {
      const auto there = links_.find(link);
      if (there != links_.end() && there->second == target) continue;
      std::error_code error;
      fs::remove(temporary, error);
      fs::create_symlink(target, temporary, error);
      if (!error) fs::rename(temporary, folder_ / link, error);
      if (error) return folder_problem(folder_ / link, "make the link", error);
      report_.created.push_back(arrow(link, target));
    }
    return {};
  }

  static std::string arrow(const std::string& link, const std::string& target) {
    return fmt::format("{} -> {}", link, printable(target));
  }

  fs::path folder_;
  std::vector<std::string> files_;
  std::map<std::string, std::string> links_;   ///< ours, as they are
  std::map<std::string, std::string> wanted_;  ///< ours, as they have to be
  std::set<std::string> foreign_;              ///< names that somebody else took
  std::map<std::string, std::string> seen_;    ///< DER to file
  std::map<std::string, int> next_;            ///< stem to its next number
  RehashReport report_;
};

}  // namespace

Result<RehashReport> rehash(const std::filesystem::path& folder) { return Rehash(folder).run(); }

}  // namespace handfast::pki
