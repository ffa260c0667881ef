// The broker behind the lab gateway.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/endpoint.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

/// mosquitto with one plain listener, ended with the object.
class PlainMosquitto {
 public:
  PlainMosquitto();
  Endpoint endpoint() const { return {.host = "127.0.0.1", .port = port_}; }

 private:
  std::uint16_t port_;
  TempDirectory directory_;
  std::filesystem::path settings_;
  Program program_;
};

}  // namespace handfast::test
