#include "pki/audit/defects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/base/text.hpp"
#include "pki/audit/detail/judging.hpp"
#include "pki/audit/detail/signing.hpp"

namespace handfast::pki {

namespace {

using detail::Path;
using detail::PathFindings;
using detail::ReadCertificate;

/// Loops and cross-signed meshes have many paths; no honest chain has as many steps. What was found
/// until then stands.
constexpr int most_steps = 600;

struct Judged {
  Path path;
  PathFindings findings;
  std::size_t refusing = 0;
};

/// Searches depth first from the leaf through everything that was sent and everything trusted.
class PathSearch {
 public:
  PathSearch(const std::vector<ReadCertificate>& sent, const std::vector<ReadCertificate>& anchors,
             const AuditOptions& options)
      : sent_(sent), anchors_(anchors), options_(options) {}

  /// The best complete path; without one the path that gets furthest.
  Judged best() {
    Path path{{&sent_.front()}, false};
    walk(path);
    return std::move(*best_);
  }

 private:
  bool is_anchor(const ReadCertificate& certificate) const {
    return std::ranges::any_of(anchors_, [&](const ReadCertificate& anchor) {
      return anchor.der == certificate.der && (options_.partial_chain || anchor.self_issued());
    });
  }

  void walk(Path& path) {
    if (++steps_ > most_steps) {
      if (!best_) finish(path);
      return;
    }
    const auto& top = *path.steps.back();
    if (top.parsed && is_anchor(top)) {
      path.anchored = true;
      finish(path);
      path.anchored = false;
      return;
    }
    bool extended = false;
    for (const auto* pool : {&anchors_, &sent_}) {
      for (const auto& candidate : *pool) {
        if (!top.parsed || stands_in(path, candidate) || !issued(candidate, top)) continue;
        extended = true;
        path.steps.push_back(&candidate);
        walk(path);
        path.steps.pop_back();
      }
    }
    if (!extended) finish(path);
  }

  static bool stands_in(const Path& path, const ReadCertificate& candidate) {
    return std::ranges::any_of(path.steps,
                               [&](const auto* step) { return step->der == candidate.der; });
  }

  bool issued(const ReadCertificate& issuer, const ReadCertificate& subject) {
    const auto [entry, fresh] = links_.try_emplace({&issuer, &subject}, false);
    if (fresh) entry->second = detail::may_have_issued(issuer, subject);
    return entry->second;
  }

  void finish(const Path& path) {
    Judged judged{path, {}, 0};
    if (best_ && best_->path.anchored && !path.anchored) return;
    judged.findings = detail::judge(path, options_);
    judged.refusing = static_cast<std::size_t>(std::ranges::count_if(
        judged.findings, [](const auto& entry) { return refuses(entry.second.kind); }));
    if (!best_ || is_better(judged, *best_)) best_ = std::move(judged);
  }

  static bool is_better(const Judged& a, const Judged& b) {
    if (a.path.anchored != b.path.anchored) return a.path.anchored;
    if (!a.path.anchored && a.path.steps.size() != b.path.steps.size()) {
      return a.path.steps.size() > b.path.steps.size();
    }
    return std::pair(a.refusing, a.findings.size()) < std::pair(b.refusing, b.findings.size());
  }

  const std::vector<ReadCertificate>& sent_;
  const std::vector<ReadCertificate>& anchors_;
  const AuditOptions& options_;
  std::map<std::pair<const ReadCertificate*, const ReadCertificate*>, bool> links_;
  std::optional<Judged> best_;
  int steps_ = 0;
};

std::vector<ReadCertificate> read_all(const std::vector<Bytes>& list) {
  std::vector<ReadCertificate> out;
  out.reserve(list.size());
  for (const auto& der : list) out.push_back(detail::read_certificate(der));
  return out;
}

/// Where an equal certificate stands in the list as sent.
std::optional<std::size_t> position(const std::vector<ReadCertificate>& sent,
                                    const ReadCertificate& certificate) {
  const auto found = std::ranges::find(sent, certificate.der, &ReadCertificate::der);
  if (found == sent.end()) return std::nullopt;
  return static_cast<std::size_t>(found - sent.begin());
}

std::string title(const ReadCertificate& certificate) {
  if (!certificate.parsed) return "unreadable certificate";
  const auto name = detail::text_of(certificate.subject);
  return name.empty() ? "certificate without subject" : fmt::format("\"{}\"", printable(name));
}

/// A self-signed certificate that is, or signed, the end of the path.
bool is_root_of(const ReadCertificate& certificate, const ReadCertificate& top) {
  return certificate.self_issued() && detail::is_signed_by(certificate, certificate) &&
         (certificate.der == top.der || (detail::same_name(certificate.subject, top.issuer) &&
                                         detail::is_signed_by(top, certificate)));
}

/// What is odd about the list itself, beside the path that was found in it.
void judge_list(const std::vector<ReadCertificate>& sent, const Path& path,
                std::vector<Defect>& out) {
  std::vector<std::size_t> places;
  for (const auto* step : path.steps) {
    if (const auto place = position(sent, *step)) places.push_back(*place);
  }
  if (!std::ranges::is_sorted(places)) {
    out.push_back({DefectKind::chain_out_of_order, std::nullopt,
                   "the list is not in the order of its signatures"});
  }
  for (std::size_t i = 1; i < sent.size(); ++i) {
    const auto& certificate = sent[i];
    const auto add = [&](DefectKind kind, std::string_view what) {
      out.push_back({kind, i, fmt::format("{} {}", title(certificate), what)});
    };
    const bool in_path = std::ranges::find(places, i) != places.end();
    if (!certificate.parsed) {
      if (!in_path) add(DefectKind::malformed, "is no certificate");
    } else if (position(sent, certificate) != i) {
      add(DefectKind::chain_duplicate, "was sent before");
    } else if (is_root_of(certificate, *path.steps.back())) {
      add(DefectKind::chain_has_root, "is a root and need not be sent");
    } else if (path.anchored && !in_path) {
      add(DefectKind::chain_extraneous, "belongs to no path of this chain");
    }
  }
}

}  // namespace

std::vector<Defect> find_defects(const std::vector<Bytes>& chain, const std::vector<Bytes>& anchors,
                                 const AuditOptions& options) {
  if (chain.empty()) return {{DefectKind::empty_chain, std::nullopt, "no certificate was sent"}};
  const auto sent = read_all(chain);
  const auto trusted = read_all(anchors);
  const auto best = PathSearch(sent, trusted, options).best();
  std::vector<Defect> out;
  for (const auto& [step, finding] : best.findings) {
    const auto& certificate = *best.path.steps[step];
    out.push_back({finding.kind, position(sent, certificate),
                   fmt::format("{}: {}", title(certificate), finding.sentence)});
  }
  const auto& top = *best.path.steps.back();
  if (!best.path.anchored && top.parsed) {
    out.push_back({DefectKind::unknown_ca, position(sent, top),
                   fmt::format("{}: its issuer \"{}\" is neither trusted nor was it sent",
                               title(top), printable(detail::text_of(top.issuer)))});
  }
  judge_list(sent, best.path, out);
  return out;
}

bool refuses(const std::vector<Defect>& defects) {
  return std::ranges::any_of(defects, [](const Defect& one) { return refuses(one.kind); });
}

std::vector<DefectKind> kinds_of(const std::vector<Defect>& defects) {
  std::set<DefectKind> kinds;
  for (const auto& one : defects) kinds.insert(one.kind);
  return {kinds.begin(), kinds.end()};
}

}  // namespace handfast::pki
