#include "harness/check/log_tail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "core/base/text.hpp"

namespace handfast::check {

namespace {

constexpr auto look_again = std::chrono::milliseconds(10);

}  // namespace

LogTail::LogTail(std::filesystem::path file) : file_(std::move(file)) {
  std::error_code unreadable;
  begin_ = std::filesystem::file_size(file_, unreadable);
  if (unreadable) begin_ = 0;
}

bool LogTail::await(const std::string& text, Nanos patience) const {
  const auto give_up = Clock::now() + patience;
  while (true) {
    const auto found = gained();
    if (std::ranges::any_of(
            found, [&](const std::string& line) { return line.find(text) != std::string::npos; })) {
      return true;
    }
    if (Clock::now() >= give_up) return false;
    std::this_thread::sleep_for(look_again);
  }
}

std::vector<std::string> LogTail::lines(std::size_t limit) const {
  auto found = gained();
  if (found.size() > limit) found.resize(limit);
  for (auto& line : found) line = printable(line);
  return found;
}

std::vector<std::string> LogTail::gained() const {
  std::ifstream in(file_, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(begin_));
  std::vector<std::string> found;
  std::string line;
  // The last piece without its newline is still being written.
  while (std::getline(in, line) && !in.eof()) found.push_back(line);
  return found;
}

std::string accepted_line(const std::string& driver, const std::string& client_id) {
  // "1764000000: New client connected from 127.0.0.1:41234 as a (p4, c0, k0)."
  if (driver == "mosquitto") return fmt::format(" as {} (", client_id);
  // "DEBUG MQTT Client a connected. (version: 4)"
  if (driver == "activemq") return fmt::format(" Client {} connected", client_id);
  // [debug] <0.1710.0> Received a CONNECT, client ID: "a" (expanded to "a"), username: ...
  if (driver == "rabbitmq") return fmt::format("CONNECT, client ID: \"{}\"", client_id);
  // "connect client \"a\" user null listener \"tls\""
  if (driver == "aedes") return fmt::format(" client \"{}\" ", client_id);
  return {};
}

}  // namespace handfast::check
