#include "pki/faults/detail/tree.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

namespace handfast::pki::detail {

namespace {

der::Value make_extension(std::string_view oid, bool critical, const Bytes& value) {
  std::vector<der::Value> parts{der::object(oid)};
  if (critical) parts.push_back(der::primitive(der::tag::boolean, {0xff}));
  parts.push_back(der::primitive(der::tag::octet_string, value));
  return der::constructed(der::tag::sequence, std::move(parts));
}

bool is_extension(const der::Value& extension, const Bytes& octets) {
  return !extension.children.empty() && extension.children[0].content == octets;
}

}  // namespace

Result<CertificateTree> CertificateTree::of(ByteView der) {
  auto root = der::read_all(der);
  if (!root || root->children.size() != 3 || root->children[0].children.size() < 6) {
    return internal_problem("these octets are no certificate");
  }
  CertificateTree out;
  out.root_ = std::move(*root);
  return out;
}

void CertificateTree::remove_version() {
  if (has_version()) tbs().children.erase(tbs().children.begin());
}

void CertificateTree::remove_extensions() {
  std::erase_if(tbs().children,
                [](const auto& child) { return child.tag == der::tag::context_of(3); });
}

std::vector<der::Value>& CertificateTree::extensions() {
  auto& fields = tbs().children;
  if (fields.back().tag != der::tag::context_of(3)) {
    fields.push_back(
        der::constructed(der::tag::context_of(3), {der::constructed(der::tag::sequence, {})}));
  }
  return fields.back().children[0].children;
}

void CertificateTree::remove_extension(std::string_view oid) {
  std::erase_if(extensions(), [octets = der::object_octets(oid)](const auto& extension) {
    return is_extension(extension, octets);
  });
}

der::Value* CertificateTree::extension(std::string_view oid) {
  auto& all = extensions();
  const auto found = std::ranges::find_if(all, [octets = der::object_octets(oid)](const auto& one) {
    return is_extension(one, octets);
  });
  return found == all.end() ? nullptr : &*found;
}

void CertificateTree::set_extension(std::string_view oid, bool critical, const Bytes& value) {
  if (auto* found = extension(oid)) {
    *found = make_extension(oid, critical, value);
  } else {
    add_extension(oid, critical, value);
  }
}

void CertificateTree::add_extension(std::string_view oid, bool critical, const Bytes& value) {
  extensions().push_back(make_extension(oid, critical, value));
}

Result<void> CertificateTree::sign(EVP_PKEY* key, const SignatureOptions& options) {
  const auto context = signing_context(key, options);
  if (!context) return context.error();
  const auto text = der::encode(tbs());
  std::size_t size = 0;
  Bytes bits;
  bool done = EVP_DigestSign(context->get(), nullptr, &size, text.data(), text.size()) == 1;
  if (done) {
    bits.resize(size);
    done = EVP_DigestSign(context->get(), bits.data(), &size, text.data(), text.size()) == 1;
  }
  if (!done)
    return tls::openssl_problem(ProblemKind::internal, "cannot sign a changed certificate");
  bits.resize(size);
  bits.insert(bits.begin(), 0);  // no unused bits
  signature().content = std::move(bits);
  return {};
}

}  // namespace handfast::pki::detail
