// Requests for exports on fixed ports, with certificates minted in memory.
#pragma once

#include <string>
#include <vector>

#include "harness/broker/export/export.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {

/// tls on 8883 with `clients`, below /srv/lab/export, everything else as it comes.
broker::ExportRequest export_request(const std::string& target, broker::ClientAuth clients);

/// The content of the file `path` among `files`; fails the test case when there is none.
std::string content_of(const std::vector<broker::ExportedFile>& files, const std::string& path);
/// The same of an export that must succeed.
std::string exported(const broker::ExportRequest& request, const std::string& path);

/// The text of the problem of an export that must fail.
std::string refusal(const broker::ExportRequest& request);

/// A PKCS#12 file: salts are random, so each call answers other bytes.
std::string pkcs12(const Minted& leaf, const std::string& password);

/// A CRL of `issuer` that lists nothing, PEM.
std::string empty_crl(const Minted& issuer);

bool contains(const std::string& text, const std::string& part);

}  // namespace handfast::test
