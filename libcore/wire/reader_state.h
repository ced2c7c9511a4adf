// The state machine of Reader: it checks the order, counts and limits of records, so that later code need not. Included
// by reader*.cpp only: reader_order.cpp says which record may come when, reader_records.cpp what each may say, and
// reader_bytes.cpp reads them.

#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/bytes/attached_slots.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/splice.h"
#include "libcore/media/attachment.h"
#include "libcore/media/strip.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/track_account.h"

namespace sl {

using wire::Type;

struct Reader::State {
  enum class Place { Start, InStream, BetweenStreams, Closed };

  Source& source;
  AttachedSlots* slots = nullptr;
  std::function<void(const wire::Header&)> on_samples;
  std::function<bool()> others_may_stop;
  Place place = Place::Start;
  wire::Preamble preamble;
  std::vector<wire::StageInfo> stages;
  wire::StageInfo writer;  // the first STAGE of the input: the process that writes it
  TrackAccounts accounts;
  std::vector<Attachment> stream_attachments;
  std::uint64_t streams = 0;
  wire::End end;

  wire::Header record;
  wire::RowsPrefix prefix;
  std::uint64_t unread = 0;           // bytes of the current record, padding included, still in the source
  std::optional<std::uint32_t> slot;  // the samples of the current record lie there, not in the source
  std::vector<std::byte> body;
  bool have_body = false;
  bool finished = false;
  bool failed = false;
  bool stopped = false;        // an interrupt ended the stream; nothing follows
  bool stop_reported = false;  // next() returned its END
  SplicePipe pipe;

  explicit State(Source& s) : source(s) {}

  // ---- Failing ----

  [[nodiscard]] std::string place_name() const;
  [[noreturn]] void bad(const std::string& what) const;
  [[noreturn]] void truncated() const;

  // ---- Reading ----

  // Run `parse`, and add the input's name and the place to its errors.
  template <class Parse>
  auto parsed(Parse parse) const {
    try {
      return parse();
    } catch (const Error& e) {
      throw Error(e.status(), source.name() + ": " + e.what() + place_name());
    }
  }

  void take(std::span<std::byte> into);
  void take_padding(std::uint64_t length);

  // Bytes of the current record that are not read yet, without padding.
  [[nodiscard]] std::size_t unread_bytes() const;

  // Read the rest of the current record into `body`.
  void load();
  std::size_t body_size = 0;

  // Read the rest of the current record, piece by piece.
  void load_to(std::span<const std::span<std::byte>> pieces);
  // The stage looks at the samples of the current record.
  void want_slots() {
    if (slots != nullptr && record.type == Type::Rows) slots->attach();
  }
  void give_slot_back();

  // Read the samples of ROWS into packed planes.
  void load_to(const Strip& place);

  // Return the rows of the current record with its position and flags.
  [[nodiscard]] Strip named(Strip rows) const;
  [[nodiscard]] const Track& pixels_track() const { return accounts.at(record.track).track; }

  void drop_rest();
  std::span<std::byte> loaded();
  // Run `read`; mark its exceptions as failures of the input.
  template <class Read>
  void reading(Read read) {
    try {
      read();
    } catch (...) {
      failed = true;
      throw;
    }
  }
  std::string_view text();

  // ---- What a record says ----

  TrackAccount& account(std::string_view what);
  // The account of a track of raw video with an open frame.
  TrackAccount& rows_account(const std::string& what);
  // Check and count rows whose record would have `length` bytes as ROWS.
  void add_rows(const std::string& what, std::uint64_t length);
  [[nodiscard]] std::uint64_t bytes_in_force() const;
  [[noreturn]] void over(const std::string& what) const;
  void on_stage();
  void on_track();
  void on_attachment();
  void on_frame();
  void on_rows();
  void on_slot();  // SLOT becomes ROWS whose samples lie elsewhere
  void on_bytes();
  void on_event();
  void on_end();
  [[noreturn]] void on_abort();

  // ---- Their order ----

  [[nodiscard]] bool would_wait();
  wire::Header start_stream();
  std::optional<wire::Header> next();
  std::optional<wire::Header> finish();
  [[noreturn]] void garbage();
  void read_header();
  void dispatch();
  // Return the END of a stream that an interrupt ended.
  wire::Header stop();
  [[nodiscard]] bool may_stop() const { return any_live(accounts) && !source.can_seek(); }
  // Return whether an interrupt of this stage is a proper end of the stream.
  [[nodiscard]] bool stops() const;
  // Return whether this error is the effect of an interrupt on a live stream.
  [[nodiscard]] bool is_stop(const Error& error) const;
};

}  // namespace sl
