#include "harness/responder/ocsp_client.hpp"

#include <fmt/format.h>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>

#include "core/base/text.hpp"
#include "core/base/units.hpp"

namespace handfast::responder {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t largest_answer_octets = std::uint64_t{64} * 1024 * 1024;

using Body = http::vector_body<std::uint8_t>;

struct Url {
  std::string host;
  std::string port = "80";
  std::string target = "/";

  std::string authority() const { return port == "80" ? host : host + ":" + port; }
};

Result<Url> parse_http_url(const std::string& text) {
  const auto problem = usage_problem(fmt::format("\"{}\" is no http:// URL", printable(text)));
  if (!text.starts_with("http://")) return problem;
  const auto rest = std::string_view(text).substr(7);
  const auto slash = rest.find('/');
  auto authority = rest.substr(0, slash);
  Url out;
  if (slash != std::string_view::npos) out.target = rest.substr(slash);
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos && !authority.ends_with(']')) {
    out.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  out.host = authority;
  if (out.host.starts_with('[') && out.host.ends_with(']')) {
    out.host = out.host.substr(1, out.host.size() - 2);
  }
  if (out.host.empty() || out.port.empty()) return problem;
  return out;
}

/// One request and its answer. No deadline of its own: the caller runs the context for as long as
/// it may take.
class Exchange {
 public:
  Exchange(asio::io_context& context, Url url, http::request<Body> request)
      : resolver_(context), stream_(context), url_(std::move(url)), request_(std::move(request)) {}

  asio::awaitable<void> run() {
    auto [unresolved, found] = co_await resolver_.async_resolve(url_.host, url_.port, as_values);
    error = unresolved;
    if (error) co_return;
    auto [refused, endpoint] = co_await stream_.async_connect(found, as_values);
    error = refused;
    if (error) co_return;
    auto [unsent, sent] = co_await http::async_write(stream_, request_, as_values);
    error = unsent;
    if (error) co_return;
    http::response_parser<Body> parser;
    parser.body_limit(largest_answer_octets);
    auto [unread, size] = co_await http::async_read(stream_, buffer_, parser, as_values);
    error = unread;
    if (error) co_return;
    auto& message = parser.get();
    answer = FetchedBody{message.result_int(), std::string(message[http::field::content_type]),
                         std::move(message.body())};
  }

  error_code error;
  std::optional<FetchedBody> answer;

 private:
  tcp::resolver resolver_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  Url url_;
  http::request<Body> request_;
};

Result<FetchedBody> run(const std::string& url_text, http::verb method, ByteView body,
                        Nanos limit) {
  auto url = parse_http_url(url_text);
  if (!url) return url.error();
  http::request<Body> request(method, url->target, 11);
  request.set(http::field::host, url->authority());
  request.set(http::field::user_agent, "handfast");
  request.set(http::field::connection, "close");
  if (method == http::verb::post) {
    request.set(http::field::content_type, "application/ocsp-request");
    request.body().assign(body.begin(), body.end());
    request.prepare_payload();
  }
  asio::io_context context{1};
  Exchange exchange(context, std::move(*url), std::move(request));
  asio::co_spawn(context, exchange.run(), asio::detached);
  context.run_for(limit);
  if (exchange.answer) return std::move(*exchange.answer);
  const auto why = exchange.error ? exchange.error.message()
                                  : fmt::format("nothing within {}", exact_duration(limit));
  return environment_problem(fmt::format("no answer: {}", why), printable(url_text));
}

}  // namespace

Result<FetchedBody> post_ocsp(const std::string& url, ByteView request, Nanos limit) {
  return run(url, http::verb::post, request, limit);
}

Result<FetchedBody> fetch(const std::string& url, Nanos limit) {
  return run(url, http::verb::get, {}, limit);
}

Result<OcspOutcome> check_ocsp(const X509* certificate, X509* issuer, const OcspCheck& check,
                               WallTime now) {
  OcspOutcome out{check.url, {}};
  if (out.url.empty()) {
    const auto urls = pki::ocsp_urls(certificate);
    if (urls.empty()) {
      return usage_problem("the certificate names no OCSP responder", {}, "give its URL");
    }
    out.url = urls.front();
  }
  auto query = pki::make_ocsp_query(certificate, issuer, check.nonce);
  if (!query) return query.error();
  auto answer = post_ocsp(out.url, query->der, check.limit);
  if (!answer) return answer.error();
  if (answer->status != 200) {
    out.verdict.refusal = fmt::format("the responder answers HTTP status {}", answer->status);
    return out;
  }
  out.verdict = pki::judge_ocsp_answer(answer->body, *query,
                                       {.issuer = issuer, .designated = check.designated}, now);
  return out;
}

}  // namespace handfast::responder
