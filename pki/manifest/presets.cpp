#include "pki/manifest/presets.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "pki/files/files.hpp"

namespace handfast::pki {

namespace {

constexpr std::string_view two_tier =
    R"yaml(# A PKI of two tiers, as the EMQX guide to TLS builds it by hand: a root, a second CA below it that issues
# everything, one server, one client. Apply it with: handfast pki apply
handfast-pki: 1
home: pki                        # where the files go, relative to this file

defaults:
  key: p256                      # the guide has rsa2048; also p384 p521 ed25519 rsa3072 rsa4096
  valid: 10y                     # of identities and fleets; authorities have 10y on their own
  subject: {C: CN, O: handfast lab}

authorities:
  root:
    cn: handfast root CA
    file: {cert: root-cacert.pem, key: root-ca.key}
  second:
    issuer: root
    cn: handfast second CA
    pathlen: 0                   # it may issue leaves, but no further CA
    file: {cert: second-cacert.pem, key: second-ca.key}
  rogue:                         # a root that nobody trusts, for negative tests
    cn: handfast rogue CA
    trust: false

identities:
  server:                        # server.key, server.pem, server-chain.pem (leaf, then second)
    issuer: second
    profile: server
    cn: localhost
    names: [localhost, 127.0.0.1, '::1']
  client:
    issuer: second
    profile: client
    cn: client
  stranger:                      # a client that every broker must refuse
    issuer: rogue
    profile: client
    cn: stranger

fleets:
  devices:                       # one certificate for each client, all in devices.pack
    issuer: second
    profile: client
    count: 2000
    cn: dev-{i:06}
    key: p256                    # RSA takes a quarter second a key; {type: rsa2048, reuse: 64} deals 64 in turn

bundles:
  # EMQX takes the last certificate of the file as anchor when partial_chain is on, so the order is as written.
  cacert: {of: [root, second], order: as written}
)yaml";

constexpr std::string_view single =
    R"yaml(# A PKI with a single CA that issues server and client itself, under the file names that older EMQX guides use.
# Apply it with: handfast pki apply
handfast-pki: 1
home: pki                        # where the files go, relative to this file

defaults:
  key: p256                      # the guides have rsa2048; also p384 p521 ed25519 rsa3072 rsa4096
  valid: 10y                     # of identities and fleets; authorities have 10y on their own
  subject: {C: CN, O: handfast lab}

authorities:
  ca:
    cn: handfast CA              # ca.pem, ca.key
    pathlen: 0                   # it may issue leaves, but no further CA
  rogue:                         # a root that nobody trusts, for negative tests
    cn: handfast rogue CA
    trust: false

identities:
  server:                        # emqx.key, emqx.pem, emqx-chain.pem
    issuer: ca
    profile: server
    cn: localhost
    names: [localhost, 127.0.0.1, '::1']
    file: emqx
  client:
    issuer: ca
    profile: client
    cn: client
  stranger:                      # a client that every broker must refuse
    issuer: rogue
    profile: client
    cn: stranger

fleets:
  devices:                       # one certificate for each client, all in devices.pack
    issuer: ca
    profile: client
    count: 2000
    cn: dev-{i:06}
    key: p256                    # RSA takes a quarter second a key; {type: rsa2048, reuse: 64} deals 64 in turn

bundles:
  cacert: [ca]
)yaml";

}  // namespace

const std::vector<std::string>& preset_names() {
  static const std::vector<std::string> names{"emqx-two-tier", "emqx-single"};
  return names;
}

Result<std::string_view> preset_text(std::string_view name) {
  if (name == "emqx-two-tier") return two_tier;
  if (name == "emqx-single") return single;
  return usage_problem(fmt::format("there is no preset \"{}\"", printable(name)), {},
                       suggest(name, preset_names()));
}

Result<Manifest> preset(std::string_view name) {
  auto text = preset_text(name);
  if (!text) return text.error();
  return parse_manifest(*text, fmt::format("preset {}", name));
}

Result<std::filesystem::path> write_preset(std::string_view name,
                                           const std::filesystem::path& folder) {
  auto text = preset_text(name);
  if (!text) return text.error();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return environment_problem("cannot make the folder: " + error.message(), folder.string());
  }
  auto file = (folder / "pki.yaml").lexically_normal();
  if (auto written = create_file(file, *text, 0644); !written) return written.error();
  return file;
}

}  // namespace handfast::pki
