#include <cctype>

#include "harness/broker/prepared/prepared.hpp"

namespace handfast::broker::prepared {

std::string identifier(std::string_view name) {
  std::string out(name);
  for (auto& c : out) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return out;
}

std::string_view type_of(Transport transport) {
  return transport == Transport::tls ? std::string_view("ssl") : to_string(transport);
}

}  // namespace handfast::broker::prepared
