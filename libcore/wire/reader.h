// Reader: the records of a Source, checked against every rule of the wire about order, counts and ends. A stage is a
// loop:
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
#include <string>
#include <string_view>
#include <vector>

#include "libcore/wire/wire.h"

namespace sl {

struct Attachment;
struct Frame;
struct Strip;
struct Track;
class AttachedSlots;
class Error;
class Source;
class Writer;

class Reader {
 public:
  // The source outlives the Reader.
  explicit Reader(Source& source);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Attach to these slots, which outlive the Reader, once the stage looks at samples; if it only passes them on, once
  // its own reader has attached. Call it before next().
  void attach(AttachedSlots& slots);

  // Return the next record, or nothing at the end of the input after CLOSE. A preamble comes as Type::Start, CLOSE not
  // at all, SLOT as Type::Rows. Samples are still unread: read them by one of the functions below, pass them on, or
  // call next() to skip them. All other records are checked and applied: track(), frame() and attachments() are up to
  // date. Throw Error(Upstream) on ABORT and on truncation in a pipe, Error(Data) on a truncated file, Error(Wire) on
  // bytes that break the specification, Error(Limit).
  std::optional<wire::Header> next();

  // Return whether next(), or reading what it returns, would wait for the writer: the next record has not come whole.
  // One that does not fit into half of the pipe has come with its first bytes. Drops the rest of the current record.
  [[nodiscard]] bool would_wait();

  // The current tracks, frames and attachments. The track must exist; frame(n) is the last one opened, attachments(0)
  // are those of the whole stream.
  [[nodiscard]] const Track& track(std::uint16_t number) const;
  [[nodiscard]] const Frame& frame(std::uint16_t number) const;
  [[nodiscard]] const std::vector<Attachment>& attachments(std::uint16_t number) const;
  [[nodiscard]] std::vector<std::uint16_t> tracks() const;
  [[nodiscard]] const std::vector<wire::StageInfo>& stages() const;
  [[nodiscard]] const wire::Preamble& preamble() const;
  [[nodiscard]] std::uint64_t streams() const;  // streams begun
  [[nodiscard]] bool finished() const;          // next() has reached the end of the input
  [[nodiscard]] bool failed() const;            // the last error was the input's

  // Return the rows of the current ROWS record, packed, in memory that the caller may change; valid until next().
  [[nodiscard]] Strip strip();
  // The same, but read the rows into `place`: packed planes of the caller, with the rows of rows_prefix(). Call it once
  // for a record, instead of strip(). If it throws, `place` may hold some of the rows.
  [[nodiscard]] Strip strip(const Strip& place);
  // Return first row and number of rows of the current ROWS record without reading the samples.
  [[nodiscard]] wire::RowsPrefix rows_prefix() const;
  // Return the body of the current record, which must not be ROWS; valid until next().
  [[nodiscard]] std::span<std::byte> body();
  // The same as text: the JSON of an EVENT.
  [[nodiscard]] std::string_view text();
  // Return the samples of the current ROWS or BYTES record, in `memory`, which the caller keeps. The Reader uses the
  // old memory for the next records.
  std::span<std::byte> exchange_body(std::vector<std::byte>& memory);
  // The current END.
  [[nodiscard]] const wire::End& end() const;
  // Return whether the interrupt that END names has reached this stage too, so that this stage ends. Otherwise a camera
  // was stopped alone, or long ago: its recording is a whole stream like others.
  [[nodiscard]] bool stopped_here() const;

  // Pass the current record on unchanged. Unread samples are spliced, or copied from slot to slot. Start begins a
  // stream, End ends it.
  void pass(const wire::Header& record, Writer& out) { pass(record, out, record.track); }
  // The same, as a record of another track of the output.
  void pass(const wire::Header& record, Writer& out, std::uint16_t as);

  // Return whether the current stream has a live track.
  [[nodiscard]] bool live() const;
  // Return whether an interrupt is a proper end of the current stream: it is live, and not a recording in a file. After
  // an interrupt its sudden end is a stop then, not a failure: next() returns an End with `stopped`, and in_frame()
  // says whether a frame is incomplete (docs/wire-format.md, How it ends, 8).
  [[nodiscard]] bool may_stop() const;
  [[nodiscard]] bool in_frame() const;
  // Let another input of the same stage, which may stop, stop this one with it: `may_stop` asks for one.
  void stop_with(std::function<bool()> may_stop);
  // Return whether an error thrown by strip(), body() or pass() is such a stop. Then next() returns that End; the
  // caller writes no more of this record.
  [[nodiscard]] bool stopped_by(const Error& error);
  // Call `hook` for every record with samples that next() returns.
  void on_samples(std::function<void(const wire::Header&)> hook);
  // Call `write_held` before a read that would wait: a stage writes the rows that it holds. Empty: remove it.
  void before_wait(std::function<void()> write_held);
  // Return the number of frames completed on all tracks of this stream.
  [[nodiscard]] std::uint64_t frames_done() const;
  [[nodiscard]] Source& source() const;
  [[nodiscard]] const std::string& name() const;  // of the source, for messages

 private:
  void pass_samples(wire::Header record, Writer& out, std::uint16_t as);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
