#include "harness/app/metrics_server.hpp"

#include <fmt/format.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include <charconv>
#include <exception>
#include <mutex>
#include <optional>
#include <vector>

#include "core/base/text.hpp"
#include "reports/prometheus.hpp"

namespace handfast::app {

namespace {

constexpr std::string_view form =
    "write --metrics 9464, --metrics 0.0.0.0:9464 or --metrics [::1]:0";
/// Publishing takes at most one part in this many of the time.
constexpr int rest = 50;

struct Address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
};

Result<Address> parse_address(std::string_view text) {
  Address out;
  const auto colon = text.rfind(':');
  const auto port = colon == std::string_view::npos ? text : text.substr(colon + 1);
  if (colon != std::string_view::npos && colon > 0) out.host = text.substr(0, colon);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (error == std::errc{} && end == port.data() + port.size()) return out;
  return usage_problem(fmt::format("--metrics: \"{}\" is no address", printable(text, 60)), {},
                       std::string(form));
}

/// What the HTTP server's thread reads and the load's thread writes.
class Published : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override {
    const std::lock_guard lock(mutex_);
    return families_;
  }
  void set(std::vector<prometheus::MetricFamily> families) {
    const std::lock_guard lock(mutex_);
    families_.swap(families);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace

struct MetricsServer::Shared {
  std::shared_ptr<Published> published = std::make_shared<Published>();
  std::string version;
  std::optional<prometheus::Exposer> exposer;  // last: its thread ends first
};

MetricsServer::MetricsServer(std::shared_ptr<Shared> shared, std::string url)
    : shared_(std::move(shared)), url_(std::move(url)) {}

MetricsServer::~MetricsServer() = default;

Result<std::unique_ptr<MetricsServer>> MetricsServer::start(const std::string& address,
                                                            const std::string& version) {
  const auto parsed = parse_address(address);
  if (!parsed) return parsed.error();
  auto shared = std::make_shared<Shared>();
  shared->version = version;
  try {
    shared->exposer.emplace(fmt::format("{}:{}", parsed->host, parsed->port), 1);
  } catch (const std::exception&) {  // civetweb's text names its own options
    return environment_problem("--metrics: cannot listen",
                               fmt::format("{}:{}", parsed->host, parsed->port),
                               "another program may use the port; port 0 takes a free one");
  }
  shared->published->set(reports::metric_families({}, version));
  shared->exposer->RegisterCollectable(shared->published);
  const auto ports = shared->exposer->GetListeningPorts();
  auto url = fmt::format("http://{}:{}/metrics", parsed->host,
                         ports.empty() ? int{parsed->port} : ports.front());
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(shared), std::move(url)));
}

void MetricsServer::publish(const stats::Snapshot& snapshot) {
  const auto begun = Clock::now();
  if (begun < next_) return;
  shared_->published->set(reports::metric_families(snapshot, shared_->version, events_));
  const auto ended = Clock::now();
  next_ = ended + rest * (ended - begun);
}

}  // namespace handfast::app
