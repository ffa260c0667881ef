// Tables of misbehaviour: a row says where a scripted peer leaves the path of virtue, how, and what
// our client must make of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "loadgen/fleet_spec.hpp"
#include "tests/integration/loadgen/conversation.hpp"

namespace handfast::test {

using Script = std::function<void(Conversation& peer)>;

/// A deed, and the cause that it is to end in; an empty one: no failure at all.
struct Deed {
  std::string name;
  Script act;
  std::string cause;
};

struct Row {
  std::string name;  ///< unique in its table
  Transport transport = Transport::tcp;
  Stage stage{};
  Script act{};
  std::string expected{};  ///< "tls/closed"; empty: success
  int tls_version = TLS1_3_VERSION;
  /// What is to be different with this fleet.
  std::function<void(loadgen::FleetSpec& fleet)> adjust{};
};

const std::vector<Transport>& every_transport();

/// Time for what a silent peer owes.
inline constexpr Nanos patience = std::chrono::seconds(5);
/// Rows in which nothing comes wait that long; the others have all the time of a busy machine.
void impatient(loadgen::FleetSpec& fleet);

/// Runs all rows side by side, two connections each, and checks that every one of them ended in the
/// row's one outcome, and that the run ended at all.
void check_table(const std::vector<Row>& rows);

}  // namespace handfast::test
