#include "pki/mint/profile.hpp"

namespace handfast::pki {

std::string_view to_string(Profile profile) {
  switch (profile) {
    case Profile::ca:
      return "ca";
    case Profile::server:
      return "server";
    case Profile::client:
      return "client";
    case Profile::peer:
      return "peer";
  }
  return "?";
}

}  // namespace handfast::pki
