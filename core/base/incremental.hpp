// The answer of a decoder that is fed piece by piece: not enough bytes yet, a value, or an error
// that ends the stream.
#pragma once

#include <utility>
#include <variant>

namespace handfast {

/// The input is a valid beginning; ask again when more has arrived.
struct NeedMore {
  bool operator==(const NeedMore&) const = default;
};

/// One step of an incremental decoder: NeedMore, a `T`, or an `E`. T and E must differ.
template <class T, class E>
class Incremental {
 public:
  Incremental(NeedMore) : state_(NeedMore{}) {}
  Incremental(T value) : state_(std::in_place_index<1>, std::move(value)) {}
  Incremental(E error) : state_(std::in_place_index<2>, std::move(error)) {}

  bool need_more() const { return state_.index() == 0; }
  bool has_value() const { return state_.index() == 1; }
  bool has_error() const { return state_.index() == 2; }
  /// True when a value was decoded.
  explicit operator bool() const { return has_value(); }

  /// The value; std::bad_variant_access (a programmer's mistake) unless has_value().
  T& value() & { return std::get<1>(state_); }
  const T& value() const& { return std::get<1>(state_); }
  T&& value() && { return std::get<1>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The error; std::bad_variant_access unless has_error().
  const E& error() const& { return std::get<2>(state_); }
  E&& error() && { return std::get<2>(std::move(state_)); }

 private:
  std::variant<NeedMore, T, E> state_;
};

}  // namespace handfast
