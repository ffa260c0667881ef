#include "reports/detail/json_cursor.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace handfast::reports::detail {

namespace {

/// One step of a JSON pointer: "~" and "/" are escaped (RFC 6901 section 3).
std::string step(std::string_view key) {
  std::string out = "/";
  for (char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

const nlohmann::json& nothing() {
  static const nlohmann::json value;
  return value;
}

}  // namespace

void Cursor::complain(std::string message) const {
  if (!complaint_->any()) *complaint_ = {path_.empty() ? "/" : path_, std::move(message)};
}

void Cursor::expected(std::string_view what) const {
  complain(fmt::format("expected {}, found {}", what, value_->type_name()));
}

Cursor Cursor::at(std::string_view key) const {
  if (!value_->is_object()) {
    expected("an object");
    return {nothing(), path_ + step(key), *complaint_};
  }
  const auto member = value_->find(key);
  if (member != value_->end()) return {*member, path_ + step(key), *complaint_};
  complain(fmt::format("member \"{}\" is missing", key));
  return {nothing(), path_ + step(key), *complaint_};
}

bool Cursor::has(std::string_view key) const {
  return value_->is_object() && value_->contains(key);
}

std::vector<Cursor> Cursor::items() const {
  std::vector<Cursor> out;
  if (!value_->is_array()) {
    expected("an array");
    return out;
  }
  for (std::size_t i = 0; i < value_->size(); ++i) {
    out.emplace_back((*value_)[i], fmt::format("{}/{}", path_, i), *complaint_);
  }
  return out;
}

std::vector<std::pair<std::string, Cursor>> Cursor::members() const {
  std::vector<std::pair<std::string, Cursor>> out;
  if (!value_->is_object()) {
    expected("an object");
    return out;
  }
  for (const auto& [key, value] : value_->items()) {
    out.emplace_back(key, Cursor(value, path_ + step(key), *complaint_));
  }
  return out;
}

std::string Cursor::text() const {
  if (value_->is_string()) return value_->get<std::string>();
  expected("a string");
  return {};
}

std::vector<std::string> Cursor::texts() const {
  std::vector<std::string> out;
  for (const auto& entry : items()) out.push_back(entry.text());
  return out;
}

bool Cursor::boolean() const {
  if (value_->is_boolean()) return value_->get<bool>();
  expected("true or false");
  return false;
}

double Cursor::number() const {
  if (value_->is_number()) return value_->get<double>();
  expected("a number");
  return 0;
}

std::uint64_t Cursor::count() const {
  if (value_->is_number_unsigned()) return value_->get<std::uint64_t>();
  expected("a count (0 or a positive integer)");
  return 0;
}

int Cursor::small() const {
  const auto value = count();
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<int>::max()))
    return static_cast<int>(value);
  complain(fmt::format("{} is too large", value));
  return 0;
}

Nanos Cursor::duration() const {
  constexpr double hundred_years = 100 * 365 * 86400.0;
  const double value = number();
  if (value >= 0 && value <= hundred_years) return Nanos(std::llround(value * 1e9));
  complain(fmt::format("{} s is no duration", value));
  return {};
}

}  // namespace handfast::reports::detail
