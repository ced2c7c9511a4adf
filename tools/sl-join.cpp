// sl-join: the tracks of several inputs as one stream, picture from here and sound from there.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "libcore/json.h"
#include "libcore/limits.h"
#include "libcore/options.h"
#include "libcore/stream_header.h"
#include "libcore/time_text.h"
#include "libcore/tool.h"
#include "libcore/track_choice.h"

namespace {

using sl::wire::Type;

constexpr sl::Rational nanosecond{1, 1'000'000'000};

// Inputs are merged by the times of their frames. The earliest frame at hand goes out unless an input that has nothing
// at hand may be more than `window` behind it; so nothing is kept in memory, what comes is the wire's order within a
// second, and a frame is waited for only where the order asks for it.
class JoinStage {
 public:
  bool shortest = false;

  void run(sl::Inputs& inputs, sl::Writer& out) {
    inputs_ = &inputs;
    out_ = &out;
    parts_.resize(inputs.size());
    while (start_stream()) {
      announce();
      while (std::ranges::any_of(parts_, [](const Part& part) { return !part.ended; })) step();
      end_stream();
      if (std::ranges::any_of(parts_, &Part::abandoned)) return;
    }
  }

 private:
  struct OpenFrame {
    std::uint32_t next_row = 0;
  };
  struct Part {
    bool ended = false;  // its stream, or the input itself
    bool abandoned = false, told_loss = false, told_attachments = false;
    sl::StreamHeader header;
    std::optional<sl::wire::Header> pending;         // a FRAME that is not passed on yet; or the END of a header
    std::map<std::uint16_t, std::uint16_t> numbers;  // of its tracks: those of the output
    std::map<std::uint16_t, OpenFrame> open;         // by its own numbers
    std::set<std::uint16_t> past_end;                // tracks that have gone beyond the shortest input
    std::int64_t reached = sl::no_time;              // ns; nothing earlier comes
    sl::wire::End end;
    // Where its last frame ends.
    std::int64_t end_ticks = sl::no_time;
    sl::Rational end_base;
  };

  // ---- Start ----

  // The next stream of every input; false when none has one.
  bool start_stream() {
    std::size_t begun = 0, over = 0;
    std::uint32_t flags = 0;
    std::size_t last_over = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const bool told = parts_[i].told_loss;
      parts_[i] = {};
      parts_[i].told_loss = told;
      const auto record = next(i);
      if (inputs_->lost(i)) continue;
      if (record) {
        ++begun;
        (void)parts_[i].header.take(inputs_->reader(i), *record);
        flags |= inputs_->reader(i).preamble().flags & sl::wire::preamble_compressed;
      } else {
        ++over;
        last_over = i;
      }
    }
    if (begun == 0 && over != 0) return false;
    if (begun == 0) throw sl::Error(sl::Status::NoInput, "no input is left");
    if (over != 0) {
      throw sl::Error(sl::Status::Data, inputs_->title(last_over) + " has fewer streams than others have");
    }
    out_->begin(flags);
    return true;
  }

  void announce() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      Part& part = parts_[i];
      while (!part.ended && !part.pending) {
        const auto record = next(i);
        if (!record) break;  // lost
        if (!part.header.take(inputs_->reader(i), *record)) part.pending = record;
      }
    }
    std::size_t stages = 1;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (inputs_->lost(i)) continue;
      for (const sl::wire::StageInfo& stage : inputs_->reader(i).stages()) {
        if (++stages > sl::wire_limit::stages) {
          throw sl::Error(sl::Status::Limit, "the inputs have more than 64 stages together (nothing raises the limit)");
        }
        pass_stage(i, stage);
      }
    }
    last_number_ = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!inputs_->lost(i)) announce_tracks(i);
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!inputs_->lost(i)) {
        announce_rest(i);
      } else {
        tell_loss(i);
      }
    }
  }

  void pass_stage(std::size_t i, sl::wire::StageInfo stage) {
    stage.input = std::to_string(i + 1) + (stage.input.empty() ? "" : "." + stage.input);
    out_->stage(stage);
  }

  void announce_tracks(std::size_t i) {
    const sl::Reader& in = inputs_->reader(i);
    const std::string choice = inputs_->option(i, "tracks");
    const auto picked = choice.empty() ? in.tracks() : sl::TrackChoice("tracks=", choice).pick(in);
    for (const std::uint16_t number : picked) out_->track(add_track(i, number), in.track(number));
  }

  std::uint16_t add_track(std::size_t i, std::uint16_t number) {
    if (last_number_ == sl::wire_limit::tracks) {
      throw sl::Error(sl::Status::Limit, "the inputs have more than 64 tracks together (nothing raises the limit)");
    }
    return parts_[i].numbers[number] = ++last_number_;
  }

  // What belongs to the whole of a stream can be the first input's only.
  void announce_rest(std::size_t i) {
    Part& part = parts_[i];
    const sl::Reader& in = inputs_->reader(i);
    part.header.pass(0, *out_, 0, i == 0);
    if (i != 0 && !in.attachments(0).empty()) tell_attachments(i);
    for (const auto& [number, as] : part.numbers) part.header.pass(number, *out_, as);
    part.header = {};
    if (part.pending->type == Type::End) {
      part.pending.reset();
      take_end(i);
    } else {
      take_frame(i, *std::exchange(part.pending, std::nullopt));
    }
  }

  void tell_attachments(std::size_t i) {
    if (std::exchange(parts_[i].told_attachments, true)) return;
    out_->event(
        0, R"({"event":"not-carried","what":"attachments of the whole of input )" + std::to_string(i + 1) + R"("})");
  }

  // ---- Frames ----

  // Reads a record of each input that has one, passes on what may go, and waits when that was nothing.
  void step() {
    bool moved = false;
    std::vector<std::size_t> silent;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i].ended || parts_[i].pending) continue;
      if (inputs_->ready(i)) {
        moved = true;
        if (const auto record = next(i)) take(i, *record);
      } else {
        silent.push_back(i);
      }
    }
    const auto earliest = earliest_pending();
    if (earliest && may_go(*earliest)) {
      pass_frame(*earliest);
    } else if (!moved && !silent.empty()) {
      inputs_->wait(silent);
    }
  }

  // A record, or nothing at the end of the input or where it was lost.
  std::optional<sl::wire::Header> next(std::size_t i) {
    if (inputs_->lost(i)) {
      parts_[i].ended = true;
      return std::nullopt;
    }
    std::optional<sl::wire::Header> record;
    guarded(i, [&] { record = inputs_->reader(i).next(); });
    return record;
  }

  // Does something with an input, and without that input where it fails and may.
  template <class Action>
  void guarded(std::size_t i, const Action& action) {
    try {
      action();
    } catch (const sl::Error& error) {
      Part& part = parts_[i];
      std::map<std::uint16_t, sl::Track> tracks;
      for (const auto& [number, frame] : part.open) tracks[number] = inputs_->reader(i).track(number);
      (void)inputs_->lose(i, error);
      for (const auto& [number, frame] : part.open) fill(part.numbers.at(number), tracks[number], frame.next_row);
      part.open.clear();
      part.pending.reset();
      part.ended = true;
      if (out_->in_stream()) tell_loss(i);
    }
  }

  // Completes a frame whose rest will not come.
  void fill(std::uint16_t as, const sl::Track& track, std::uint32_t next_row) {
    if (!track.is_raw_video()) return out_->bytes(as, {}, true, true);
    const std::uint32_t step = sl::strip_rows(track);
    std::vector<std::byte> zeros(static_cast<std::size_t>(sl::strip_bytes(*track.pixels, track.width, step)));
    for (std::uint32_t row = next_row; row < track.height; row += step) {
      const std::uint32_t rows = std::min(step, track.height - row);
      sl::Strip strip = sl::packed_strip(*track.pixels, track.width, rows, zeros.data());
      strip.first = row;
      strip.last = row + rows == track.height;
      strip.damaged = true;
      out_->rows(as, strip);
    }
  }

  void tell_loss(std::size_t i) {
    if (std::exchange(parts_[i].told_loss, true)) return;
    sl::Json event{{"event", "lost-input"}, {"input", i + 1}};
    event["cause"] = sl::parse_json(sl::wire::write_abort(*inputs_->lost(i)), sl::wire_limit::json);
    out_->event(0, sl::write_json(event));
  }

  void take(std::size_t i, const sl::wire::Header& record) {
    Part& part = parts_[i];
    sl::Reader& in = inputs_->reader(i);
    if (record.type == Type::End) return take_end(i);
    if (record.type == Type::Stage) return pass_stage(i, in.stages().back());
    if (record.type == Type::Frame) return take_frame(i, record);
    if (record.track == 0) {
      if (i != 0 && record.type == Type::Attachment) return tell_attachments(i);
      return guarded(i, [&] { in.pass(record, *out_); });
    }
    if (record.type == Type::Track && !part.numbers.contains(record.track)) {
      const std::string choice = inputs_->option(i, "tracks");
      if (choice.empty() || sl::TrackChoice("tracks=", choice).includes(in, record.track)) add_track(i, record.track);
    }
    const auto number = part.numbers.find(record.track);
    if (number == part.numbers.end()) return;
    const bool is_piece = record.type == Type::Rows || record.type == Type::Bytes;
    const auto open = part.open.find(record.track);
    if (is_piece && open == part.open.end()) return;  // of a frame that was left out
    guarded(i, [&] {
      if (record.type == Type::Event) note_tick(i, record);
      in.pass(record, *out_, number->second);
      if (!is_piece) return;
      if (record.type == Type::Rows) open->second.next_row += in.rows_prefix().rows;
      if ((record.flags & sl::wire::piece_last) != 0) part.open.erase(open);
    });
  }

  static std::int64_t time_of(const sl::Track& track, const sl::Frame& frame) {
    const std::int64_t ticks = frame.dts != sl::no_time ? frame.dts : frame.pts;
    return sl::rescale(ticks, track.time_base, nanosecond);
  }

  void take_frame(std::size_t i, const sl::wire::Header& record) {
    Part& part = parts_[i];
    const sl::Reader& in = inputs_->reader(i);
    const sl::Track& track = in.track(record.track);
    if (!part.numbers.contains(record.track) || part.past_end.contains(record.track)) {
      if (!is_sparse(track)) part.reached = std::max(part.reached, time_of(track, in.frame(record.track)));
      return abandon_if_past_end(i);
    }
    part.pending = record;
  }

  // Nothing comes on this track before the tick's time.
  void note_tick(std::size_t i, const sl::wire::Header& record) {
    sl::Reader& in = inputs_->reader(i);
    const auto body = in.body();
    const sl::Json event =
        sl::parse_json({reinterpret_cast<const char*>(body.data()), body.size()}, sl::wire_limit::json);
    if (event["event"] != "tick" || !event.contains("pts") || !event["pts"].is_number_integer()) return;
    const auto pts = event["pts"].get<std::int64_t>();
    Part& part = parts_[i];
    part.reached = std::max(part.reached, sl::rescale(pts, in.track(record.track).time_base, nanosecond));
  }

  static bool is_sparse(const sl::Track& track) { return sl::rest_flag(track, "sparse"); }

  // ---- Order ----

  [[nodiscard]] std::int64_t pending_time(std::size_t i) const {
    const sl::Reader& in = inputs_->reader(i);
    const std::uint16_t number = parts_[i].pending->track;
    return time_of(in.track(number), in.frame(number));
  }

  [[nodiscard]] std::optional<std::size_t> earliest_pending() const {
    std::optional<std::size_t> earliest;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i].pending && (!earliest || pending_time(i) < pending_time(*earliest))) earliest = i;
    }
    return earliest;
  }

  // Whether no input that has nothing at hand may be too far behind this frame.
  [[nodiscard]] bool may_go(std::size_t i) const {
    const std::int64_t window = shortest ? 0 : inputs_->live() ? 100'000'000 : 1'000'000'000;
    const std::int64_t time = pending_time(i);
    std::int64_t earliest = 0;
    if (__builtin_sub_overflow(time, window, &earliest)) return true;
    for (std::size_t other = 0; other < parts_.size(); ++other) {
      const Part& part = parts_[other];
      if (part.ended || part.pending) continue;
      const auto sparse = [&](const auto& entry) { return is_sparse(inputs_->reader(other).track(entry.first)); };
      if (std::ranges::all_of(part.numbers, sparse)) continue;
      if (part.reached < earliest) return false;
    }
    return true;
  }

  void pass_frame(std::size_t i) {
    Part& part = parts_[i];
    sl::Reader& in = inputs_->reader(i);
    const sl::wire::Header record = *std::exchange(part.pending, std::nullopt);
    const sl::Track& track = in.track(record.track);
    const sl::Frame& frame = in.frame(record.track);
    if (!is_sparse(track)) part.reached = std::max(part.reached, time_of(track, frame));
    if (is_past_end(track, frame)) {
      part.past_end.insert(record.track);
      abandon_if_past_end(i);
      return;
    }
    note_end(part, track, frame);
    in.pass(record, *out_, part.numbers.at(record.track));
    part.open[record.track] = {};
  }

  // ---- End ----

  void take_end(std::size_t i) {
    Part& part = parts_[i];
    if (!part.open.empty()) throw sl::Error(sl::Status::Interrupted, "interrupted");  // a live one, cut in a frame
    part.end = inputs_->reader(i).end();
    part.ended = true;
    if (!shortest || part.end_ticks == sl::no_time) return;
    if (!ended_ || sl::compare_times(part.end_ticks, part.end_base, ended_->end_ticks, ended_->end_base) < 0) {
      ended_ = &part;
    }
  }

  static void note_end(Part& part, const sl::Track& track, const sl::Frame& frame) {
    if (frame.pts == sl::no_time || is_sparse(track)) return;
    std::int64_t duration = frame.duration;
    if (duration == sl::no_time) {
      duration = track.rate.num == 0 ? 1 : sl::rescale(1, {track.rate.den, track.rate.num}, track.time_base);
    }
    std::int64_t end = 0;
    if (__builtin_add_overflow(frame.pts, duration, &end)) end = std::numeric_limits<std::int64_t>::max();
    if (part.end_ticks != sl::no_time && sl::compare_times(end, track.time_base, part.end_ticks, part.end_base) <= 0) {
      return;
    }
    part.end_ticks = end;
    part.end_base = track.time_base;
  }

  [[nodiscard]] bool is_past_end(const sl::Track& track, const sl::Frame& frame) const {
    return ended_ != nullptr && frame.pts != sl::no_time &&
           sl::compare_times(frame.pts, track.time_base, ended_->end_ticks, ended_->end_base) >= 0;
  }

  void abandon_if_past_end(std::size_t i) {
    Part& part = parts_[i];
    const bool all = std::ranges::all_of(part.numbers, [&](const auto& entry) {
      return part.past_end.contains(entry.first) || is_sparse(inputs_->reader(i).track(entry.first));
    });
    if (!part.past_end.empty() && all && part.open.empty()) part.ended = part.abandoned = true;
  }

  void end_stream() {
    sl::wire::End end;
    for (const Part& part : parts_) {
      end.stages.insert(end.stages.end(), part.end.stages.begin(), part.end.stages.end());
      end.stopped = end.stopped || part.end.stopped;
    }
    ended_ = nullptr;
    out_->end(&end, end.stopped);
  }

  sl::Inputs* inputs_ = nullptr;
  sl::Writer* out_ = nullptr;
  std::vector<Part> parts_;
  std::uint16_t last_number_ = 0;
  const Part* ended_ = nullptr;  // the first by time, where the shortest input ends the stream
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-join", "Join the tracks of several inputs into one stream: picture from here, sound from there.");
  tool.example("sl-join film.mp4[tracks=video] sound.wav > film.slw", "another sound for a film");
  tool.example("sl-join <(sl-decode in.jpg | sl-invert) in.jpg | sl-track 1 | sl-encode .png > out.png");
  tool.describe(
      "Tracks are numbered anew in the order of the inputs; their times and clocks stay as they are. NAME[tracks=...] "
      "picks some of an input's tracks, by the words of sl-track with + between them: [tracks=video+audio:de]. "
      "Frames come interleaved by time, within a second, or a tenth of one if a track is live; nothing is kept in "
      "memory for that, inputs that are ahead have to wait. Attachments that belong to a whole stream are those of the "
      "first input.");
  std::vector<std::string> optional;
  JoinStage stage;
  tool.option("--shortest", stage.shortest, "end with the input that ends first; frames that begin later are left out");
  tool.option("--optional", optional, "N", "go on without input N (from 1) when it fails or cannot be opened");
  std::set<std::size_t> optional_numbers;
  sl::Tool::InputRules rules;
  rules.own_options = {"tracks"};
  rules.optional = [&](std::size_t number) { return optional_numbers.contains(number); };
  rules.help =
      "files, wires, FIFOs, or - for standard input; NAME[tracks=audio] picks tracks, other options are its "
      "decoder's";
  tool.inputs(std::move(rules));
  tool.accept_compressed();
  tool.check([&] {
    const auto count = static_cast<std::int64_t>(tool.input_names().size());
    for (const std::string& text : optional) {
      optional_numbers.insert(static_cast<std::size_t>(sl::parse_integer("--optional", text, 1, count)));
    }
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) { stage.run(inputs, out); });
}
