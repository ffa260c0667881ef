#include "loadgen/dialogue.hpp"

#include "loadgen/coap_dialogue.hpp"
#include "loadgen/mqttsn_dialogue.hpp"

namespace handfast::loadgen {
namespace {

template <class Kind>
class MakerOf final : public DialogueMaker {
 public:
  explicit MakerOf(DatagramSpec spec) : spec_(std::move(spec)) {}
  std::unique_ptr<Dialogue> make() const override { return std::make_unique<Kind>(spec_); }

 private:
  DatagramSpec spec_;  // read by every dialogue
};

}  // namespace

std::shared_ptr<const DialogueMaker> dialogues_of(const DatagramSpec& spec) {
  switch (spec.application) {
    case Application::coap:
      return std::make_shared<MakerOf<CoapDialogue>>(spec);
    case Application::mqtt_sn:
      return std::make_shared<MakerOf<MqttsnDialogue>>(spec);
    case Application::mqtt:
    case Application::none:
      return nullptr;
  }
  return nullptr;
}

}  // namespace handfast::loadgen
