// The one adapter of yaml-cpp. It takes the event stream, not YAML::Node: events still show tags,
// anchors, aliases and duplicate keys, all of which YAML::Node has already resolved or dropped.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "core/base/text.hpp"
#include "core/config/detail/document.hpp"
#include "core/config/yaml.hpp"

namespace handfast::config::detail {

std::string place(const std::string& source, Position at) {
  return at.line == 0 ? source : fmt::format("{}:{}:{}", source, at.line, at.column);
}

namespace {

/// Carries a problem out of yaml-cpp's callbacks; never leaves this file.
struct Refused {
  Problem problem;
};

Position position(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

/// Builds a Document from parser events and refuses what strict YAML leaves out.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view text, const std::string& source, const std::string& root_name)
      : text_(text), root_name_(root_name) {
    document_.sources.push_back(source);
  }

  Document take() { return std::move(document_); }
  bool empty() const { return document_.values.empty() || document_.values[0].kind == Kind::empty; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // yaml-cpp takes what follows a finished root ("{a: 1} rest") for another document.
    if (started_) {
      refuse(mark, "content after the end of the document",
             "one YAML document in a file; check the indentation");
    }
    started_ = true;
  }
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases are not allowed", "repeat the value");
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check_properties(mark, "", anchor);
    if (expects_key()) refuse(mark, "a key must be plain text");
    add(mark, Kind::empty);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_properties(mark, tag, anchor);
    if (expects_key()) {
      take_key(mark, tag, value);
      return;
    }
    auto& added = document_.values[add(mark, Kind::scalar)];
    added.text = value;
    added.quoted = tag == "!";  // what yaml-cpp answers for every scalar that is not plain
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Kind::list);
  }
  void OnSequenceEnd() override { frames_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Kind::map);
  }
  void OnMapEnd() override { frames_.pop_back(); }

 private:
  struct Key {
    std::string text;
    Position at;
  };
  struct Frame {
    std::size_t value = 0;
    std::optional<Key> key;           ///< read, its value not yet
    std::map<std::string, int> seen;  ///< keys and their lines
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, std::string message,
                           std::string hint = {}) const {
    throw Refused{usage_problem(std::move(message), place(document_.sources[0], position(mark)),
                                std::move(hint))};
  }

  bool expects_key() const {
    return !frames_.empty() && document_.values[frames_.back().value].kind == Kind::map &&
           !frames_.back().key;
  }

  void check_properties(const YAML::Mark& mark, const std::string& tag,
                        YAML::anchor_t anchor) const {
    if (anchor != YAML::NullAnchor)
      refuse(mark, "anchors are not allowed", "repeat the value where it is needed");
    // The lone tag "!" looks like a quoted scalar in the event, so the text itself is asked.
    const auto at = static_cast<std::size_t>(mark.pos);
    if ((!tag.empty() && tag != "?" && tag != "!") || (at < text_.size() && text_[at] == '!')) {
      refuse(mark, "tags are not allowed", "write the value without it");
    }
  }

  void take_key(const YAML::Mark& mark, const std::string& tag, const std::string& key) {
    auto& frame = frames_.back();
    if (key == "<<" && tag != "!") refuse(mark, "merge keys are not allowed", "repeat the values");
    if (auto [first, fresh] = frame.seen.emplace(key, position(mark).line); !fresh) {
      const auto& name = document_.values[frame.value].name;
      refuse(mark,
             fmt::format("duplicate key \"{}\"{}", printable(key),
                         name.empty() ? "" : fmt::format(" in \"{}\"", name)),
             fmt::format("first set in line {}", first->second));
    }
    frame.key = Key{key, position(mark)};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    check_properties(mark, tag, anchor);
    // yaml-cpp takes "[1" at the end of its input for a key.
    if (expects_key()) {
      refuse(mark, "a key must be plain text", "check that every bracket is closed");
    }
    if (frames_.size() == max_document_depth) {
      refuse(mark, fmt::format("more than {} levels of nesting", max_document_depth));
    }
    frames_.push_back({.value = add(mark, kind), .key = {}, .seen = {}});
  }

  std::size_t add(const YAML::Mark& mark, Kind kind) {
    const auto index = document_.values.size();
    if (index == max_document_values)
      refuse(mark, fmt::format("more than {} values", max_document_values));
    Value value;
    value.kind = kind;
    value.at = value.key_at = position(mark);
    value.name = root_name_;
    if (!frames_.empty()) {
      auto& frame = frames_.back();
      auto& parent = document_.values[frame.value];
      Child child{.key = {}, .key_at = {}, .value = index};
      if (parent.kind == Kind::map) {
        child.key = value.name = frame.key->text;
        child.key_at = value.key_at = frame.key->at;
        // yaml-cpp places a missing value at the token that comes next, lines further down.
        if (kind == Kind::empty) value.at = value.key_at;
        frame.key.reset();
      } else {
        value.name = fmt::format("{}[{}]", parent.name, parent.children.size());
      }
      parent.children.push_back(std::move(child));
    }
    document_.values.push_back(std::move(value));
    return index;
  }

  std::string_view text_;
  std::string root_name_;
  Document document_;
  std::vector<Frame> frames_;
  bool started_ = false;
};

/// How many bytes the UTF-8 sequence at the front of `text` has (RFC 3629); 0 when it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and what lies above U+10FFFF hide in the second byte.
  if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f)) return 0;
  if ((lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f)) return 0;
  return length;
}

/// yaml-cpp replaces broken text silently and guesses UTF-16, so the text is checked before.
Result<void> check_text(std::string_view text, const std::string& source) {
  Position at{1, 1};
  for (std::size_t i = 0; i < text.size();) {
    const auto length = utf8_length(text.substr(i));
    if (length == 0) return usage_problem("not UTF-8 text", place(source, at));
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
      return usage_problem(fmt::format("control character 0x{:02x} is not allowed", c),
                           place(source, at));
    }
    at = c == '\n' ? Position{at.line + 1, 1}
                   : Position{at.line, at.column + static_cast<int>(length)};
    i += length;
  }
  return {};
}

}  // namespace

Result<Document> parse(std::string_view text, const std::string& source,
                       const std::string& root_name) {
  if (text.size() > max_document_bytes) {
    return usage_problem(fmt::format("larger than {} bytes", max_document_bytes), source);
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (auto checked = check_text(text, source); !checked) return checked.error();
  // yaml-cpp accepts a quoted scalar that never ends; an end marker inside one is an error to it.
  std::string marked(text);
  if (!marked.ends_with('\n')) marked += '\n';
  const auto lines = std::count(marked.begin(), marked.end(), '\n');
  marked += "...\n";
  Builder builder(marked, source, root_name);
  try {
    std::istringstream stream(marked);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    return refused.problem;
  } catch (const YAML::Exception& error) {
    const auto where = error.mark.is_null() ? source : place(source, position(error.mark));
    if (error.mark.line >= lines) {
      return usage_problem("not valid YAML: the text ends too early", where,
                           "close every quote and bracket");
    }
    return usage_problem("not valid YAML: " + error.msg, where,
                         "check indentation, quotes and brackets");
  }
  if (builder.empty()) return usage_problem("the document is empty", source);
  return builder.take();
}

}  // namespace handfast::config::detail
