#include "harness/responder/responder.hpp"

#include <fmt/format.h>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <future>
#include <optional>
#include <thread>

#include "core/base/text.hpp"

namespace handfast::responder {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr auto idle_limit = std::chrono::seconds(30);
constexpr std::uint64_t largest_request_octets = 256 * 1024;

using Body = http::vector_body<std::uint8_t>;

Result<tcp::endpoint> parse_listen(const std::string& text) {
  const auto problem = [&] {
    return usage_problem(fmt::format("\"{}\" is no loopback address with a port", printable(text)),
                         {}, "for example 127.0.0.1:9580, or port 0 for any free one");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return problem();
  auto host = text.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  // What we serve is made up for tests, so no other machine may come to rely on it.
  if (error || !address.is_loopback()) return problem();
  unsigned port = 0;
  const auto digits = text.substr(colon + 1);
  if (digits.empty() || digits.size() > 5) return problem();
  for (const char c : digits) {
    if (c < '0' || c > '9') return problem();
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  if (port > 65535) return problem();
  return tcp::endpoint(address, static_cast<std::uint16_t>(port));
}

HttpRequest taken(const http::request<Body>& from) {
  return {std::string(from.method_string()), std::string(from.target()),
          std::string(from[http::field::content_type]), from.body()};
}

http::response<Body> message_of(const HttpReply& reply, const http::request<Body>& request) {
  http::response<Body> out;
  out.version(request.version());
  out.result(reply.status);
  out.set(http::field::server, "handfast");
  if (!reply.content_type.empty()) out.set(http::field::content_type, reply.content_type);
  if (!reply.allow.empty()) out.set(http::field::allow, reply.allow);
  out.keep_alive(request.keep_alive() && !reply.faults.truncated);
  out.content_length(reply.body.size());
  if (request.method() != http::verb::head) out.body() = reply.body;
  return out;
}

}  // namespace

std::string access_text(const Access& access) {
  const auto answer = access.status == 0
                          ? std::string("no answer")
                          : fmt::format("{}, {} octets", access.status, access.body_octets);
  const auto note = access.note.empty() ? "" : fmt::format(" ({})", access.note);
  return fmt::format("{} {} {} {}{}", rfc3339(access.at), printable(access.method, 20), access.path,
                     answer, note);
}

struct Responder::Parts {
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  tcp::endpoint endpoint;
  ResponderOptions options;
  Site site;
  bool listening = false;
  std::thread thread;

  /// A connection is refused until listen(), yet the kernel gives the port to nobody who asks for
  /// any free one.
  error_code reserve() {
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    // Later on it stays what it is, and other threads read it.
    if (!error && endpoint.port() == 0) endpoint = acceptor.local_endpoint(error);
    return error;
  }

  error_code listen() {
    error_code error;
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error) {
      listening = true;
      asio::co_spawn(context, accept_loop(), asio::detached);
    }
    return error;
  }

  /// On the responder's thread.
  error_code apply(const Faults& faults) {
    site.set_faults(faults);
    const bool wanted = faults.down != Down::refuse;
    if (wanted == listening) return {};
    if (wanted) return listen();
    listening = false;
    error_code ignored;
    acceptor.close(ignored);
    return reserve();
  }

  asio::awaitable<void> accept_loop() {
    while (listening) {
      auto [error, socket] = co_await acceptor.async_accept(as_values);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        // Out of descriptors: the connections that end will give some back.
        asio::steady_timer pause(context, std::chrono::milliseconds(20));
        co_await pause.async_wait(as_values);
        continue;
      }
      site.count_connection();
      asio::co_spawn(context, session(std::move(socket)), asio::detached);
    }
  }

  /// Owns a Session, whose coroutines then refer to their object instead of to parameters.
  asio::awaitable<void> session(tcp::socket socket);

  void report(const http::request<Body>& request, const HttpReply& reply, bool answered) const {
    if (!options.on_access) return;
    options.on_access({options.clock(), std::string(request.method_string()), reply.path,
                       reply.kind, answered ? reply.status : 0, reply.body.size(), reply.note});
  }
};

