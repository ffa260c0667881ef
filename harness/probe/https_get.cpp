#include "harness/probe/https_get.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>

#include "core/base/text.hpp"
#include "harness/probe/detail/link.hpp"

namespace handfast::probe {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using detail::Wake;

namespace {

constexpr Nanos hang_up_time = std::chrono::milliseconds(500);

bool printable_field(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Result<std::string> render(const HttpsRequest& request) {
  const bool path_fits = request.path.starts_with('/') && printable_field(request.path) &&
                         request.path.find(' ') == std::string::npos;
  if (!path_fits || !printable_field(request.authorization)) {
    return usage_problem(fmt::format("\"{}\" cannot be asked for", printable(request.path, 60)), {},
                         "a path begins with \"/\" and has no spaces");
  }
  const Endpoint endpoint{.transport = Transport::tls, .host = request.host, .port = request.port};
  auto text = fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nAccept: */*\r\nConnection: close\r\n",
                          request.path, endpoint.authority());
  if (!request.authorization.empty()) {
    text += fmt::format("Authorization: {}\r\n", request.authorization);
  }
  return text + "\r\n";
}

/// Why TLS ended, in one sentence; empty when it did not fail.
std::string tls_failure(const tls::Client& client) {
  const auto& failure = client.failure();
  switch (failure.cause) {
    case tls::Cause::alert_received:
      return fmt::format("the server sent alert {}", tls::to_string(failure.alert));
    case tls::Cause::alert_sent:
      return fmt::format(
          "our client sent alert {}: {}", tls::to_string(failure.alert),
          failure.verify_code != 0 ? tls::verify_text(failure.verify_code) : failure.detail);
    case tls::Cause::protocol:
    case tls::Cause::local:
    case tls::Cause::stalled:
      return failure.detail;
    case tls::Cause::truncated:
      return "the server closed the connection";
    case tls::Cause::none:
      break;
  }
  return {};
}

/// One question. Lives in https_get(), next to the event loop that drives it.
class Question {
 public:
  Question(asio::io_context& context, const HttpsRequest& request,
           std::unique_ptr<tls::Client> client, std::string text)
      : request_(request), text_(std::move(text)), link_(context, std::move(client), hang_up_time) {
    parser_.eager(true);
    parser_.body_limit(request.body_limit);
  }

  asio::awaitable<void> play() {
    const auto deadline = Clock::now() + request_.timeout;
    Endpoint endpoint{.transport = Transport::tls, .host = request_.host, .port = request_.port};
    const auto error = co_await link_.dial(std::move(endpoint), deadline);
    if (error) {
      out_.failure = "cannot connect: " + error.message();
      co_return;
    }
    link_.begin({text_.begin(), text_.end()});
    std::function<bool()> done = [this] { return take(); };
    const auto wake = co_await link_.wait(std::move(done), deadline);
    out_.tls = link_.tls()->facts();
    if (wake != Wake::deadline && !broken_ && parser_.is_header_done()) finish();
    if (parser_.is_done()) {
      const auto& message = parser_.get();
      out_.status = message.result_int();
      out_.content_type = std::string(message[http::field::content_type]);
      out_.body = message.body();
    } else {
      out_.failure = describe(wake);
    }
    co_await link_.close(Clock::now() + hang_up_time);
  }

  HttpsResponse result() { return std::move(out_); }

 private:
  /// Feeds what arrived to the parser; true when the answer is whole or broken.
  bool take() {
    auto& inbox = link_.inbox();
    while (!inbox.empty() && !parser_.is_done() && !broken_) {
      error_code error;
      const auto used = parser_.put(asio::buffer(inbox), error);
      inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(used));
      if (error == http::error::need_more) break;
      if (error) broken_ = error;
    }
    return parser_.is_done() || broken_;
  }

  /// The end of the connection ends a body that has no length (RFC 9112 section 6.3). Truncation
  /// attacks on such bodies are what close_notify is for.
  void finish() {
    error_code error;
    if (!parser_.is_done()) parser_.put_eof(error);
    if (error) broken_ = error;
  }

  std::string describe(Wake wake) const {
    if (broken_) return "the answer is no HTTP that we understand: " + broken_.message();
    if (wake == Wake::deadline) return "no answer in time";
    auto why = tls_failure(*link_.tls());
    return why.empty() ? "the connection was closed without an answer" : why;
  }

  const HttpsRequest& request_;
  std::string text_;
  detail::Link link_;
  http::response_parser<http::string_body> parser_;
  error_code broken_;
  HttpsResponse out_;
};

}  // namespace

Result<HttpsResponse> https_get(const HttpsRequest& request) {
  auto text = render(request);
  if (!text) return text.error();
  auto engine = tls::make_libssl_engine(request.tls);
  if (!engine) return engine.error();
  tls::ConnectionSettings connection;
  connection.host = request.server_name.empty() ? request.host : request.server_name;
  connection.identity = request.identity;
  auto client = (*engine)->make_client(connection);
  if (!client) return client.error();
  asio::io_context context{1};
  Question question(context, request, std::move(*client), std::move(*text));
  asio::co_spawn(context, question.play(), [](const std::exception_ptr& mistake) {
    if (mistake) std::rethrow_exception(mistake);
  });
  context.run();
  return question.result();
}

}  // namespace handfast::probe
