#include "loadgen/topic_filter.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace handfast::loadgen;

TEST_CASE("Topic filters match as MQTT 5.0 section 4.7 says", "[messages]") {
  struct Row {
    const char* filter;
    const char* topic;
    bool match;
  };
  // The examples of the standard, and the corners between them.
  for (const Row& row : {Row{"sport/tennis/player1/#", "sport/tennis/player1", true},
                         {"sport/tennis/player1/#", "sport/tennis/player1/ranking", true},
                         {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
                         {"sport/tennis/player1/#", "sport/tennis/player2", false},
                         {"#", "a", true},
                         {"#", "/", true},
                         {"sport/tennis/+", "sport/tennis/player1", true},
                         {"sport/tennis/+", "sport/tennis/player1/ranking", false},
                         {"sport/+", "sport", false},
                         {"sport/+", "sport/", true},
                         {"+/+", "/finance", true},
                         {"/+", "/finance", true},
                         {"+", "/finance", false},
                         {"#", "$SYS/monitor", false},
                         {"+/monitor/Clients", "$SYS/monitor/Clients", false},
                         {"$SYS/#", "$SYS/monitor", true},
                         {"$SYS/monitor/+", "$SYS/monitor/Clients", true},
                         {"a", "a", true},
                         {"a", "a/", false},
                         {"a/", "a", false},
                         {"a/b", "a", false},
                         {"A", "a", false},
                         {"$share/group/a/+", "a/b", true},
                         {"$share/group/#", "a/b", true}}) {
    INFO(row.filter << " against " << row.topic);
    CHECK(matches(row.filter, row.topic) == row.match);
  }
}

TEST_CASE("A level that varies is matched by wildcards only", "[messages]") {
  const std::string topic("a/\0/c", 5);
  CHECK(matches("a/+/c", topic));
  CHECK(matches("a/#", topic));
  CHECK_FALSE(matches("a/1/c", topic));
}

TEST_CASE("Defects of filters and topics are named", "[messages]") {
  CHECK(filter_defect("a/+/#").empty());
  CHECK(filter_defect("$share/g/a/#").empty());
  CHECK(filter_defect("") == "it is empty");
  CHECK(filter_defect("a/b#") == "a wildcard must be a level of its own");
  CHECK(filter_defect("a+/b") == "a wildcard must be a level of its own");
  CHECK(filter_defect("#/a") == "\"#\" must be the last level");
  CHECK(filter_defect("$share/g") == "it has no share name");
  CHECK(filter_defect("$share//a") == "it has no share name");
  CHECK(filter_defect("$share/+/a") == "its share name has a wildcard");
  CHECK(filter_defect("$share/g/") == "it is empty");
  CHECK(topic_defect("a/b").empty());
  CHECK(topic_defect("") == "it is empty");
  CHECK(topic_defect("a/+") == "a topic to publish to has no wildcards");
  CHECK(topic_defect(std::string(65536, 'a')) == "it is longer than 65535 bytes");
}
