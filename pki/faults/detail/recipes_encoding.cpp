// BER that is not DER, and octets that are too few or too many (X.690, RFC 5280 section 4.1).
#include <algorithm>

#include "pki/faults/detail/recipe.hpp"

namespace handfast::pki::detail {

Recipes encoding_recipes() {
  using enum DefectKind;
  return {
      {.about = {.name = "ber-length",
                 .what = "a length in more octets than it needs (X.690 section 10.1)",
                 .claims = {not_der}},
       .edit = [](CertificateTree& tree, Job&) { tree.validity().form = der::LengthForm::padded; }},
      {.about = {.name = "ber-indefinite",
                 .what = "the certificate with an indefinite length (X.690 section 10.1)",
                 .claims = {not_der}},
       .edit = [](CertificateTree& tree, Job&) { tree.root().form = der::LengthForm::indefinite; }},
      {.about = {.name = "ber-integer",
                 .what = "a serial with superfluous leading zero octets (X.690 section 8.3.2)",
                 .claims = {not_der},
                 .openssl = "refuses: cannot decode an integer with illegal padding"},
       .edit = [](CertificateTree& tree,
                  Job&) { tree.serial().content = {0x00, 0x00, 0x11, 0x22, 0x33}; }},
      {.about = {.name = "ber-boolean",
                 .what = "TRUE as 0x01 instead of 0xff (X.690 section 11.1)",
                 .claims = {not_der}},
       .edit =
           [](CertificateTree& tree, Job&) {
             set_critical(tree, oid::basic_constraints, true);
             tree.extension(oid::basic_constraints)->children[1].content = {0x01};
           }},
      {.about = {.name = "ber-default",
                 .what = "critical FALSE written out although it is the default (X.690 section "
                         "11.5)",
                 .claims = {not_der}},
       .edit =
           [](CertificateTree& tree, Job&) {
             auto& parts = tree.extension(oid::subject_key_id)->children;
             parts.insert(parts.begin() + 1, der::primitive(der::tag::boolean, {0x00}));
           }},
      {.about = {.name = "trailing-bytes",
                 .what = "octets behind the certificate (RFC 8446 section 4.4.2; X.690)",
                 .claims = {trailing_data},
                 .openssl = "libssl answers decode_error for octets behind a certificate"},
       .finish = [](Bytes& der) { der.insert(der.end(), {der::tag::null, 0x00}); }},
      {.about = {.name = "truncated",
                 .what = "cut in the middle (RFC 8446 section 6.2)",
                 .claims = {malformed}},
       .finish = [](Bytes& der) { der.resize(der.size() / 2); }},
  };
}

}  // namespace handfast::pki::detail
