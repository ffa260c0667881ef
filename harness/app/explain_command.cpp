#include "harness/app/explain_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "core/base/problem.hpp"
#include "harness/app/manual/explain.hpp"

namespace handfast::app {

void add_explain_command(CLI::App& app, int& exit_code) {
  const auto word = std::make_shared<std::string>();
  auto* command = app.add_subcommand("explain", "Explain a check, an alert or a verify code");
  command
      ->add_option("WORD", *word,
                   "client-cert-expired; 48 or unknown_ca; 20 or unable_to_get_issuer_cert_locally")
      ->required();
  command->callback([word, &exit_code] {
    const auto text = explain(*word);
    if (text) {
      fmt::print("{}", *text);
      return;
    }
    exit_code = handfast::exit_code(text.error().kind);
    fmt::print(stderr, "handfast explain: {}\n", text.error().text());
  });
}

}  // namespace handfast::app
