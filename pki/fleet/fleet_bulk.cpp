#include "pki/fleet/fleet_bulk.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include <openssl/crypto.h>

namespace handfast::pki {

namespace {

constexpr std::uint64_t block_members = 1024;
constexpr unsigned most_threads = 256;

using MakeMember = std::function<Result<void>(std::uint64_t index, MintedIdentity& out)>;

/// Members that one thread makes in one go.
struct Block {
  std::vector<MintedIdentity> members;
  std::size_t used = 0;

  Block() = default;
  Block(Block&&) = default;
  Block& operator=(Block&&) = default;
  ~Block() {
    for (auto& member : members) OPENSSL_cleanse(member.key.data(), member.key.size());
  }
  Result<void> fill(const MakeMember& make, std::uint64_t first, std::uint64_t end) {
    used = static_cast<std::size_t>(end - first);
    members.resize(std::max(members.size(), used));
    for (std::size_t i = 0; i < used; ++i) {
      if (auto made = make(first + i, members[i]); !made) return made;
    }
    return {};
  }
};

/// One round: a block for each thread, side by side.
struct Round {
  std::vector<Block> blocks;
  std::vector<std::future<Result<void>>> running;

  void start(const std::vector<MakeMember>& makers, std::uint64_t first, std::uint64_t count) {
    running.clear();
    for (std::size_t t = 0; t < makers.size(); ++t) {
      const auto begin = std::min(first + t * block_members, count);
      const auto end = std::min(begin + block_members, count);
      running.push_back(std::async(std::launch::async, [this, &makers, t, begin, end] {
        return blocks[t].fill(makers[t], begin, end);
      }));
    }
  }
  Result<void> finish() {
    Result<void> out;
    for (auto& one : running) {
      if (auto filled = one.get(); !filled && out) out = filled;
    }
    return out;
  }
  Result<void> write(FleetWriter& out) const {
    for (const auto& block : blocks) {
      for (std::size_t i = 0; i < block.used; ++i) {
        if (auto added = out.add(block.members[i]); !added) return added;
      }
    }
    return {};
  }
};

unsigned threads_of(const BulkOptions& options) {
  const auto wanted = options.threads == 0 ? std::thread::hardware_concurrency() : options.threads;
  return std::clamp(wanted, 1U, most_threads);
}

Result<void> tell(const BulkOptions& options, std::uint64_t done, std::uint64_t count) {
  if (!options.progress || options.progress({done, count})) return {};
  return environment_problem("stopped before all members were made; nothing was written");
}

Result<void> on_this_thread(const MakeMember& make, std::uint64_t count, FleetWriter& out,
                            const BulkOptions& options) {
  Block block;
  for (std::uint64_t first = 0; first < count; first += block_members) {
    const auto end = std::min(first + block_members, count);
    if (auto filled = block.fill(make, first, end); !filled) return filled;
    for (std::size_t i = 0; i < block.used; ++i) {
      if (auto added = out.add(block.members[i]); !added) return added;
    }
    if (auto told = tell(options, end, count); !told) return told;
  }
  return {};
}

/// While one round is written, the next is made.
Result<void> on_threads(const std::vector<MakeMember>& makers, std::uint64_t count,
                        FleetWriter& out, const BulkOptions& options) {
  const auto stride = makers.size() * block_members;
  Round rounds[2];
  for (auto& round : rounds) round.blocks.resize(makers.size());
  rounds[0].start(makers, 0, count);
  for (std::uint64_t first = 0, number = 0; first < count; first += stride, ++number) {
    auto& round = rounds[number % 2];
    // Makers belong to one thread at a time: this round ends before the next begins.
    if (auto filled = round.finish(); !filled) return filled;
    if (first + stride < count) rounds[(number + 1) % 2].start(makers, first + stride, count);
    if (auto written = round.write(out); !written) return written;
    if (auto told = tell(options, std::min(first + stride, count), count); !told) return told;
  }
  return {};
}

}  // namespace

Result<void> mint_fleet(FleetMinter& minter, FleetWriter& out, const BulkOptions& options) {
  const auto count = minter.fleet().count;
  const auto blocks = (count + block_members - 1) / block_members;
  const auto threads =
      static_cast<std::size_t>(std::clamp<std::uint64_t>(blocks, 1, threads_of(options)));
  const auto maker_of = [](FleetMinter& one) -> MakeMember {
    return [&one](std::uint64_t index, MintedIdentity& member) { return one.mint(index, member); };
  };
  if (threads == 1) return on_this_thread(maker_of(minter), count, out, options);
  std::vector<FleetMinter> others;
  others.reserve(threads);
  std::vector<MakeMember> makers{maker_of(minter)};
  while (makers.size() < threads) {
    auto another = minter.another();
    if (!another) return another.error();
    others.push_back(std::move(*another));
    makers.push_back(maker_of(others.back()));
  }
  return on_threads(makers, count, out, options);
}

Result<void> copy_fleet(const Fleet& fleet, FleetWriter& out, const BulkOptions& options) {
  const auto threads = threads_of(options);
  const MakeMember read = [&fleet](std::uint64_t index, MintedIdentity& member) {
    return fleet.read(index, member);
  };
  if (threads == 1 || fleet.count() <= block_members) {
    return on_this_thread(read, fleet.count(), out, options);
  }
  return on_threads(std::vector<MakeMember>(threads, read), fleet.count(), out, options);
}

}  // namespace handfast::pki
