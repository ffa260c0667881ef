// Conformance matrices for the tests of the reports: verdicts of every kind, a baseline, hostile
// texts.
#pragma once

#include "reports/matrix.hpp"

namespace handfast::tests {

/// mosquitto alone with rows of every verdict but error: an unknown and a known fail, an
/// unexplained known warn, a stale entry; exit code 5 for the inconclusive row.
reports::Matrix sample_matrix();

/// The sample beside a broker that passed and one that was not available; exit code 3.
reports::Matrix wide_matrix();

/// One broker that passed everything, without a baseline.
reports::Matrix passing_matrix();

/// The sample with markup, control characters, bytes that are no UTF-8 and very long words in every
/// text that a user or a broker can influence.
reports::Matrix hostile_matrix();

}  // namespace handfast::tests
