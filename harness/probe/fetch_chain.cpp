#include "harness/probe/fetch_chain.hpp"

#include <fmt/format.h>

#include <boost/asio.hpp>
#include <functional>

#include "harness/probe/detail/link.hpp"

namespace handfast::probe {

namespace asio = boost::asio;
using detail::Wake;

namespace {

constexpr Nanos hang_up_time = std::chrono::milliseconds(500);

/// Why a handshake ended, in one sentence.
std::string ending(const tls::Client& client, Wake wake, Nanos timeout) {
  const auto& failure = client.failure();
  switch (failure.cause) {
    case tls::Cause::alert_received:
      return fmt::format("alert {} received", tls::to_string(failure.alert));
    case tls::Cause::alert_sent:
      return fmt::format("alert {} sent: {}", tls::to_string(failure.alert), failure.detail);
    case tls::Cause::protocol:
      return "what it sent is no TLS that we understand: " + failure.detail;
    case tls::Cause::truncated:
      return "the connection was closed during the handshake";
    case tls::Cause::stalled:
    case tls::Cause::local:
      return failure.detail;
    case tls::Cause::none:
      break;
  }
  if (wake == Wake::ended) return "the connection was closed during the handshake";
  return fmt::format("no answer within {} ms",
                     std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count());
}

/// One visit. Lives in fetch_chain(), next to the event loop that drives it.
class Visit {
 public:
  Visit(asio::io_context& context, Endpoint endpoint, std::unique_ptr<tls::Client> client,
        Nanos timeout)
      : endpoint_(std::move(endpoint)),
        timeout_(timeout),
        link_(context, std::move(client), hang_up_time) {}

  asio::awaitable<void> play() {
    const auto deadline = Clock::now() + timeout_;
    const auto error = co_await link_.dial(endpoint_, deadline);
    if (error) {
      unreachable_ = error == asio::error::timed_out ? "no answer in time" : error.message();
      co_return;
    }
    link_.begin({});
    std::function<bool()> done = [this] { return link_.handshake_done(); };
    const auto wake = co_await link_.wait(std::move(done), deadline);
    out_.completed = wake == Wake::met;
    out_.facts = link_.tls()->facts();
    if (!out_.completed) out_.ended = ending(*link_.tls(), wake, timeout_);
    co_await link_.close(Clock::now() + hang_up_time);
  }

  Result<FetchedChain> result() {
    if (!unreachable_.empty()) {
      return environment_problem("cannot connect: " + unreachable_, endpoint_.authority(),
                                 "is the server running, and is this its TLS port?");
    }
    if (out_.chain().empty()) {
      return environment_problem("the server showed no certificate: " + out_.ended,
                                 endpoint_.authority(), "is this its TLS port?");
    }
    return std::move(out_);
  }

 private:
  Endpoint endpoint_;
  Nanos timeout_;
  detail::Link link_;
  FetchedChain out_;
  std::string unreachable_;
};

}  // namespace

Result<FetchedChain> fetch_chain(const Endpoint& endpoint, const std::string& server_name,
                                 Nanos timeout) {
  tls::ClientSettings settings;
  settings.verify = false;
  settings.check_host = false;
  auto engine = tls::make_libssl_engine(settings);
  if (!engine) return engine.error();
  tls::ConnectionSettings connection;
  connection.host = server_name.empty() ? endpoint.host : server_name;
  connection.record_messages = true;
  connection.request_staple = true;
  auto client = (*engine)->make_client(connection);
  if (!client) return client.error();

  asio::io_context context{1};
  Visit visit(context, endpoint, std::move(*client), timeout);
  asio::co_spawn(context, visit.play(), [](const std::exception_ptr& mistake) {
    if (mistake) std::rethrow_exception(mistake);
  });
  context.run();
  return visit.result();
}

}  // namespace handfast::probe
