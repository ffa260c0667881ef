// The verbs of `handfast pki`, one function for each family; each adds its subcommands to `parent`
// and leaves what the program has to exit with in `exit_code`.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

void add_manifest_verbs(CLI::App& parent, int& exit_code);    ///< init, plan, apply
void add_file_verbs(CLI::App& parent, int& exit_code);        ///< inspect, match, show
void add_format_verbs(CLI::App& parent, int& exit_code);      ///< convert, bundle, rehash
void add_request_verbs(CLI::App& parent, int& exit_code);     ///< csr, selfsigned, sign
void add_audit_verbs(CLI::App& parent, int& exit_code);       ///< verify, lint
void add_revocation_verbs(CLI::App& parent, int& exit_code);  ///< crl, ocsp
void add_responder_verbs(CLI::App& parent, int& exit_code);   ///< serve, ask
void add_fleet_verbs(CLI::App& parent, int& exit_code);   ///< fleet mint, get, stat, pack, unpack
void add_export_verbs(CLI::App& parent, int& exit_code);  ///< export
void add_renewal_verbs(CLI::App& parent,
                       int& exit_code);  ///< renew, rekey, revoke, unhold, forget, import
void add_upkeep_verbs(CLI::App& parent,
                      int& exit_code);  ///< list, status, due, watch, graph, doctor
void add_fleet_mint_verb(CLI::App& parent, int& exit_code);  ///< below fleet

}  // namespace handfast::app
