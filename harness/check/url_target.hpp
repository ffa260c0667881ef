// The broker behind a URL, with certificates of its own: what can be asked of it without a word to
// its operator. One URL is one profile, and a certificate that nobody but the user can mint has no
// bad variants: rows that need more are skipped, with the reason.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/check/check.hpp"
#include "harness/check/materials.hpp"
#include "harness/check/target.hpp"

namespace handfast::check {

struct UrlTarget {
  std::string url;  ///< tcp, tls, ws or wss
  std::string trust{}, certificate{}, key{};
  std::string server_name{};  ///< empty: the URL's host
};

/// True for what is no name of a file: "tls://HOST".
bool looks_like_url(std::string_view text);

/// tls is the profile `one`, or `mtls` with a certificate; wss likewise; tcp is `plain`, ws
/// `ws-plain`. Usage problem for a URL that is none of these, TLS without a trust file, a
/// certificate without TLS.
Result<Target> target_of_url(const UrlTarget& asked);

/// The materials of such a target for `rows`: its own trust and client certificate, and of what we
/// mint only clients that every broker must refuse. Files that we mint go to `directory`.
/// Environment problem for a file that cannot be read.
Result<Materials> own_materials(const Target& target, const std::vector<const CheckSpec*>& rows,
                                const std::filesystem::path& directory);

}  // namespace handfast::check
