#include "harness/broker/describe.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::broker;

namespace {

State sample() {
  return {.driver = "mosquitto",
          .version = "2.0.11",
          .pid = 4711,
          .listeners = {{"tcp", {}, {Transport::tcp, "127.0.0.1", 1}},
                        {"tls", {Transport::tls}, {Transport::tls, "127.0.0.1", 2}},
                        {"tls-two-way", {Transport::tls, true}, {Transport::tls, "127.0.0.1", 3}},
                        {"wss", {Transport::wss}, {Transport::wss, "127.0.0.1", 4}}},
          .configuration = "/lab/mosquitto.conf",
          .log_file = "/lab/mosquitto.log",
          .client = {"/lab/my pki/ca.pem", "/lab/c.pem", "/lab/c.key"}};
}

}  // namespace

TEST_CASE("a broker is described by its listeners and files", "[broker]") {
  CHECK(describe(sample()) ==
        "mosquitto 2.0.11 runs as process 4711\n"
        "  tcp                  tcp://127.0.0.1:1\n"
        "  tls                  tls://127.0.0.1:2\n"
        "  tls-two-way          tls://127.0.0.1:3\n"
        "  wss                  wss://127.0.0.1:4/mqtt\n"
        "  trust                /lab/my pki/ca.pem\n"
        "  client certificate   /lab/c.pem\n"
        "  client key           /lab/c.key\n"
        "  settings             /lab/mosquitto.conf\n"
        "  log                  /lab/mosquitto.log\n");
}

TEST_CASE("examples give each listener what it needs and quote for the shell", "[broker]") {
  CHECK(example_commands(sample()) ==
        "  mosquitto_sub -h 127.0.0.1 -p 1 -t '#' -v\n"
        "  mosquitto_sub -h 127.0.0.1 -p 2 -t '#' -v --cafile '/lab/my pki/ca.pem'\n"
        "  mosquitto_sub -h 127.0.0.1 -p 3 -t '#' -v --cafile '/lab/my pki/ca.pem'"
        " --cert /lab/c.pem --key /lab/c.key\n"
        "  openssl s_client -connect 127.0.0.1:2 -verify_return_error"
        " -CAfile '/lab/my pki/ca.pem'\n"
        "  openssl s_client -connect 127.0.0.1:3 -verify_return_error"
        " -CAfile '/lab/my pki/ca.pem' -cert /lab/c.pem -cert_chain /lab/c.pem -key /lab/c.key\n"
        "  openssl s_client -connect 127.0.0.1:4 -verify_return_error"
        " -CAfile '/lab/my pki/ca.pem'\n");
}

TEST_CASE("words are quoted for the shell only when they need it", "[broker]") {
  CHECK(shell_word("/lab/ca.pem") == "/lab/ca.pem");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("a b") == "'a b'");
  CHECK(shell_word("it's $HOME") == "'it'\\''s $HOME'");
}

TEST_CASE("use of resources is told with units", "[broker]") {
  CHECK(describe(stats::ProcessSample{1.254, 13 * 1024 * 1024, 14, 1}) ==
        "CPU 1.25 s, memory 13.0 MiB, 14 open files, 1 thread");
}

TEST_CASE("the end of a process is told by status or signal", "[broker]") {
  CHECK(Exit{.status = 3}.text() == "exited with status 3");
  CHECK(Exit{.signal = 9}.text() == "killed by signal 9 (Killed)");
}
