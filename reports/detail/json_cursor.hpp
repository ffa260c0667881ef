// Reading a JSON tree member by member with a path in every complaint.
#pragma once

#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"

namespace handfast::reports::detail {

/// The first complaint of a reading; later ones are consequences and dropped.
struct Complaint {
  std::string path;  ///< JSON pointer (RFC 6901)
  std::string message;

  bool any() const { return !message.empty(); }
};

/// One place in a JSON tree. A read that does not fit files a complaint and answers an empty value,
/// so that a reader is a plain list of members and looks at the complaint once, at its end. Tree
/// and complaint must outlive the cursor.
class Cursor {
 public:
  Cursor(const nlohmann::json& value, std::string path, Complaint& complaint)
      : value_(&value), path_(std::move(path)), complaint_(&complaint) {}

  /// The member `key` of an object.
  Cursor at(std::string_view key) const;
  bool has(std::string_view key) const;                         ///< an object with that member
  std::vector<Cursor> items() const;                            ///< of an array
  std::vector<std::pair<std::string, Cursor>> members() const;  ///< of an object

  std::string text() const;
  std::vector<std::string> texts() const;  ///< of an array of them
  bool boolean() const;
  double number() const;
  std::uint64_t count() const;  ///< 0 to 2^64-1
  int small() const;            ///< an int
  Nanos duration() const;  ///< from non-negative seconds below 100 years, rounded to nanoseconds
  bool null() const { return value_->is_null(); }

  /// Files a complaint about this place.
  void complain(std::string message) const;

 private:
  void expected(std::string_view what) const;

  const nlohmann::json* value_;
  std::string path_;
  Complaint* complaint_;
};

}  // namespace handfast::reports::detail
