// The matrix as a JSON tree, shared by its JSON writer and its HTML report.
#pragma once

#include "reports/detail/json_model.hpp"
#include "reports/matrix.hpp"

namespace handfast::reports::detail {

Json to_json(const Matrix& matrix);

}  // namespace handfast::reports::detail
