// Writer: a stream of records over a Target, with every rule of the wire about order, counts and endings kept by it.
// The loop of a stage is in reader.h.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libcore/wire/wire.h"

namespace sl {

struct Attachment;
struct Cause;
struct Frame;
struct Strip;
struct Track;
class SplicePipe;
class Target;

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
