// Which listeners have stopped answering: rows on them would wait for every deadline and prove
// nothing, hundreds of times.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/check/row_play.hpp"

namespace handfast::check {

class Vigil {
 public:
  /// Takes in what a row showed. True when it is the one that gives a listener up.
  bool note(const std::string& row, const std::vector<Served>& served);

  /// Why a row that needs these listeners proves nothing any more; nullopt when it may be played.
  std::optional<std::string> silence(const std::vector<std::string>& listeners) const;

  /// The first of the rows during which `listeners` were silent.
  std::string since(const std::vector<Served>& served) const;

 private:
  struct Watch {
    std::size_t rows = 0;  ///< in a row that found it silent
    std::string since;     ///< the first of them
  };
  bool given_up(const Watch& watch) const { return watch.rows >= rows_to_give_up; }
  bool all_given_up() const { return everything_.rows >= rows_to_give_up_all; }

  static constexpr std::size_t rows_to_give_up = 2;  ///< of one listener
  static constexpr std::size_t rows_to_give_up_all =
      3;  ///< of any, with none that answered between
  std::map<std::string, Watch, std::less<>> listeners_;
  Watch everything_;
};

}  // namespace handfast::check
