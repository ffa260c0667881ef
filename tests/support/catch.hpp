// The one place that knows which Catch2 is installed: 2.13 on Debian 12, 3.x later.
#pragma once
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include "core/base/problem.hpp"

namespace Catch {

/// A Result in an assertion prints its problem, or that it holds a value.
template <class T>
struct StringMaker<boost::system::result<T, handfast::Problem>> {
  static std::string convert(const boost::system::result<T, handfast::Problem>& result) {
    return result ? "a value" : "problem: " + result.error().text();
  }
};

}  // namespace Catch
