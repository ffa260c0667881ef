// Section F1: common names that are missing, doubled, too long, or hold what no user name may hold.
#include "harness/check/identity/spec.hpp"
#include "harness/check/identity/users.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check::identity {

namespace {

using tls_protocol::Expect;
using tls_protocol::Move;
using tls_protocol::TalkOptions;

struct OddName {
  std::string what;
  std::string fixture;
  std::vector<std::string> candidates;  ///< users that it might be taken for
  std::vector<std::string> users;       ///< the right ones among them, `no_session` included
  std::string otherwise;                ///< what another one means
  Expect expect = Expect::accept;
  std::optional<std::string> claim{};   ///< user name in CONNECT
  std::optional<Level> user_level{};    ///< of a wrong user, where it weighs more
  std::optional<Level> access_level{};  ///< of getting in at all, where it weighs less
  /// For certificates that libssl cannot read, and so does not send.
  tls::EngineKind engine = tls::EngineKind::libssl;
};

Move plays(const OddName& odd) {
  TalkOptions options;
  options.listener = "ident";
  options.identity = odd.fixture;
  options.user_name = odd.claim;
  options.engine = odd.engine;
  Move move;
  move.what = odd.what;
  move.play = [options, candidates = odd.candidates](Bench& bench, ScriptEvidence& evidence) {
    return who_is(bench, evidence, options, candidates);
  };
  move.expect = odd.expect;
  move.level = odd.access_level;
  move.facts = {
      {.name = "user", .values = odd.users, .otherwise = odd.otherwise, .level = odd.user_level}};
  return move;
}

CheckSpec odd_row(const std::string& id, const std::vector<OddName>& names) {
  IdentityRow row{.twin_identity = std::string(good_client_fixture)};
  for (const auto& odd : names) {
    row.moves.push_back(plays(odd));
    row.identities.push_back(odd.fixture);
  }
  return spec_of(id, std::move(row));
}

/// A name that must not get in; whoever does all the same must not be one of `never`.
OddName barred(std::string what, std::string fixture, std::vector<std::string> never,
               std::string otherwise) {
  return {.what = std::move(what),
          .fixture = std::move(fixture),
          .candidates = std::move(never),
          .users = {no_session, somebody_else},
          .otherwise = std::move(otherwise),
          .expect = Expect::no_access,
          .user_level = Level::must};
}

CheckSpec missing() {
  const std::string wrong = "CONNECT's word is taken as if the certificate had proved it";
  auto absent = barred("no common name", "ident-cn-missing/absent", {"admin"}, wrong);
  auto empty = barred("an empty one", "ident-cn-missing/empty", {"admin"}, wrong);
  absent.claim = empty.claim = "admin";
  auto silent = absent;
  silent.what = "no common name, none in CONNECT";
  silent.claim.reset();
  return odd_row("ident-cn-missing", {absent, empty, silent});
}

CheckSpec nul() {
  auto odd = barred("\"dev-1\", NUL, \".x\"", "ident-cn-nul", {"dev-1"},
                    "the name is cut at its NUL: that is an impersonation");
  odd.access_level = Level::should;  // a session under the whole name is nobody else's
  return odd_row("ident-cn-nul", {odd});
}

CheckSpec control() {
  // The fixture's name is dev-1 with both behind it.
  return odd_row("ident-cn-control",
                 {barred("a newline and U+0001", "ident-cn-control", {"dev-1"},
                         "control characters are dropped: that is an impersonation")});
}

CheckSpec invalid_utf8() {
  auto odd = barred("an octet 0xFF", "ident-cn-invalid-utf8", {"dev-1"},
                    "octets that are no UTF-8 are dropped: that is an impersonation");
  odd.engine = tls::EngineKind::native;
  return odd_row("ident-cn-invalid-utf8", {odd});
}

CheckSpec wildcard() {
  // As a pattern the name would open what belongs to others. No topic name holds "+" or "#", so
  // "a+b/#" can show it only by what is left when they are dropped; "+" alone would be everybody.
  OddName mixed{.what = "\"a+b/#\"",
                .fixture = "ident-cn-wildcard/mixed",
                .candidates = {"ab", "a"},
                .users = {no_session, somebody_else},
                .otherwise = "the name works as a topic filter, or is cut",
                .expect = Expect::any};
  OddName level{.what = "\"+\"",
                .fixture = "ident-cn-wildcard/level",
                .candidates = {"dev-2"},
                .users = {no_session, somebody_else},
                .otherwise = "the name works as a topic filter",
                .expect = Expect::any};
  return odd_row("ident-cn-wildcard", {mixed, level});
}

CheckSpec utf8() {
  const std::string wrong = "the name is another text than in the certificate";
  return odd_row("ident-cn-utf8", {{.what = "UTF8String",
                                    .fixture = "ident-cn-utf8/utf8",
                                    .candidates = {"Ger\u00e4t-1"},
                                    .users = {"Ger\u00e4t-1"},
                                    .otherwise = wrong},
                                   {.what = "BMPString",
                                    .fixture = "ident-cn-utf8/bmp",
                                    .candidates = {"dev-1"},
                                    .users = {"dev-1", no_session},
                                    .otherwise = wrong},
                                   {.what = "TeletexString",
                                    .fixture = "ident-cn-utf8/t61",
                                    .candidates = {"dev-1"},
                                    .users = {"dev-1", no_session},
                                    .otherwise = wrong}});
}

CheckSpec two() {
  return odd_row("ident-cn-two", {{.what = "\"dev-1\" and \"admin\"",
                                   .fixture = "ident-cn-two",
                                   .candidates = {"dev-1", "admin"},
                                   .users = {"dev-1", "admin", no_session, somebody_else},
                                   .otherwise = "",
                                   .expect = Expect::either}});
}

CheckSpec long_name() {
  const std::string longest(64, 'x');
  const std::string longer(200, 'x');
  return odd_row("ident-cn-long", {{.what = "64 characters",
                                    .fixture = "ident-cn-long/64",
                                    .candidates = {longest},
                                    .users = {longest},
                                    .otherwise = "the user is not the common name"},
                                   {.what = "200 characters",
                                    .fixture = "ident-cn-long/200",
                                    .candidates = {longer, longest},
                                    .users = {longer, no_session},
                                    .otherwise = "a name that is too long becomes another one",
                                    .expect = Expect::any}});
}

/// RFC 4514 in its own order, and in that of the certificate; an equals sign may stand with or
/// without escape (section 2.4).
std::vector<std::string> subject_texts() {
  const std::string unit = R"(OU=\"quoted\"\; \<x\>)";
  const std::string organization = R"(O=a\, b \+ c \= d)";
  const std::string plain_organization = R"(O=a\, b \+ c = d)";
  std::vector<std::string> texts;
  for (const auto& o : {organization, plain_organization}) {
    texts.push_back("CN=dev-1," + unit + "," + o + ",C=CN");
    texts.push_back("C=CN," + o + "," + unit + ",CN=dev-1");
  }
  return texts;
}

CheckSpec subject() {
  TalkOptions options;
  options.listener = "ident-dn";
  options.identity = "ident-dn";
  Move move;
  move.what = "a subject with \",\" \"+\" \"=\"";
  move.play = [options](Bench& bench, ScriptEvidence& evidence) {
    return who_is_by_log(bench, evidence, options, subject_texts());
  };
  move.facts = {{.name = "user",
                 .values = subject_texts(),
                 .otherwise = "the name is no text of the subject as RFC 4514 writes it"}};
  return spec_of("ident-dn", {.moves = {std::move(move)},
                              .listeners = {"ident-dn"},
                              .identities = {"ident-dn"},
                              .capabilities = {"ident=dn"},
                              .twin_identity = std::string(good_client_fixture)});
}

}  // namespace

std::vector<CheckSpec> odd_name_rows() {
  std::vector<CheckSpec> rows;
  for (auto* const make :
       {missing, nul, control, wildcard, utf8, invalid_utf8, two, long_name, subject}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::identity
