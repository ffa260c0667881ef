// Foreign text in Markdown.
#pragma once

#include <string>
#include <string_view>

namespace handfast::reports::detail {

/// `text` in one line, nothing of it markup or HTML (CommonMark 0.31 section 2.4: a backslash
/// before ASCII punctuation).
std::string markdown_text(std::string_view text);

}  // namespace handfast::reports::detail
