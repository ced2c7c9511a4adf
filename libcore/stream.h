// Reader and Writer: streams of records over a Source and a Target, with every rule of the wire about order, counts and
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
#include <string>
#include <string_view>
#include <vector>

#include "libcore/media.h"
#include "libcore/source.h"
#include "libcore/target.h"
#include "libcore/wire.h"

namespace sl {

class Writer;
class SplicePipe;

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
  // Whether the interrupt that it names has come to this stage too, so that this stage ends. Otherwise a camera was
  // stopped alone, or long ago: its recording is a whole stream like others.
  [[nodiscard]] bool stopped_here() const;

  // Passes the current record on as it is; samples nobody has looked at are spliced, not copied. Start begins a stream,
  // End ends it.
  void pass(const wire::Header& record, Writer& out) { pass(record, out, record.track); }
  // The same as a record of another track of the output.
  void pass(const wire::Header& record, Writer& out, std::uint16_t as);

  // Whether the current stream has a live track.
  [[nodiscard]] bool live() const;
  // Whether an interrupt is a proper end of the current stream: it is live, and no recording of that in a file. Its
  // sudden end after an interrupt is a stop then, not a failure: next() gives an End that says `stopped`, and
  // in_frame() tells that a frame was left unfinished (docs/wire-format.md, How it ends, 8).
  [[nodiscard]] bool may_stop() const;
  [[nodiscard]] bool in_frame() const;
  // Another input of the same stage that may stop makes this one stop with it: `may_stop` asks for one.
  void stop_with(std::function<bool()> may_stop);
  // The same for what strip(), body() and pass() throw while the samples are read. True: it was a stop, and next()
  // gives that End; the caller writes nothing more of this record.
  [[nodiscard]] bool stopped_by(const Error& error);
  // Called for every record with samples that next() gives.
  void on_samples(std::function<void(const wire::Header&)> hook);
  // Frames completed on all tracks of this stream.
  [[nodiscard]] std::uint64_t frames_done() const;
  [[nodiscard]] Source& source() const;

 private:
  void pass_samples(wire::Header record, Writer& out, std::uint16_t as);
  struct State;
  std::unique_ptr<State> state_;
};

class Writer {
 public:
  // `stage` is what this process tells of itself in STAGE and END. The target outlives the Writer.
  Writer(Target& target, wire::StageInfo stage, std::string command);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // A stream: begin, stages of the inputs, tracks with their attachments, frames, end. Records before the first samples
  // are gathered and leave together with them, or at flush().
  void begin(std::uint32_t preamble_flags = 0);
  void stage(const wire::StageInfo& input);
  void track(std::uint16_t number, const Track& track);  // equal to the one in force: writes nothing
  void attachment(std::uint16_t track, const Attachment& attachment);
  void frame(std::uint16_t track, const Frame& frame);
  // Sends a strip; one over the wire's limit for a record is sent as several. Strips come in order.
  void rows(std::uint16_t track, const Strip& strip);
  // A piece of a frame that is not raw video.
  void bytes(std::uint16_t track, std::span<const std::byte> piece, bool last, bool damaged = false);
  void event(std::uint16_t track, std::string_view json);
  // Ends the frame that is under way on a track, if one is: what is missing is zeros (nothing, but of raw video), and
  // told as damaged. For a frame whose rest will not come.
  void complete_frame(std::uint16_t track);
  // An ancillary record as it is.
  void ancillary(const wire::Header& record, std::span<const std::byte> body);
  // END, with this writer's own counts. `input` is the END of the input, where there is one.
  void end(const wire::End* input = nullptr, bool stopped = false);
  // No more streams. Once, after the last end().
  void close();
  // Says that it all failed. May be called at any time but in a frame of splice; nothing can be written after it.
  void abort(const Cause& cause);
  void flush();
  // Takes back the frames that are not complete, and what came between their pieces; only into a file
  // (Target::can_cut). False where that cannot be, or where it would take more than a few complete frames along: those
  // of tracks that always overlap.
  bool drop_open_frames();

  [[nodiscard]] bool in_stream() const;  // begun and not ended
  [[nodiscard]] bool started() const;    // anything was written
  [[nodiscard]] bool in_frame() const;   // of any track
  [[nodiscard]] bool in_frame(std::uint16_t track) const;
  [[nodiscard]] bool live() const;  // the stream begun last has a live track
  [[nodiscard]] Target& target();
  // For END: tells how many bytes came in. May be empty.
  void count_input(std::function<std::uint64_t()> bytes_in);

 private:
  friend class Reader;
  // ROWS or BYTES whose body is in memory.
  void samples(const wire::Header& record, std::optional<wire::RowsPrefix> prefix, std::span<const std::byte> body);
  // The same through a pipe, which gets what the target had gathered (as many bytes as start_splice tells) and the head
  // of the record; then `body` bytes of it by the caller. `tail` is what did not fit, and ends with the padding.
  std::size_t start_splice(const wire::Header& record, std::optional<wire::RowsPrefix> prefix, const SplicePipe& pipe);
  void end_splice(const wire::Header& record, std::optional<wire::RowsPrefix> prefix, const SplicePipe& pipe,
                  std::size_t gathered_and_body, std::span<const std::byte> tail);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
