// A program that knows one broker, one preset and one check group, and scenarios with one thing
// changed.
#pragma once

#include <string>
#include <string_view>

#include "harness/scenario/reader.hpp"

namespace handfast::scenario::test {

/// One broker driver, preset and check group; the PKI has authorities root, second and rogue,
/// bundle cacert and fleet devices of 2000 P-256 certificates.
const Known& known();

/// A scenario that uses every section, in storm.yaml.
std::string complete();

/// complete() with the only occurrence of `old_text` replaced.
std::string with(std::string_view old_text, std::string_view new_text);

/// What read() says about `text`: its problem, or "no error".
std::string error(const std::string& text);
/// The same for complete() with one replacement.
std::string error(std::string_view old_text, std::string_view new_text);

/// The scenario; fails the test when there is none.
Scenario read_scenario(const std::string& text);

std::string read_source_file(const std::string& relative);

}  // namespace handfast::scenario::test
