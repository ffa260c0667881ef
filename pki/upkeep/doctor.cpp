#include "pki/upkeep/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pki/upkeep/detail/examinations.hpp"

namespace handfast::pki {

std::string_view to_string(Examination examination) {
  switch (examination) {
    case Examination::clock:
      return "clock";
    case Examination::files:
      return "files";
    case Examination::certificates:
      return "certificates";
    case Examination::chains:
      return "chains";
    case Examination::revocation:
      return "revocation";
    case Examination::trust:
      return "trust";
  }
  return "?";
}

std::vector<Complaint> examine(const Home& home, WallTime now) {
  std::vector<Complaint> out;
  const auto add = [&out](std::vector<Complaint> found) {
    out.insert(out.end(), std::make_move_iterator(found.begin()),
               std::make_move_iterator(found.end()));
  };
  add(detail::examine_clock(home, now));
  add(detail::examine_files(home));
  add(detail::examine_certificates(home, now));
  add(detail::examine_chains(home, now));
  add(detail::examine_revocation(home, now));
  add(detail::examine_trust(home));
  add(examine_cross_trust(home.manifest()));
  return out;
}

bool is_healthy(const std::vector<Complaint>& complaints) {
  return std::ranges::none_of(
      complaints, [](const Complaint& complaint) { return complaint.severity == Severity::error; });
}

std::string doctor_text(const std::vector<Complaint>& complaints) {
  std::string out;
  std::size_t errors = 0;
  for (const auto& complaint : complaints) {
    if (complaint.severity == Severity::error) ++errors;
    out += fmt::format("{}: {}: {}: {}", to_string(complaint.severity),
                       to_string(complaint.examination), complaint.about, complaint.sentence);
    out += complaint.advice.empty() ? "\n" : fmt::format("; {}\n", complaint.advice);
  }
  if (complaints.empty()) return "everything is in order\n";
  return out + fmt::format("{} {}, {} other {}\n", errors, errors == 1 ? "error" : "errors",
                           complaints.size() - errors,
                           complaints.size() - errors == 1 ? "finding" : "findings");
}

std::string doctor_json(const std::vector<Complaint>& complaints) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& complaint : complaints) {
    list.push_back({{"severity", std::string(to_string(complaint.severity))},
                    {"examination", std::string(to_string(complaint.examination))},
                    {"about", complaint.about},
                    {"sentence", complaint.sentence},
                    {"advice", complaint.advice}});
  }
  const nlohmann::ordered_json out{{"healthy", is_healthy(complaints)}, {"findings", list}};
  return out.dump(2) + "\n";
}

}  // namespace handfast::pki
