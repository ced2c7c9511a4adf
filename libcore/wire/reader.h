// Reader: a stream of records over a Source, with every rule of the wire about order, counts and
// endings kept by them, so that a stage is a loop:
//
//   while (auto record = in.next()) {
//     if (record->type == wire::Type::Rows && in.track(record->track).is_raw_video()) {
//       Strip strip = in.strip();
//       ...change it in place...
//       out.rows(record->track, strip);
//     } else {
//       in.pass(*record, out);
//     }
//   }

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/bytes/source.h"
#include "libcore/wire/wire.h"

namespace sl {

struct Attachment;
struct Frame;
struct Strip;
struct Track;
class Error;
class Writer;

class Reader {
 public:
  // Both outlive the Reader.
  explicit Reader(Source& source);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // The next record; nothing after the last CLOSE and the end of the input. A preamble comes as Type::Start, CLOSE not
  // at all. The body is still unread: look at it with one of the functions below, pass it on, or call next() again.
  // Throws Error: Upstream on ABORT and truncation, Wire on bytes that break the specification, Limit.
  // Everything but samples has been checked and noted when it returns: track(), frame(), attachments() are up to date.
  std::optional<wire::Header> next();

  // The tracks, frames and attachments in force. The track must exist; frame(n) is the last one opened.
  [[nodiscard]] const Track& track(std::uint16_t number) const;
  [[nodiscard]] const Frame& frame(std::uint16_t number) const;
  [[nodiscard]] const std::vector<Attachment>& attachments(std::uint16_t number) const;
  [[nodiscard]] std::vector<std::uint16_t> tracks() const;
  [[nodiscard]] const std::vector<wire::StageInfo>& stages() const;
  [[nodiscard]] const wire::Preamble& preamble() const;
  [[nodiscard]] std::uint64_t streams() const;  // begun so far
  [[nodiscard]] bool finished() const;          // next() has found the end of the input
  [[nodiscard]] bool failed() const;            // it is the input that an error was thrown for

  // The rows of the current ROWS record, packed, in memory that may be changed; valid until next().
  [[nodiscard]] Strip strip();
  // The same, read straight to where they shall be: `place` is these very rows (rows_prefix()) in packed planes
  // of the caller's, which holds part of them where it throws. Once for a record, and instead of strip().
  [[nodiscard]] Strip strip(const Strip& place);
  // First row and number of rows of the current ROWS record, without reading it.
  [[nodiscard]] wire::RowsPrefix rows_prefix() const;
  // The body of the current record that is not ROWS; valid until next().
  [[nodiscard]] std::span<std::byte> body();
  // The same as text, as the JSON of an EVENT.
  [[nodiscard]] std::string_view text();
  // The samples of the current ROWS or BYTES record in memory that becomes the caller's, and is at least as large: what
  // `memory` held before is used for the next ones.
  std::span<std::byte> exchange_body(std::vector<std::byte>& memory);
  // What the current END said.
  [[nodiscard]] const wire::End& end() const;

  // Passes the current record on as it is; samples nobody has looked at are spliced, not copied. Start begins a stream,
  // End ends it.
  void pass(const wire::Header& record, Writer& out) { pass(record, out, record.track); }
  // The same as a record of another track of the output.
  void pass(const wire::Header& record, Writer& out, std::uint16_t as);

  // Whether the current stream has a live track. After an interrupt its sudden end is a stop, not a failure: next()
  // gives an End that says `stopped`, and in_frame() tells that a frame was left unfinished (docs/wire-format.md, How
  // it ends, 8).
  [[nodiscard]] bool live() const;
  [[nodiscard]] bool in_frame() const;
  // The same for what strip(), body() and pass() throw while the samples are read. True: it was a stop, and next()
  // gives that End; the caller writes nothing more of this record.
  [[nodiscard]] bool stopped_by(const Error& error);
  // Called for every record with samples that next() gives.
  void on_samples(std::function<void(const wire::Header&)> hook);
  // Called before a read that would wait: a stage writes the rows that it holds. Empty: removes it.
  void before_wait(std::function<void()> write_held);
  // Frames completed on all tracks of this stream.
  [[nodiscard]] std::uint64_t frames_done() const;
  [[nodiscard]] Source& source() const;

 private:
  void pass_samples(wire::Header record, Writer& out, std::uint16_t as);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
