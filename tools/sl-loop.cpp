// sl-loop: repeat a stream, as one continuous stream.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/times.h"
#include "libcore/bytes/replay_store.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/media/attachment.h"
#include "libcore/media/stream_span.h"
#include "libcore/media/track.h"
#include "libcore/process/sandbox.h"
#include "libcore/process/signals.h"
#include "libcore/stage/identity.h"
#include "libcore/stage/options.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/attachments.h"
#include "libcore/wire/events.h"
#include "libcore/wire/reader.h"

namespace {

using sl::wire::Type;

class LoopStage {
 public:
  std::int64_t times = 2;  // 0: for ever
  sl::ReplayStore store;

  void run(sl::Reader& in, sl::Writer& out) {
    if (times == 1) {
      while (const auto record = in.next()) in.pass(*record, out);
      return;
    }
    out_ = &out;
    // The copy is a wire too, written by a Writer and read by a Reader.
    sl::Target target = sl::Target::callbacks([this](std::span<const std::byte> bytes) { store.append(bytes); }, [] {},
                                              "the stored stream");
    std::optional<sl::Writer> copy;
    while (const auto record = in.next()) {
      if (record->type == Type::Start) {
        store.clear();
        span_ = {};
        header_.clear();
        seen_frame_ = false;
        copy.emplace(target, sl::identity().stage, "");
      }
      if (record->type == Type::End) {
        if (sl::interrupted() != 0) {
          stop(in, *record);
          continue;
        }
        copy->end();
        copy->close();
        now_ = state_of(in);
        const bool stopped = replay();
        if (stopped) check_endless(in);
        out.end(&in.end(), stopped || in.end().stopped);
        continue;
      }
      if (record->type == Type::Frame) note_frame(in, record->track);
      (void)in.body();  // in memory, for both
      in.pass(*record, out);
      in.pass(*record, *copy);
    }
  }

 private:
  struct InForce {
    std::optional<sl::Track> track;  // none for the whole stream
    std::vector<sl::Attachment> attachments;
  };
  using State = std::map<std::uint16_t, InForce>;

  // Without attachments for one frame only.
  static State state_of(const sl::Reader& in) {
    State state;
    std::vector<std::uint16_t> numbers = in.tracks();
    numbers.push_back(0);
    for (const std::uint16_t number : numbers) {
      InForce& now = state[number];
      if (number != 0) now.track = in.track(number);
      now.attachments = in.attachments(number);
      if (number != 0) now.attachments = sl::persistent(std::move(now.attachments));
    }
    return state;
  }

  void note_frame(const sl::Reader& in, std::uint16_t number) {
    if (!seen_frame_) header_ = state_of(in);
    seen_frame_ = true;
    span_.add(number, in.track(number), in.frame(number));
  }

  // Restore tracks and attachments to their state before the first frame.
  void restore() {
    for (auto& [number, header] : header_) {
      InForce& now = now_[number];
      if (header.track && !(header.track == now.track)) {
        out_->track(number, *header.track);
        now.attachments.clear();
      }
      sl::replace_attachments(*out_, number, now.attachments, header.attachments);
    }
  }

  // An interrupt is a proper end if the stream has no other one: N is 0, or the input is live.
  void check_endless(const sl::Reader& in) const {
    if (times != 0 && !in.may_stop()) sl::fail_interrupted();
  }

  // End the stream after an interrupt in the first pass.
  void stop(sl::Reader& in, const sl::wire::Header& end) {
    check_endless(in);
    if (in.end().stopped) return in.pass(end, *out_);
    out_->end(&in.end(), true);
  }

  // Return true if an interrupt stopped it.
  bool replay() {
    for (std::uint64_t pass = 1; seen_frame_ && (times == 0 || pass < static_cast<std::uint64_t>(times)); ++pass) {
      std::uint64_t offset = 0;
      sl::Source source = sl::Source::callbacks(
          [&](std::span<std::byte> into) {
            const std::size_t count = store.read(offset, into);
            offset += count;
            return count;
          },
          {}, "the stored stream");
      sl::Reader in(source);
      source.limit_read_ahead(std::size_t{256} << 10);
      restore();
      bool header = true;
      while (const auto record = in.next()) {
        if (sl::interrupted() != 0 && !out_->in_frame()) return true;
        sl::check_interrupt();
        header = header && record->type != Type::Frame;
        send(in, *record, header, pass);
      }
    }
    return false;
  }

  void send(sl::Reader& in, const sl::wire::Header& record, bool header, std::uint64_t pass) {
    const std::uint16_t number = record.track;
    if (record.type == Type::Start || record.type == Type::Stage || record.type == Type::End) return;
    if (record.type == Type::Frame) {
      const std::int64_t offset = span_.time_offset(number, pass);
      sl::Frame frame = in.frame(number);
      frame.number += span_.number_offset(number, pass);
      frame.pts = sl::add_time(frame.pts, offset);
      frame.dts = sl::add_time(frame.dts, offset);
      out_->frame(number, frame);
    } else if (record.type == Type::Event) {
      if (header) return;
      const std::int64_t offset = span_.time_offset(number, pass);
      const auto more = static_cast<std::int64_t>(span_.number_offset(number, pass));
      out_->event(number, sl::retime_event(
                              in.text(), [&](std::int64_t time) { return sl::add_time(time, offset); },
                              [&](std::int64_t frame) { return sl::add_time(frame, more); }));
    } else if (!header || (record.type == Type::Attachment && (record.flags & sl::wire::next_frame_only) != 0)) {
      in.pass(record, *out_);
    }
  }

  sl::Writer* out_ = nullptr;
  sl::StreamSpan span_;
  bool seen_frame_ = false;
  State header_, now_;  // before the first frame, and at the end
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-loop", "Repeat a stream, as one continuous stream.");
  tool.example("sl-loop 3 film.mp4 -o three.mkv");
  tool.example("sl-decode film.mkv | sl-loop 3 | sl-trim 0:5s | sl-encode -o five.mkv", "five seconds of it");
  tool.describe(
      "The first pass is passed on as it arrives, and stored: in memory up to --max-memory, then in a temporary file "
      "without a name in $TMPDIR, or /var/tmp. Times and numbers continue: each pass begins at the end of the longest "
      "track of pictures or sound, on all tracks alike. That length is exact, so nothing drifts. A frame without a "
      "duration is shown as long as the one before it, or for a tick.");
  tool.describe(
      "An interrupt ends 0, and live streams, at the end of a frame, and the result is whole. Otherwise fewer than N "
      "passes are a failure. Packets are not decoded.");

  LoopStage stage;
  std::string times;
  tool.argument("N", times, "number of passes; 0: without end");
  tool.accept_compressed();
  tool.prepare([&](sl::SandboxPlan&) { stage.store.prepare(); });
  tool.check([&] { stage.times = sl::parse_integer("N", times, 0, std::int64_t{1} << 40); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}
