// subjectAltName: missing, impossible entries, wildcards, and thousands of entries (RFC 5280
// section 4.2.1.6, RFC 9525 section 6.3).
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.hpp"
#include "pki/faults/detail/recipe.hpp"

namespace handfast::pki::detail {

namespace {

using namespace std::string_view_literals;

/// The labels of the first DNS name that has four or more.
std::vector<std::string> labels_of(const CertificateSpec& spec) {
  for (const auto& name : spec.names) {
    if (name.kind != AltNameKind::dns) continue;
    auto labels = split(name.value, '.');
    if (labels.size() >= 4) return labels;
  }
  return {};
}

/// "b.c.d" for the labels from `first`.
std::string tail(const std::vector<std::string>& labels, std::size_t first) {
  return join({labels.begin() + static_cast<std::ptrdiff_t>(first), labels.end()}, ".");
}

/// The wildcard that `make` builds becomes the only DNS name.
Recipe wildcard(std::string name, std::string what, std::vector<DefectKind> claims,
                std::function<std::string(const std::vector<std::string>&)> make,
                std::string openssl = {}) {
  return {.about = {.name = std::move(name),
                    .what = std::move(what),
                    .claims = std::move(claims),
                    .needs = MutationNeeds::deep_name,
                    .openssl = std::move(openssl)},
          .prepare = [make = std::move(make)](Job& job) {
            const auto value = make(labels_of(job.spec));
            std::erase_if(job.spec.names,
                          [](const AltName& entry) { return entry.kind == AltNameKind::dns; });
            job.spec.names.push_back({AltNameKind::dns, value});
          }};
}

Recipes wildcards() {
  using enum DefectKind;
  return {
      wildcard("wildcard", "lawful twin: a wildcard for the left-most label (RFC 9525 section 6.3)",
               {}, [](const auto& labels) { return "*." + tail(labels, 1); }),
      wildcard("wildcard-deep",
               "a wildcard that would have to cover two labels (RFC 9525 section "
               "6.3)",
               {name_mismatch}, [](const auto& labels) { return "*." + tail(labels, 2); }),
      wildcard(
          "wildcard-partial", "a wildcard for part of a label (RFC 9525 section 6.3)",
          {wildcard_malformed, name_mismatch},
          [](const auto& labels) { return labels[0].substr(0, 1) + "*." + tail(labels, 1); },
          "takes it unless X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS is set"),
      wildcard("wildcard-inner", "a wildcard that is not left-most (RFC 9525 section 6.3)",
               {wildcard_malformed, name_mismatch},
               [](const auto& labels) { return labels[0] + ".*." + tail(labels, 2); }),
      wildcard("wildcard-bare", "a wildcard alone (RFC 9525 section 6.3)",
               {wildcard_malformed, name_mismatch}, [](const auto&) { return "*"; }),
      wildcard("wildcard-public-suffix",
               "a wildcard right below the top-level domain (RFC 9525 "
               "section 7.1)",
               {wildcard_too_wide, name_mismatch},
               [](const auto& labels) { return "*." + labels.back(); }),
  };
}

Recipes entries() {
  using enum DefectKind;
  return {
      {.about = {.name = "san-missing",
                 .what = "no subjectAltName: the host only in the common name (RFC 9525 section 2)",
                 .claims = {DefectKind::san_missing}},
       .prepare = [](Job& job) { job.spec.names.clear(); }},
      {.about = {.name = "san-empty",
                 .what = "a subjectAltName without entries (RFC 5280 section 4.2.1.6)",
                 .claims = {san_malformed, name_mismatch}},
       .edit = [](CertificateTree& tree,
                  Job&) { tree.set_extension(oid::alt_name, false, {der::tag::sequence, 0}); }},
      {.about = {.name = "san-nul",
                 .what = "one more DNS name with a NUL inside (RFC 5280 section 4.2.1.6)",
                 .claims = {san_malformed}},
       .edit = [](CertificateTree& tree,
                  Job&) { add_alt_name(tree, der::tag::context(2), "bank.test\0.evil.test"sv); }},
      {.about = {.name = "san-ip-as-dns",
                 .what = "one more DNS name that is an address (RFC 5280 section 4.2.1.6)",
                 .claims = {san_malformed}},
       .edit = [](CertificateTree& tree,
                  Job&) { add_alt_name(tree, der::tag::context(2), "127.0.0.2"); }},
      {.about = {.name = "san-ip-length",
                 .what = "one more address, of five octets (RFC 5280 section 4.2.1.6)",
                 .claims = {san_malformed}},
       .edit = [](CertificateTree& tree,
                  Job&) { add_alt_name(tree, der::tag::context(7), "\x7f\0\0\1\1"sv); }},
  };
}

/// `count` more DNS names with labels of `width` characters.
std::function<void(Job&)> more_names(int count, int width) {
  return [count, width](Job& job) {
    for (int i = 0; i < count; ++i) {
      job.spec.names.push_back({AltNameKind::dns, fmt::format("d{:0{}}.lab.test", i, width)});
    }
  };
}

Recipes sizes() {
  using enum DefectKind;
  return {
      {.about = {.name = "size-20k",
                 .what = "lawful twin: 800 more names, 20 KB: several records (RFC 8446 section "
                         "5.1)",
                 .claims = {}},
       .prepare = more_names(800, 14)},
      {.about = {.name = "size-90k",
                 .what = "3,000 more names, 90 KB: lawful, past the buffers of many stacks",
                 .claims = {certificate_oversized}},
       .prepare = more_names(3000, 18)},
      {.about = {.name = "size-350k",
                 .what = "5,600 more long names, 350 KB: lawful, past OpenSSL's limit for the list",
                 .claims = {certificate_oversized}},
       .prepare = more_names(5600, 50)},
  };
}

}  // namespace

void add_alt_name(CertificateTree& tree, std::uint8_t tag, std::string_view content) {
  auto* extension = tree.extension(oid::alt_name);
  auto list =
      extension != nullptr ? der::read_all(CertificateTree::value_of(*extension)) : std::nullopt;
  if (!list) list = der::constructed(der::tag::sequence, {});
  list->children.push_back(der::text(tag, content));
  if (extension != nullptr) {
    CertificateTree::value_of(*extension) = der::encode(*list);
  } else {
    tree.add_extension(oid::alt_name, false, der::encode(*list));
  }
}

Recipes alt_name_recipes() {
  auto out = entries();
  for (auto* group : {wildcards, sizes}) {
    for (auto& recipe : group()) out.push_back(std::move(recipe));
  }
  return out;
}

}  // namespace handfast::pki::detail
