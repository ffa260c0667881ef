#include "core/tls/mutation.hpp"

#include <algorithm>
#include <array>

namespace handfast::tls {

namespace {

using enum Mutation;

constexpr std::array table{
    MutationFacts{hello_extension_twice, "hello-extension-twice", "supported_groups stands twice",
                  "RFC 8446 4.2"},
    MutationFacts{hello_compression, "hello-compression",
                  "DEFLATE beside null in legacy_compression_methods", "RFC 8446 4.1.2"},
    MutationFacts{hello_unknown_groups, "hello-unknown-groups",
                  "no group that anybody knows, with a share of one", "RFC 8446 4.1.1"},
    MutationFacts{hello_empty_key_share, "hello-empty-key-share",
                  "a key_share without entries, which asks for a HelloRetryRequest",
                  "RFC 8446 4.2.8", true},
    MutationFacts{hello_psk_not_last, "hello-psk-not-last",
                  "another extension behind pre_shared_key", "RFC 8446 4.2.11"},
    MutationFacts{hello_record_version_0300, "hello-record-version-0300",
                  "0x0300 as version of the first record", "RFC 8446 5.1", true},
    MutationFacts{hello_record_version_0304, "hello-record-version-0304",
                  "0x0304 as version of the first record", "RFC 8446 5.1", true},
    MutationFacts{binder_flipped, "binder-flipped", "a bit of the first PSK binder is wrong",
                  "RFC 8446 4.2.11"},
    MutationFacts{certificate_context, "certificate-context",
                  "certificate_request_context is not the server's", "RFC 8446 4.4.2"},
    MutationFacts{certificate_truncated, "certificate-truncated",
                  "the leaf ends in its middle; lengths fit", "RFC 8446 4.4.2"},
    MutationFacts{certificate_trailing, "certificate-trailing",
                  "bytes behind the leaf, within its entry", "RFC 8446 4.4.2"},
    MutationFacts{certificate_empty_entry, "certificate-empty-entry",
                  "an entry of no bytes behind the leaf", "RFC 8446 4.4.2"},
    MutationFacts{certificate_list_too_long, "certificate-list-too-long",
                  "the list claims more bytes than the message has", "RFC 8446 6.2"},
    MutationFacts{verify_missing, "verify-missing", "Certificate, then Finished", "RFC 8446 4.4.3"},
    MutationFacts{verify_flipped, "verify-flipped", "a bit of the signature is wrong",
                  "RFC 8446 4.4.3"},
    MutationFacts{verify_scheme_not_asked, "verify-scheme-not-asked",
                  "a scheme that CertificateRequest does not list", "RFC 8446 4.4.3"},
    MutationFacts{verify_pkcs1, "verify-pkcs1", "the scheme says rsa_pkcs1_sha256",
                  "RFC 8446 4.2.3"},
    MutationFacts{finished_flipped, "finished-flipped", "a bit of verify_data is wrong",
                  "RFC 8446 4.4.4"},
    MutationFacts{finished_missing, "finished-missing",
                  "application data, and its keys, in place of Finished", "RFC 8446 4.4.4"},
    MutationFacts{flight_split_64, "flight-split-64", "the last flight in records of 64 bytes",
                  "RFC 8446 5.1", true},
    MutationFacts{flight_split_messages, "flight-split-messages",
                  "each message of the last flight in two records", "RFC 8446 5.1", true},
    MutationFacts{hello_again, "hello-again", "a ClientHello on the established connection",
                  "RFC 8446 4.1.2"},
    MutationFacts{key_update_requested, "key-update-requested",
                  "a KeyUpdate that asks for one, in front of each record", "RFC 8446 4.6.3", true},
    MutationFacts{key_update_bad_value, "key-update-bad-value", "KeyUpdate with request_update 2",
                  "RFC 8446 4.6.3"},
    MutationFacts{key_update_early, "key-update-early", "KeyUpdate in front of Finished",
                  "RFC 8446 4.6.3"},
    MutationFacts{record_padded, "record-padded", "each record padded with zeros to 2^14 bytes",
                  "RFC 8446 5.4", true},
    MutationFacts{record_empty, "record-empty", "8 records of application data without bytes",
                  "RFC 8446 5.1", true},
    MutationFacts{record_empty_handshake, "record-empty-handshake",
                  "a protected handshake record without bytes", "RFC 8446 5.4"},
    MutationFacts{record_too_long, "record-too-long", "a record of 2^14 + 257 bytes",
                  "RFC 8446 5.2"},
    MutationFacts{record_tag_flipped, "record-tag-flipped", "a bit of the record's tag is wrong",
                  "RFC 8446 5.2"},
    MutationFacts{record_plain, "record-plain", "application data without protection",
                  "RFC 8446 5.1"},
    MutationFacts{record_unknown_type, "record-unknown-type",
                  "an inner content type that does not exist", "RFC 8446 5.4"},
    MutationFacts{data_after_close_notify, "data-after-close-notify",
                  "application data behind our close_notify", "RFC 8446 6.1"},
};

}  // namespace

std::span<const MutationFacts> mutations() { return table; }

const MutationFacts* find_mutation(std::string_view name) {
  const auto* found = std::ranges::find(table, name, &MutationFacts::name);
  return found == table.end() ? nullptr : found;
}

const MutationFacts& facts_of(Mutation mutation) {
  return table[static_cast<std::size_t>(mutation) - 1];
}

}  // namespace handfast::tls