/// One connection and its requests, one after the other.
class Session {
 public:
  Session(Responder::Parts& parts, tcp::socket socket)
      : parts_(parts), stream_(std::move(socket)) {}

  asio::awaitable<void> run() {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    bool more = true;
    while (more) {
      auto& parser = parser_.emplace();
      parser.body_limit(largest_request_octets);
      stream_.expires_after(idle_limit);
      auto [error, size] = co_await http::async_read(stream_, buffer_, parser, as_values);
      // Not HTTP, or the end of it: there is nobody to answer.
      if (error || parts_.site.faults().down == Down::refuse) break;
      more = co_await answer();
    }
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

 private:
  /// True when the connection may carry another request.
  asio::awaitable<bool> answer() {
    const auto& request = parser_->get();
    const auto reply = parts_.site.answer(taken(request), parts_.options.clock());
    stream_.expires_never();
    if (reply.faults.delay > Nanos{0}) {
      asio::steady_timer pause(parts_.context,
                               std::chrono::duration_cast<Clock::duration>(reply.faults.delay));
      co_await pause.async_wait(as_values);
    }
    if (reply.faults.down != Down::no) {
      parts_.report(request, reply, false);
      if (reply.faults.down == Down::hang) {
        // Until the client gives up.
        co_await stream_.socket().async_wait(tcp::socket::wait_read, as_values);
      }
      co_return false;
    }
    parts_.report(request, reply, true);
    auto message = message_of(reply, request);
    stream_.expires_after(idle_limit);
    http::response_serializer<Body> serializer(message);
    if (reply.faults.truncated) {
      co_await http::async_write_header(stream_, serializer, as_values);
      co_await asio::async_write(
          stream_, asio::buffer(message.body().data(), message.body().size() / 2), as_values);
      co_return false;
    }
    auto [error, size] = co_await http::async_write(stream_, serializer, as_values);
    co_return !error && message.keep_alive();
  }

  Responder::Parts& parts_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<Body>> parser_;
};

asio::awaitable<void> Responder::Parts::session(tcp::socket socket) {
  Session session(*this, std::move(socket));
  co_await session.run();
}

Responder::Responder(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Responder::~Responder() { stop(); }

Result<std::unique_ptr<Responder>> Responder::start(ResponderOptions options) {
  auto endpoint = parse_listen(options.listen);
  if (!endpoint) return endpoint.error();
  auto parts = std::make_unique<Parts>();
  parts->endpoint = *endpoint;
  const auto asked = options.listen;
  parts->options = std::move(options);
  auto error = parts->reserve();
  if (!error) error = parts->listen();
  if (error) {
    return environment_problem(fmt::format("cannot listen: {}", error.message()), asked,
                               "port 0 takes any free one");
  }
  auto* running = parts.get();
  running->thread = std::thread([running] {
    const auto work = asio::make_work_guard(running->context);
    running->context.run();
  });
  return std::unique_ptr<Responder>(new Responder(std::move(parts)));
}

std::uint16_t Responder::port() const { return parts_->endpoint.port(); }

std::string Responder::url(const std::string& path) const {
  const auto address = parts_->endpoint.address();
  const auto host =
      address.is_v6() ? fmt::format("[{}]", address.to_string()) : address.to_string();
  return fmt::format("http://{}:{}{}", host, port(), path);
}

Site& Responder::site() { return parts_->site; }

Result<void> Responder::set_faults(const Faults& faults) {
  if (!parts_->thread.joinable()) return environment_problem("the responder has been stopped");
  std::promise<error_code> done;
  // dispatch, not post: on_access may switch faults, and runs on the responder's own thread.
  asio::dispatch(parts_->context, [&] { done.set_value(parts_->apply(faults)); });
  const auto error = done.get_future().get();
  if (!error) return {};
  return environment_problem(fmt::format("cannot listen again: {}", error.message()), url());
}

void Responder::stop() {
  if (!parts_->thread.joinable()) return;
  parts_->context.stop();
  parts_->thread.join();
  error_code ignored;
  parts_->acceptor.close(ignored);
}

}  // namespace handfast::responder
