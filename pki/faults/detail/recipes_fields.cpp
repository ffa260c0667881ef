// Version, serial and validity (RFC 5280 sections 4.1.2.1, 4.1.2.2 and 4.1.2.5).
#include <openssl/x509.h>

#include <chrono>
#include <string>

#include "pki/faults/detail/recipe.hpp"

namespace handfast::pki::detail {

namespace {

using std::chrono::hours;

constexpr hours day{24};
constexpr hours year{365 * 24};

void set_time(der::Value& time, std::uint8_t tag, const std::string& text) {
  time = der::text(tag, text);
}

/// "YYYYMMDDHHMMSSZ" whatever the value was written as.
std::string long_form(const der::Value& time) {
  std::string text(as_text(time.content));
  if (time.tag == der::tag::utc_time) text.insert(0, text < "50" ? "20" : "19");
  return text;
}

/// The issuer's own serial, which is one of the issuer's once it signed itself.
void take_issuers_serial(Job& job) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(job.issuer.certificate);
  job.spec.serial = Bytes(serial->data, serial->data + serial->length);
}

Recipes versions() {
  using enum DefectKind;
  return {
      {.about = {.name = "version-1",
                 .what = "version 1 without any extension (RFC 5280 section 4.1.2.1)",
                 .claims = {version_1, san_missing}},
       .edit =
           [](CertificateTree& tree, Job&) {
             tree.remove_version();
             tree.remove_extensions();
           }},
      {.about = {.name = "version-1-extensions",
                 .what = "version 1 and yet with extensions (RFC 5280 section 4.1.2.9)",
                 .claims = {extensions_in_version_1}},
       .edit = [](CertificateTree& tree, Job&) { tree.remove_version(); }},
      {.about = {.name = "version-4",
                 .what = "a version that does not exist (RFC 5280 section 4.1.2.1)",
                 .claims = {version_unknown},
                 .openssl = "OpenSSL looks at the version with X509_V_FLAG_X509_STRICT only"},
       .edit = [](CertificateTree& tree, Job&) { tree.version().content = {3}; }},
      {.about = {.name = "serial-zero",
                 .what = "the serial is 0 (RFC 5280 section 4.1.2.2)",
                 .claims = {serial_not_positive}},
       .edit = [](CertificateTree& tree, Job&) { tree.serial().content = {0}; }},
      {.about = {.name = "serial-negative",
                 .what = "the serial is negative (RFC 5280 section 4.1.2.2)",
                 .claims = {serial_not_positive}},
       .edit = [](CertificateTree& tree, Job&) { tree.serial().content = {0x81, 0x02, 0x03}; }},
      {.about = {.name = "serial-21-octets",
                 .what = "the serial has 21 octets (RFC 5280 section 4.1.2.2)",
                 .claims = {serial_too_long}},
       .edit = [](CertificateTree& tree, Job&) { tree.serial().content = Bytes(21, 0x41); }},
      {.about = {.name = "serial-repeated",
                 .what = "the serial that the root gave to itself (RFC 5280 section 4.1.2.2)",
                 .claims = {serial_repeated},
                 .needs = MutationNeeds::root_issuer},
       .prepare = take_issuers_serial},
  };
}

Recipes periods() {
  using enum DefectKind;
  return {
      {.about = {.name = "expired",
                 .what = "ended a day before the period asked for began (RFC 5280 section 6.1.3 "
                         "(a)(2))",
                 .claims = {DefectKind::expired}},
       .prepare =
           [](Job& job) {
             auto& period = job.spec.period;
             period = {period.not_before - year, period.not_before - day};
           }},
      {.about = {.name = "not-yet-valid",
                 .what = "begins in the last hour of the period asked for (RFC 5280 section 6.1.3 "
                         "(a)(2))",
                 .claims = {not_yet_valid}},
       .prepare =
           [](Job& job) { job.spec.period.not_before = job.spec.period.not_after - hours(1); }},
      {.about = {.name = "dates-inverted",
                 .what = "not_after before not_before (RFC 5280 section 4.1.2.5)",
                 .claims = {inverted_dates}},
       .edit = [](CertificateTree& tree, Job&) { std::swap(tree.not_before(), tree.not_after()); }},
      {.about = {.name = "outlives-issuer",
                 .what = "ends a year after its issuer",
                 .claims = {outlives_issuer},
                 .needs = MutationNeeds::other_issuer},
       .prepare =
           [](Job& job) {
             job.spec.period.not_after = period_of(job.issuer.certificate).not_after + year;
             job.may_outlive = true;
           }},
      {.about = {.name = "no-expiry",
                 .what = "not_after is 9999-12-31T23:59:59Z, as in device identities of IEEE "
                         "802.1AR (RFC 5280 section 4.1.2.5)",
                 .claims = {outlives_issuer},
                 .needs = MutationNeeds::other_issuer},
       .edit =
           [](CertificateTree& tree, Job&) {
             set_time(tree.not_after(), der::tag::generalized_time, "99991231235959Z");
           }},
  };
}

Recipes time_forms() {
  using enum DefectKind;
  return {
      {.about = {.name = "utctime-after-2049",
                 .what = "an end in 2055 as UTCTime, which says 1955 (RFC 5280 section 4.1.2.5.1)",
                 .claims = {inverted_dates}},
       .edit = [](CertificateTree& tree,
                  Job&) { set_time(tree.not_after(), der::tag::utc_time, "550101000000Z"); }},
      {.about = {.name = "generalizedtime-before-2050",
                 .what = "a beginning before 2050 as GeneralizedTime (RFC 5280 section 4.1.2.5)",
                 .claims = {bad_time_encoding}},
       .edit =
           [](CertificateTree& tree, Job&) {
             set_time(tree.not_before(), der::tag::generalized_time, long_form(tree.not_before()));
           }},
      {.about = {.name = "time-offset",
                 .what = "a time with +0000 instead of Z (RFC 5280 section 4.1.2.5.1)",
                 .claims = {bad_time_encoding},
                 .openssl = "refuses: error in the notBefore field"},
       .edit =
           [](CertificateTree& tree, Job&) {
             std::string text(as_text(tree.not_before().content));
             text.replace(text.size() - 1, 1, "+0000");
             set_time(tree.not_before(), tree.not_before().tag, text);
           }},
      {.about = {.name = "time-without-seconds",
                 .what = "a time that ends with its minutes (RFC 5280 section 4.1.2.5.1)",
                 .claims = {bad_time_encoding},
                 .openssl = "refuses: error in the notBefore field"},
       .edit =
           [](CertificateTree& tree, Job&) {
             std::string text(as_text(tree.not_before().content));
             text.erase(text.size() - 3, 2);
             set_time(tree.not_before(), tree.not_before().tag, text);
           }},
      {.about = {.name = "time-fraction",
                 .what = "a GeneralizedTime with a fraction of a second (RFC 5280 section "
                         "4.1.2.5.2)",
                 .claims = {bad_time_encoding},
                 .openssl = "refuses: error in the notBefore field"},
       .edit =
           [](CertificateTree& tree, Job&) {
             auto text = long_form(tree.not_before());
             text.insert(text.size() - 1, ".5");
             set_time(tree.not_before(), der::tag::generalized_time, text);
           }},
  };
}

}  // namespace

Recipes field_recipes() {
  auto out = versions();
  for (auto* group : {periods, time_forms}) {
    for (auto& recipe : group()) out.push_back(std::move(recipe));
  }
  return out;
}

}  // namespace handfast::pki::detail
