// The entries of a manifest: authorities, identities, fleets, faults, bundles. Resolved values:
// defaults are applied and references checked, so apply only has to obey.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "pki/mint/names.hpp"
#include "pki/mint/profile.hpp"
#include "pki/mint/request.hpp"
#include "pki/mint/signature.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki {

/// The files of one entry, relative to home, folders allowed ("broker/tls.crt"). Empty: not
/// written.
struct Files {
  std::string certificate;    ///< the certificate alone; the same as `chain` in the layout k8s
  std::string key;            ///< PKCS#8; empty for an identity that brings its own request
  std::string chain;          ///< leaf and intermediates without root; empty for authorities
  std::string intermediates;  ///< what stands behind the leaf in `chain`, alone (letsencrypt)
  std::string anchor;         ///< the root that the chain ends at (k8s: ca.crt)
  std::string request;        ///< PKCS#10
  std::string der;            ///< the certificate
  std::string pkcs12;         ///< leaf, intermediates and key
  std::string pkcs7;          ///< leaf and intermediates
  std::string combined;       ///< leaf, intermediates and key in one PEM, as HAProxy reads it
  unsigned key_mode = 0600;   ///< of everything that holds a key
  unsigned certificate_mode = 0644;
  std::string owner;  ///< user that the key files are given to; empty: whoever runs apply

  /// Every name in use, each once.
  std::vector<std::string> all() const;
};

/// Who signs the OCSP answers of an authority.
enum class OcspSignerKind : std::uint8_t { direct, delegated };

/// What an authority publishes; `urls` goes into everything that it issues.
struct Publish {
  Publication urls;
  std::string crl_file;  ///< "second-crl.pem"; empty: publishes none (revocations still make one)
  bool idp = false;      ///< the CRL names its distribution point (EMQX insists on it)
  Nanos crl_every = std::chrono::hours(24 * 7);  ///< nextUpdate minus thisUpdate
  OcspSignerKind signer = OcspSignerKind::direct;
  std::string ocsp_identity;  ///< the delegated signer, "second-ocsp"; empty with `direct`

  bool operator==(const Publish&) const = default;
};

/// What happens to the key when apply or renew replaces a certificate.
enum class Rotate : std::uint8_t {
  cert,   ///< a new certificate for the old key
  key,    ///< a new key as well
  never,  ///< apply does not renew what expired; the verb renew does
};

struct Authority {
  std::string name;
  std::string issuer;  ///< name of another authority; empty: self-signed
  Subject subject;
  KeyType key = KeyType::p256;
  Validity validity;
  std::optional<int> path_length;
  bool trusted =
      true;  ///< `trust: no` keeps it out of every bundle: the foreign root of negative tests
  Files files;
  std::string where;           ///< file:line:column of the entry
  SignatureOptions signature;  ///< how it signs: itself when it is a root, and all that it issues
  NameConstraints constraints;
  std::vector<std::string> policies;
  std::optional<int> require_explicit_policy;
  Publish publish;
  std::vector<RawExtension> extra;
  std::string password;  ///< where the passphrase of its key is: "env:X", "file:P"; empty: none
  std::string note;      ///< for people: list and graph show it
};

struct IdentityEntry {
  std::string name;
  std::string issuer;  ///< empty: self-signed ("issuer: self")
  Profile profile = pki::profile("peer");
  Subject subject;
  std::vector<AltName> names;
  KeyType key = KeyType::p256;
  Validity validity;
  Files files;
  std::string where;
  std::vector<std::string> policies;
  bool must_staple = false;
  std::vector<RawExtension> extra;
  std::string request;      ///< file of a request from outside; empty: the key is ours
  std::set<CopyPart> copy;  ///< what is taken over from that request
  std::string password;     ///< where the passphrase of its PKCS#12 file is
  Rotate rotate = Rotate::cert;
  std::string twin_of;             ///< the entry whose second key type this is; empty: none
  std::string ocsp_for;            ///< the authority whose OCSP answers it signs; empty: none
  std::vector<std::string> roles;  ///< labels of the parts of a system that use it
  std::string note;
};

/// A certificate that is wrong on purpose: a good entry with one thing changed.
struct FaultEntry {
  IdentityEntry entry;                ///< as it is to be minted; its files and place included
  std::string like;                   ///< the good twin
  std::string damage;                 ///< mutation of pki/faults/mutation.hpp; empty: none
  std::optional<Hash> hash;           ///< of the signature, instead of the issuer's
  std::optional<std::string> revoke;  ///< reason as RFC 5280 section 5.3.1 spells it
  bool leaf_only = false;             ///< `send: leaf`: the chain file holds the leaf alone
  int extra_intermediates = 0;        ///< authorities between issuer and leaf, made for this chain
  std::string dial;                   ///< the name that a peer dials; empty: any
  /// Verifier ("openssl", "otp", "root-only", ...) to what must happen; "" is every verifier.
  std::map<std::string, std::string> expect;

  const std::string& name() const { return entry.name; }
};

/// Where the identities of a fleet live.
enum class FleetStore : std::uint8_t {
  pack,    ///< one mapped file with keys and certificates
  seed,    ///< nothing on disk: derived from a phrase and signed when asked for
  bundle,  ///< one PEM file, key and certificate after each other
  files,   ///< two files for each identity in a folder
};

/// Members that differ from the rest, as shares of the count from 0 to 1. Counts are exact (rounded
/// half up) and the choice of members is stable: the same manifest picks the same ones.
struct FleetMix {
  double revoked = 0;
  double expired = 0;
  double soon = 0;   ///< expires within a day
  double rogue = 0;  ///< issued by `rogue_issuer`

  bool operator==(const FleetMix&) const = default;
};

struct FleetEntry {
  std::string name;
  std::string issuer;
  Profile profile = pki::profile("client");
  std::uint64_t count = 0;
  Subject subject;                 ///< its common name is a template: "dev-{i:06}"
  std::vector<std::string> names;  ///< templates of subject alternative names
  KeyType key = KeyType::p256;
  std::uint64_t reuse = 0;  ///< 0: a key of its own for each; N: N keys, dealt in turn
  Validity validity;
  FleetStore store = FleetStore::pack;
  FleetMix mix;
  std::string rogue_issuer;  ///< authority that issues the rogue share; empty: there is none
  std::string seed;          ///< phrase for reproducible keys and serials; empty: random
  SignatureOptions signature;
  std::string file;  ///< the pack, bundle or folder, relative to home
  std::string where;
};

enum class BundleForm : std::uint8_t {
  file,    ///< PEM
  rehash,  ///< a folder of files named by subject hash, as OpenSSL's -CApath reads it
  p7b,     ///< certs-only PKCS#7, PEM
};

struct Bundle {
  std::string name;
  /// Names of authorities and self-signed identities in the order of the file: intermediates first
  /// and roots last, or as written.
  std::vector<std::string> of;
  std::string file;  ///< or folder, for rehash
  std::string where;
  BundleForm form = BundleForm::file;
  std::vector<std::string> link;  ///< bundles that got its members as well (capability S4-10)
  std::string note;
};

}  // namespace handfast::pki
