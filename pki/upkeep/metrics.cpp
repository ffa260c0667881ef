#include "pki/upkeep/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace handfast::pki {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using Labels = std::vector<ClientMetric::Label>;

class Family {
 public:
  Family(const char* name, const char* help) {
    family_.name = name;
    family_.help = help;
    family_.type = prometheus::MetricType::Gauge;
  }
  void add(const Labels& labels, double value) {
    ClientMetric metric;
    metric.label = labels;
    metric.gauge.value = value;
    family_.metric.push_back(std::move(metric));
  }
  /// A family without members is left out: its absence is the message.
  void append_to(std::vector<MetricFamily>& out) {
    if (!family_.metric.empty()) out.push_back(std::move(family_));
  }

 private:
  MetricFamily family_;
};

double unix_seconds(WallTime time) {
  return static_cast<double>(
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

Labels labels_of(const Item& item) {
  return {{"name", item.name},
          {"kind", item.kind},
          {"serial_number", item.serial},
          {"subject_CN", item.common_name},
          {"issuer", item.issuer}};
}

void add_certificates(const std::vector<Item>& items, WallTime now,
                      std::vector<MetricFamily>& out) {
  Family not_before("x509_cert_not_before", "Begin of the period of validity, Unix time");
  Family not_after("x509_cert_not_after", "End of the period of validity, Unix time");
  Family since("x509_cert_valid_since_seconds", "Seconds since the begin");
  Family left("x509_cert_expires_in_seconds", "Seconds until the end");
  Family expired("x509_cert_expired", "1 when it has expired");
  Family members("handfast_fleet_members", "Members that share this period");
  for (const auto& item : items) {
    if (!item.not_after) continue;
    const auto labels = labels_of(item);
    if (item.not_before) {
      not_before.add(labels, unix_seconds(*item.not_before));
      since.add(labels, unix_seconds(now) - unix_seconds(*item.not_before));
    }
    not_after.add(labels, unix_seconds(*item.not_after));
    left.add(labels, unix_seconds(*item.not_after) - unix_seconds(now));
    expired.add(labels, *item.not_after < now ? 1 : 0);
    if (item.kind == "fleet") {
      members.add({{"name", item.name}}, static_cast<double>(item.members));
    }
  }
  for (auto* family : {&not_before, &not_after, &since, &left, &expired, &members}) {
    family->append_to(out);
  }
}

void add_crls(const std::vector<CrlMetric>& crls, std::vector<MetricFamily>& out) {
  Family this_update("x509_crl_this_update", "When the CRL was made, Unix time");
  Family next_update("x509_crl_next_update", "When the next one is due, Unix time");
  Family entries("x509_crl_entries", "Revoked certificates on the CRL");
  for (const auto& crl : crls) {
    const Labels labels{{"authority", crl.authority}};
    if (crl.this_update) this_update.add(labels, unix_seconds(*crl.this_update));
    if (crl.next_update) next_update.add(labels, unix_seconds(*crl.next_update));
    entries.add(labels, static_cast<double>(crl.entries));
  }
  for (auto* family : {&this_update, &next_update, &entries}) family->append_to(out);
}

}  // namespace

std::string metrics_text(const std::vector<Item>& items, const std::vector<CrlMetric>& crls,
                         WallTime now) {
  std::vector<MetricFamily> families;
  add_certificates(items, now, families);
  add_crls(crls, families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace handfast::pki
