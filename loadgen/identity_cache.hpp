// Identities that a worker's clients used before: a client of a storm comes again and again, and
// reading its key and parsing its certificate would be a good part of each handshake.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/identity.hpp"

namespace handfast::loadgen {

/// An identity, and what stands for its certificate when distinct ones are counted.
struct KnownIdentity {
  tls::Identity identity;
  std::optional<std::uint64_t> certificate;  ///< nullopt: it has none
};

/// Those of one fleet and worker.
class IdentityCache {
 public:
  /// Identities kept, each in the place of its client's index modulo this.
  static constexpr std::uint64_t capacity = 2048;

  /// That of client `index` as `source` gives it; its errors are not kept. With `keep` off every
  /// call asks the source: held clients come once.
  template <class Source>
  Result<KnownIdentity> get(std::uint64_t index, bool keep, const Source& source) {
    Entry* entry = keep ? &place_of(index) : nullptr;
    if (entry && entry->known && entry->index == index) return *entry->known;
    auto identity = source(index);
    if (!identity) return identity.error();
    KnownIdentity known{std::move(*identity), {}};
    if (!known.identity.empty()) known.certificate = hash_of(known.identity);
    if (entry) *entry = {index, known};
    return known;
  }

 private:
  struct Entry {
    std::uint64_t index = 0;
    std::optional<KnownIdentity> known;
  };

  /// Nobody attacks this count.
  static std::uint64_t hash_of(const tls::Identity& identity) {
    const Bytes der = identity.leaf_der();
    return std::hash<std::string_view>{}(as_text(der));
  }
  Entry& place_of(std::uint64_t index) {
    const std::uint64_t place = index % capacity;
    if (place >= entries_.size()) entries_.resize(place + 1);
    return entries_[place];
  }

  std::vector<Entry> entries_;
};

}  // namespace handfast::loadgen
