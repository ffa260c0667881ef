// Distinguished names: lengths, string types, control characters, and what does not match (RFC 5280
// sections 4.1.2.4, 4.1.2.6 and 7.1).
#include <string_view>

#include "pki/faults/detail/recipe.hpp"

namespace handfast::pki::detail {

namespace {

using namespace std::string_view_literals;

/// The value of the first common name; nullptr when there is none.
der::Value* common_name(der::Value& name) {
  const auto type = der::object_octets(oid::common_name);
  for (auto& set : name.children) {
    for (auto& attribute : set.children) {
      if (attribute.children[0].content == type) return &attribute.children[1];
    }
  }
  return nullptr;
}

/// Edits the subject's common name; `lacks` made sure that there is one.
std::function<void(CertificateTree&, Job&)> on_common_name(
    std::function<void(der::Value&)> change) {
  return [change = std::move(change)](CertificateTree& tree, Job& job) {
    if (auto* value = common_name(tree.subject())) {
      change(*value);
    } else {
      job.problem = internal_problem("the subject lost its common name");
    }
  };
}

void append(der::Value& value, std::string_view text) {
  value.content.insert(value.content.end(), text.begin(), text.end());
}

void add_second_common_name(CertificateTree& tree, Job& /*job*/) {
  tree.subject().children.push_back(der::constructed(
      der::tag::set, {der::constructed(der::tag::sequence, {der::object(oid::common_name),
                                                            der::text(der::tag::utf8, "admin")})}));
}

void print_issuer(CertificateTree& tree, Job& /*job*/) {
  for (auto& set : tree.issuer().children) {
    for (auto& attribute : set.children) {
      if (attribute.children[1].tag == der::tag::utf8)
        attribute.children[1].tag = der::tag::printable;
    }
  }
}

void name_other_issuer(CertificateTree& tree, Job& /*job*/) {
  append(tree.issuer().children.back().children[0].children[1], " of elsewhere");
}

/// One row for each way a common name can be bent.
Recipe bent(std::string name, std::string what, DefectKind claim,
            std::function<void(der::Value&)> change, std::string openssl = {}) {
  return {.about = {.name = std::move(name),
                    .what = std::move(what),
                    .claims = {claim},
                    .needs = MutationNeeds::common_name,
                    .openssl = std::move(openssl)},
          .edit = on_common_name(std::move(change))};
}

Recipes common_names() {
  using enum DefectKind;
  return {
      bent("cn-too-long", "a common name of 200 characters (RFC 5280 appendix A: 64)",
           name_too_long,
           [](der::Value& value) { value = der::text(der::tag::utf8, std::string(200, 'x')); }),
      bent("cn-nul", "a NUL and more behind the common name: a C string ends there", nul_in_name,
           [](der::Value& value) {
             value.tag = der::tag::utf8;
             append(value, "\0.x"sv);
           }),
      bent("cn-control", "a newline and U+0001 in the common name", control_in_name,
           [](der::Value& value) {
             value.tag = der::tag::utf8;
             append(value, "\n\x01"sv);
           }),
      bent(
          "cn-invalid-utf8", "a UTF8String that is no UTF-8 (RFC 5280 section 4.1.2.4)", bad_string,
          [](der::Value& value) {
            value.tag = der::tag::utf8;
            value.content.push_back(0xff);
          },
          "refuses: cannot decode the name"),
      bent("cn-empty", "a common name of no characters (RFC 5280 appendix A: at least 1)",
           bad_string, [](der::Value& value) { value.content.clear(); }),
      bent("cn-bmp", "the common name as BMPString (RFC 5280 section 4.1.2.4)",
           deprecated_string_type,
           [](der::Value& value) {
             Bytes wide;
             for (const auto octet : value.content) wide.insert(wide.end(), {0, octet});
             value = der::primitive(der::tag::bmp, std::move(wide));
           }),
      bent("cn-t61", "the common name as TeletexString (RFC 5280 section 4.1.2.4)",
           deprecated_string_type, [](der::Value& value) { value.tag = der::tag::t61; }),
  };
}

Recipes whole_names() {
  using enum DefectKind;
  return {
      {.about = {.name = "cn-two",
                 .what = "lawful twin: a second common name \"admin\"; which one counts is the "
                         "reader's choice",
                 .claims = {}},
       .edit = add_second_common_name},
      {.about = {.name = "subject-empty",
                 .what = "no subject, and a subjectAltName that is not critical (RFC 5280 section "
                         "4.1.2.6)",
                 .claims = {empty_subject_san_not_critical}},
       .prepare = [](Job& job) { job.spec.subject = {}; },
       .edit = [](CertificateTree& tree, Job&) { set_critical(tree, oid::alt_name, false); }},
      {.about = {.name = "issuer-printable",
                 .what = "lawful twin: the issuer's name as PrintableString where the issuer has "
                         "UTF8String (RFC 5280 section 7.1)",
                 .claims = {},
                 .needs = MutationNeeds::other_issuer},
       .edit = print_issuer},
      {.about = {.name = "issuer-other",
                 .what = "names another issuer than the one that signed (RFC 5280 section 6.1.3 "
                         "(a)(4))",
                 .claims = {unknown_ca},
                 .needs = MutationNeeds::other_issuer},
       .edit = name_other_issuer},
  };
}

}  // namespace

Recipes subject_recipes() {
  auto out = common_names();
  for (auto& recipe : whole_names()) out.push_back(std::move(recipe));
  return out;
}

}  // namespace handfast::pki::detail
