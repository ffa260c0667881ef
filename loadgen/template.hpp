// Texts with placeholders, parsed once and rendered for each message.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/base/random.hpp"

namespace handfast::loadgen {

/// What the placeholders stand for.
struct TemplateValues {
  std::string_view fleet;
  std::uint64_t client = 0;    ///< {i}: index of the identity
  std::uint64_t number = 0;    ///< {n}: number of the start
  std::uint64_t sequence = 0;  ///< {seq}: number of the message, from 0 for each connection
  WallTime (*clock)() = std::chrono::system_clock::now;  ///< {time}
};

/// Which placeholders a text may have.
enum class Placeholders : std::uint8_t {
  client,   ///< {fleet}, {i}, {n}
  message,  ///< these and {seq}, {time} (milliseconds since 1970), {random:N} (N of a-z and 0-9)
};

class Template {
 public:
  static constexpr std::size_t most_random = 1024 * 1024;

  /// Usage problem for a placeholder that is not known here, naming those that are. A brace that
  /// opens none ("{" not followed by a letter, as in JSON) is text.
  static Result<Template> parse(std::string_view text, Placeholders allowed);
  Template() = default;

  /// Appends the text to `out`.
  void render(Bytes& out, const TemplateValues& values, Random& random) const;
  std::string text(const TemplateValues& values) const;
  /// For the topic of a whole stream: placeholders that differ from message to message come out as
  /// `varying_mark`, which no topic may hold (MQTT 5.0 [MQTT-1.5.4-2]).
  std::string stream_text(const TemplateValues& values) const;
  static constexpr char varying_mark = '\0';

  /// True when two messages of one connection may come out different.
  bool varies() const;
  bool empty() const { return pieces_.empty(); }

 private:
  enum class Kind : std::uint8_t { text, fleet, client, number, sequence, time, random };
  struct Piece {
    Kind kind = Kind::text;
    std::string text{};
    std::size_t count = 0;  ///< of random characters
  };
  static Result<Piece> placeholder(std::string_view name, Placeholders allowed);
  static bool varying(Kind kind);
  static void render_piece(Bytes& out, const Piece& piece, const TemplateValues& values,
                           Random& random);

  std::vector<Piece> pieces_;
};

}  // namespace handfast::loadgen
