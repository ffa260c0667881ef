// The HTTP endpoint from which Prometheus scrapes a running load.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "core/stats/snapshot.hpp"
#include "reports/timeline.hpp"

namespace handfast::app {

class MetricsServer {
 public:
  /// Listens on `address`: "9464" or ":9464" (127.0.0.1), "0.0.0.0:9464", "[::1]:9464"; port 0
  /// takes a free one. Usage problem for another form, environment problem when it cannot listen.
  static Result<std::unique_ptr<MetricsServer>> start(const std::string& address,
                                                      const std::string& version);
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;
  ~MetricsServer();  ///< stops listening

  const std::string& url() const { return url_; }  ///< "http://127.0.0.1:9464/metrics"

  /// What scrapes see from now on. To be called about once a second from one thread; a snapshot
  /// that would cost more than a fiftieth of the time is left out.
  void publish(const stats::Snapshot& snapshot);
  /// The next snapshot comes with this event of the timeline; from the same thread.
  void note(const reports::TimelineEvent& event) { events_.push_back(event); }

 private:
  struct Shared;
  MetricsServer(std::shared_ptr<Shared> shared, std::string url);

  std::shared_ptr<Shared> shared_;  ///< with the thread of the HTTP server
  std::string url_;
  TimePoint next_{};
  std::vector<reports::TimelineEvent> events_;
};

}  // namespace handfast::app
