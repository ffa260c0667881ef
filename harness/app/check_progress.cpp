#include "harness/app/check_progress.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/base/text.hpp"

namespace handfast::app {

namespace {

constexpr auto sign_of_life = std::chrono::seconds(10);

bool is_noteworthy(reports::Verdict verdict) {
  return verdict == reports::Verdict::fail || verdict == reports::Verdict::warn ||
         verdict == reports::Verdict::inconclusive || verdict == reports::Verdict::error;
}

}  // namespace

CheckProgress::CheckProgress(StatusLine& status, std::string broker)
    : status_(status), broker_(std::move(broker)), begin_(Clock::now()) {
  status_.refresh(broker_ + ": making certificates, starting the broker");
}

void CheckProgress::on(const check::Progress& progress) {
  if (progress.finished != nullptr) return on_finished(progress);
  if (status_.terminal()) {
    status_.refresh(fmt::format("{}, now {}", where(progress, progress.index), progress.spec.id));
  }
}

void CheckProgress::on_finished(const check::Progress& progress) {
  const auto& result = *progress.finished;
  ++counts_.by_verdict[static_cast<std::size_t>(result.verdict)];
  const auto done = progress.index + 1;
  if (is_noteworthy(result.verdict)) {
    status_.line(fmt::format("{} {}/{} {}: {}: {}", broker_, done, progress.total,
                             to_string(result.verdict), result.id,
                             printable(result.reason.empty() ? result.observed : result.reason)));
  }
  const bool last = done == progress.total;
  if (last || (!status_.terminal() && Clock::now() - told_ >= sign_of_life)) {
    told_ = Clock::now();
    status_.refresh(where(progress, done));
  }
  if (last) status_.finish();
}

/// "mosquitto 12/31, 4 s: 11 passed, 1 failed".
std::string CheckProgress::where(const check::Progress& progress, std::size_t done) const {
  return fmt::format("{} {}/{}, {:.0f} s: {}", broker_, done, progress.total,
                     seconds(Clock::now() - begin_), counts_.text());
}

}  // namespace handfast::app
