// One connection of the native engine: records in, messages to the handshake or what follows it,
// events out.
#pragma once

#include <memory>

#include "core/tls/client.hpp"
#include "core/tls/native/connection.hpp"
#include "core/tls/native/handshake.hpp"
#include "core/tls/native/record_reader.hpp"
#include "core/tls/native/shared.hpp"

namespace handfast::tls::native {

class NativeClient final : public Client {
 public:
  static Result<std::unique_ptr<Client>> make(Shared& shared, const ConnectionSettings& settings);
  ~NativeClient() override;

  void start(Output& out) override;
  bool start_with_early_data(ByteView plain, Output& out) override;
  void feed(ByteView bytes, Output& out) override;
  void feed_end(Output& out) override;
  bool send(ByteView plain, Output& out) override;
  void close(CloseStyle style, Output& out) override;
  void release_buffers() override;
  std::shared_ptr<const Session> take_session() override;
  const Facts& facts() const override;
  const Failure& failure() const override;

 private:
  enum class State : std::uint8_t { fresh, handshaking, established, closed, failed };
  /// Beginnings of a record and of a message whose rest has not arrived.
  struct Partial {
    Bytes record, message;
    bool empty() const { return record.empty() && message.empty(); }
  };

  NativeClient(Shared& shared, const ConnectionSettings& settings);
  bool reading() const { return state_ == State::handshaking || state_ == State::established; }
  Partial& partial();
  void begin(ByteView early, Output& out);

  Checked<void> on_record(const Record& record, Output& out);
  Checked<void> on_plain_record(const Record& record, Output& out);
  Checked<void> on_content(ContentType type, ByteView content, Output& out);
  Checked<void> on_application_data(ByteView content, Output& out);
  Checked<void> on_change_cipher_spec(ByteView body);
  Checked<void> on_alert(ByteView content, Output& out);
  Checked<void> note_idle_record();

  Checked<void> on_handshake_content(ByteView content, Output& out);
  /// Takes the whole messages off `content`.
  Checked<void> take_messages(ByteView& content, Output& out);
  /// True when the keys for reading have changed.
  Checked<bool> on_message(ByteView message, Output& out);
  void complete_handshake(Output& out);
  Checked<bool> on_new_session_ticket(ByteView message, Output& out);
  Checked<bool> on_key_update(ByteView message, Output& out);
  /// `request`: the peer is asked to update its key too.
  Checked<void> update_write_key(Output& out, bool request = false);

  /// With key and iv, which an idle connection does without.
  TrafficKeys& in_hand(TrafficKeys& keys);
  bool seal(ContentType type, ByteView plain, Output& out);
  bool seal_mutated(ByteView plain, Output& out);
  void put_alert(Alert alert, Output& out);
  void refuse_peer(const Refusal& refusal, Output& out);
  void fail(Failure failure, Output& out);
  void end_handshake(bool share_facts);
  Facts& own_facts();

  Shared& shared_;
  std::unique_ptr<Handshake> handshake_;         ///< until it is over
  std::unique_ptr<Partial> partial_;             ///< while there is any
  std::unique_ptr<TicketKeeper> tickets_;        ///< with keep_sessions
  std::unique_ptr<const Failure> failure_;       ///< once failed
  std::unique_ptr<Facts> own_facts_;             ///< when they are not the engine's
  const Facts* facts_ = nullptr;                 ///< once the handshake is over
  [[no_unique_address]] Connection connection_;  // what follows lies in its padding
  State state_ = State::fresh;
  std::uint8_t idle_records_ = 0;  ///< in a row, that brought nothing
  Mutation mutation_;
};

}  // namespace handfast::tls::native
