#include "pki/upkeep/query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "core/base/text.hpp"
#include "core/base/units.hpp"

namespace handfast::pki {

namespace {

using Operator = Query::Operator;
using Comparison = Query::Comparison;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }
bool is_operator(char c) { return c == '=' || c == '!' || c == '~' || c == '<' || c == '>'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<std::vector<Comparison>>> parse() {
    std::vector<std::vector<Comparison>> out(1);
    while (true) {
      auto comparison = parse_comparison();
      if (!comparison) return comparison.error();
      out.back().push_back(std::move(*comparison));
      skip_blanks();
      if (at_ == text_.size()) return out;
      const auto begin = at_;
      const auto word = lower(take_word());
      if (word == "or") {
        out.emplace_back();
      } else if (word != "and") {
        return problem(begin, fmt::format("expected \"and\" or \"or\", not \"{}\"",
                                          printable(text_.substr(begin, 20))));
      }
    }
  }

 private:
  Problem problem(std::size_t at, std::string message, std::string hint = {}) const {
    return usage_problem(std::move(message), fmt::format("--where, column {}", at + 1),
                         std::move(hint));
  }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  std::string_view take_word() {
    const auto begin = at_;
    while (at_ < text_.size() && !is_blank(text_[at_]) && !is_operator(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  Result<Comparison> parse_comparison() {
    skip_blanks();
    Comparison out;
    const auto begin = at_;
    out.field = lower(take_word());
    if (out.field.empty()) {
      return problem(begin, "a field is missing", "for example expires<30d and key=rsa");
    }
    const auto& fields = query_fields();
    if (std::ranges::find(fields, out.field) == fields.end()) {
      return problem(begin, fmt::format("there is no field \"{}\"", printable(out.field)),
                     suggest(out.field, fields));
    }
    skip_blanks();
    const auto operator_at = at_;
    const auto op = take_operator();
    if (!op) {
      return problem(operator_at, fmt::format("behind \"{}\" an operator is missing", out.field),
                     "one of: = != ~ < <= > >=");
    }
    out.op = *op;
    skip_blanks();
    const auto value_at = at_;
    auto value = take_value();
    if (!value) return value.error();
    out.value = lower(*value);
    return judge(std::move(out), operator_at, value_at);
  }

  std::optional<Operator> take_operator() {
    const auto rest = text_.substr(at_);
    const auto take = [&](std::string_view sign, Operator op) -> std::optional<Operator> {
      if (!rest.starts_with(sign)) return std::nullopt;
      at_ += sign.size();
      return op;
    };
    if (auto op = take("!=", Operator::unequal)) return op;
    if (auto op = take("<=", Operator::at_most)) return op;
    if (auto op = take(">=", Operator::at_least)) return op;
    if (auto op = take("=", Operator::equal)) return op;
    if (auto op = take("~", Operator::contains)) return op;
    if (auto op = take("<", Operator::less)) return op;
    return take(">", Operator::more);
  }

  Result<std::string> take_value() {
    const auto begin = at_;
    if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
      const auto end = text_.find(text_[at_], at_ + 1);
      if (end == std::string_view::npos) return problem(begin, "the quotes are not closed");
      at_ = end + 1;
      return std::string(text_.substr(begin + 1, end - begin - 1));
    }
    auto word = std::string(take_word());
    if (word.empty()) return problem(begin, "a value is missing");
    return word;
  }

  Result<Comparison> judge(Comparison out, std::size_t operator_at, std::size_t value_at) const {
    const bool ordered = out.op == Operator::less || out.op == Operator::at_most ||
                         out.op == Operator::more || out.op == Operator::at_least;
    if (out.field == "expires") {
      if (!ordered) return problem(operator_at, "expires wants < <= > or >=", "expires<30d");
      auto duration = parse_duration(out.value);
      if (!duration) return problem(value_at, duration.error().message, duration.error().hint);
      out.duration = *duration;
      return out;
    }
    if (out.field == "generation") {
      const auto* end = out.value.data() + out.value.size();
      const auto read = std::from_chars(out.value.data(), end, out.number);
      if (read.ec != std::errc{} || read.ptr != end || out.op == Operator::contains) {
        return problem(value_at, "generation is compared with a number", "generation>1");
      }
      return out;
    }
    if (ordered) {
      return problem(operator_at, fmt::format("{} has no order", out.field), "use = != or ~");
    }
    static const std::vector<std::string> kinds{"authority", "identity", "fault", "fleet", "trust"};
    static const std::vector<std::string> stores{"identity", "trust"};
    static const std::vector<std::string> revoked{"yes", "no", "hold"};
    const auto* words = out.field == "kind"      ? &kinds
                        : out.field == "store"   ? &stores
                        : out.field == "revoked" ? &revoked
                                                 : nullptr;
    if (words && out.op != Operator::contains &&
        std::ranges::find(*words, out.value) == words->end()) {
      return problem(value_at,
                     fmt::format("there is no {} \"{}\"", out.field, printable(out.value)),
                     suggest(out.value, *words));
    }
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::vector<std::string> values_of(const Item& item, const std::string& field) {
  if (field == "name") return {item.name};
  if (field == "subject") return {item.subject};
  if (field == "cn") return {item.common_name};
  if (field == "issuer") return {item.issuer};
  if (field == "serial") return {item.serial};
  if (field == "status") return {std::string(to_string(item.condition))};
  if (field == "note") return {item.note};
  if (field == "bundle") return item.bundles;
  if (field == "usage") return item.usage;
  if (field == "san") return item.names;
  if (field == "revoked") {
    if (item.revoked.empty()) return {"no"};
    return item.condition == Condition::on_hold ? std::vector<std::string>{"yes", "hold"}
                                                : std::vector<std::string>{"yes"};
  }
  if (field == "key") {
    // "rsa" is every RSA key, "ec" every curve of the kind p256.
    std::string family = item.key;
    while (!family.empty() && std::isdigit(static_cast<unsigned char>(family.back()))) {
      family.pop_back();
    }
    return {item.key, family == "p" ? "ec" : family};
  }
  std::vector<std::string> stores;
  if (item.identity) stores.emplace_back("identity");
  if (item.trust) stores.emplace_back("trust");
  if (field == "store") return stores;
  return item.trust ? std::vector<std::string>{item.kind, "trust"}
                    : std::vector<std::string>{item.kind};
}

bool matches_order(auto left, Operator op, auto right) {
  switch (op) {
    case Operator::less:
      return left < right;
    case Operator::at_most:
      return left <= right;
    case Operator::more:
      return left > right;
    case Operator::at_least:
      return left >= right;
    case Operator::unequal:
      return left != right;
    default:
      return left == right;
  }
}

bool matches_one(const Comparison& wanted, const Item& item, WallTime now) {
  if (wanted.field == "expires") {
    if (!item.not_after) return false;
    return matches_order(std::chrono::duration_cast<Nanos>(*item.not_after - now), wanted.op,
                         wanted.duration);
  }
  if (wanted.field == "generation") {
    return matches_order(item.generation, wanted.op, wanted.number);
  }
  const auto values = values_of(item, wanted.field);
  const bool found = std::ranges::any_of(values, [&](const std::string& value) {
    const auto seen = lower(value);
    return wanted.op == Operator::contains ? seen.find(wanted.value) != std::string::npos
                                           : seen == wanted.value;
  });
  return wanted.op == Operator::unequal ? !found : found;
}

}  // namespace

const std::vector<std::string>& query_fields() {
  static const std::vector<std::string> fields{
      "name",  "kind",   "store",   "subject", "cn",         "san",     "issuer", "key",
      "usage", "serial", "expires", "status",  "generation", "revoked", "bundle", "note"};
  return fields;
}

Result<Query> Query::parse(std::string_view text) {
  auto any_of = Parser(text).parse();
  if (!any_of) return any_of.error();
  Query out;
  out.any_of_ = std::move(*any_of);
  return out;
}

bool Query::matches(const Item& item, WallTime now) const {
  if (any_of_.empty()) return true;
  return std::ranges::any_of(any_of_, [&](const std::vector<Comparison>& all_of) {
    return std::ranges::all_of(
        all_of, [&](const Comparison& wanted) { return matches_one(wanted, item, now); });
  });
}

}  // namespace handfast::pki
