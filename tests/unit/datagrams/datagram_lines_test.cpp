#include "reports/datagram_lines.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace std::chrono_literals;
using reports::datagram_lines;

TEST_CASE("a fleet over streams has nothing to say of datagrams", "[reports][dtls]") {
  CHECK(datagram_lines({}).empty());
}

TEST_CASE("the lines say what retransmissions there were and what they cost", "[reports][dtls]") {
  stats::FleetStats fleet;
  fleet.name = "sensors";
  fleet.datagrams = stats::DatagramStats{.handshakes = 1200,
                                         .cookies = 1199,
                                         .retransmitted = 2,
                                         .retransmits = 3,
                                         .restarts = 1,
                                         .datagrams_sent = 5000,
                                         .datagrams_received = 4800};
  fleet.latency[stats::Phase::tls_retransmitted].service.record(1s);
  CHECK(datagram_lines(fleet) ==
        std::vector<std::string>{
            "sensors: 1,200 handshakes over DTLS, 1,199 with a cookie, 2 with a retransmission "
            "(p50 1.00 s, p99 1.00 s); 3 flights sent again, 1 begun again",
            "sensors: 5,000 datagrams sent, 4,800 received"});
}

TEST_CASE("what was lost here and what was odd is named", "[reports][dtls]") {
  stats::FleetStats fleet;
  fleet.name = "f";
  fleet.datagrams = stats::DatagramStats{.handshakes = 1,
                                         .unsent = 1,
                                         .kernel_drops = 2,
                                         .impaired = 3,
                                         .oddities = {{"coap:too_short", 4}}};
  CHECK(datagram_lines(fleet).back() ==
        "f: 0 datagrams sent, 0 received; 2 lost for want of room in our own sockets, 1 not taken "
        "by our own kernel, 3 lost on purpose, 4 coap:too_short");
}
