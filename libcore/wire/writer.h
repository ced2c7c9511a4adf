// Writer: records to a Target, checked against every rule of the wire about order, counts and ends. For the loop of a
// stage see reader.h.

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
class OfferedSlots;
class SplicePipe;
class Target;

class Writer {
 public:
  // `stage` describes this process in STAGE and END. The target outlives the Writer.
  Writer(Target& target, wire::StageInfo stage, std::string command);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Hand strips over in these slots, which outlive the Writer, once a reader has attached.
  void offer(OfferedSlots& slots);
  // Let no more than one frame wait in the slots, for a stage that drops frames instead of sending them late.
  void hold_one_frame();

  // Name in the STAGE of each stream what this stage does to the samples. Call it before begin().
  void describe(std::string does);
  // Write a stream in this order: begin, stages of the inputs, tracks with their attachments, frames, end. Records
  // before the first samples are gathered and sent with them, or at flush(). A violated rule throws Error(Bug).
  void begin(std::uint32_t preamble_flags = 0);
  void stage(const wire::StageInfo& input);
  void track(std::uint16_t number, const Track& track);  // writes nothing if the track is unchanged
  void attachment(std::uint16_t track, const Attachment& attachment);
  void frame(std::uint16_t track, const Frame& frame);
  // Return memory for the next `rows` rows of a track's open frame, packed planes, which the caller fills: a free slot,
  // or memory of this Writer where no reader takes slots. rows() then sends them, or fewer rows at their start, without
  // another copy. Valid until the next call of place() or rows() of any track. May wait for a slot.
  [[nodiscard]] Strip place(std::uint16_t track, std::uint32_t rows);
  // Write a strip, as several records if it is over the wire's limit for one. Strips come in order.
  void rows(std::uint16_t track, const Strip& strip);
  // Write a piece of a frame of any track but raw video.
  void bytes(std::uint16_t track, std::span<const std::byte> piece, bool last, bool damaged = false);
  void event(std::uint16_t track, std::string_view json);
  // End the open frame of a track, if any, as damaged, after its input was lost. Missing rows of raw video are zeros.
  void complete_frame(std::uint16_t track);
  // Write an ancillary record unchanged.
  void ancillary(const wire::Header& record, std::span<const std::byte> body);
  // Write END with this writer's counts. `input` is the END of the input, if any.
  void end(const wire::End* input = nullptr, bool stopped = false);
  // Write CLOSE, once, after the last end().
  void close();
  // Write ABORT: everything failed. Allowed at any time except between start_splice and end_splice; nothing may follow.
  void abort(const Cause& cause);
  void flush();
  // Remove the incomplete frames, and all records after the start of the first of them. Return false, with nothing
  // removed, if the target cannot be cut (Target::can_cut), or if more than a few complete frames would go too: those
  // of tracks that always overlap.
  bool drop_open_frames();

  [[nodiscard]] bool in_stream() const;  // after begin(), before end()
  [[nodiscard]] bool started() const;    // after the first begin()
  [[nodiscard]] bool in_frame() const;   // a frame of any track is open
  [[nodiscard]] bool in_frame(std::uint16_t track) const;
  [[nodiscard]] bool live() const;  // the last stream has a live track
  [[nodiscard]] Target& target();
  // Set a function that returns the bytes read so far, for END. May be empty.
  void count_input(std::function<std::uint64_t()> bytes_in);

 private:
  friend class Reader;
  // Whether the reader has attached to the slots.
  [[nodiscard]] bool hands_over();
  // Return so much of a free slot; nothing if the next strip goes as bytes.
  [[nodiscard]] std::optional<std::span<std::byte>> free_slot(std::uint16_t track, std::uint64_t bytes);
  // Send the slot of free_slot(), which holds the strip that `record` would carry as ROWS.
  void send_slot(const wire::Header& record, const wire::RowsPrefix& prefix, std::uint64_t bytes);
  // Write ROWS or BYTES from memory.
  void samples(const wire::Header& record, std::optional<wire::RowsPrefix> prefix, std::span<const std::byte> body);
  // The same through a pipe. start_splice moves the target's gathered bytes (it returns their number) and the header of
  // the record into the pipe; the caller adds the body. `tail` is the rest that did not fit, with the padding.
  std::size_t start_splice(const wire::Header& record, std::optional<wire::RowsPrefix> prefix, const SplicePipe& pipe);
  void end_splice(const wire::Header& record, std::optional<wire::RowsPrefix> prefix, const SplicePipe& pipe,
                  std::size_t gathered_and_body, std::span<const std::byte> tail);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
