// sl-mix: the sound of several inputs added, sample by sample; the rest of the first passes untouched.

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "libcore/json.h"
#include "libcore/limits.h"
#include "libcore/options.h"
#include "libcore/samples.h"
#include "libcore/stream_header.h"
#include "libcore/time_text.h"
#include "libcore/tool.h"
#include "libcore/track_choice.h"

namespace {

using sl::wire::Type;

// A place in the sound, in samples from time 0.
using Position = std::int64_t;
constexpr Position unknown = std::numeric_limits<Position>::min(), never = std::numeric_limits<Position>::max();

// Every input is read up to a second ahead of the one that is the most behind, and its sound waits in a queue. What is
// known of all inputs is added in the order of the inputs, so that sums of f32 do not depend on time either.
class MixStage {
 public:
  std::vector<double> gains;  // of each input
  bool until_first = false;

  void run(sl::Inputs& inputs, sl::Writer& out) {
    inputs_ = &inputs;
    out_ = &out;
    while (start_stream()) {
      announce();
      for (add_up(); !is_done(); add_up()) step();
      end_stream();
      if (!std::ranges::all_of(parts_, &Part::ended)) return;
    }
  }

 private:
  struct Segment {
    Position at = 0;
    sl::SampleType type = sl::SampleType::S16;
    std::vector<std::byte> bytes;
    Position count = 0;
    bool damaged = false;
  };
  struct Part {
    bool ended = false;
    bool damaged = false;      // the open frame of sound
    std::uint16_t number = 0;  // of the track that is mixed
    sl::StreamHeader header;
    Position next = unknown;        // where its next sample belongs if nothing else is said
    Position known = unknown;       // before this nothing comes any more
    Position end_of_all = unknown;  // of its tracks
    std::deque<Segment> segments;
    sl::wire::End end;
  };

  // ---- Start ----

  // The next stream of every input; false when there is none.
  bool start_stream() {
    parts_.clear();
    parts_.resize(inputs_->size());
    std::vector<std::size_t> over;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (const auto record = inputs_->reader(i).next()) {
        (void)parts_[i].header.take(inputs_->reader(i), *record);
      } else {
        over.push_back(i);
      }
    }
    if (over.size() == parts_.size()) return false;
    if (!over.empty()) {
      throw sl::Error(sl::Status::Data, inputs_->title(over[0]) + " has fewer streams than others have");
    }
    out_->begin();
    return true;
  }

  void announce() {
    std::size_t stages = 1;
    std::vector<sl::wire::Header> first(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      sl::Reader& in = inputs_->reader(i);
      do {
        first[i] = in.next().value();
      } while (parts_[i].header.take(in, first[i]));
      for (const sl::wire::StageInfo& stage : in.stages()) {
        if (++stages > sl::wire_limit::stages) {
          throw sl::Error(sl::Status::Limit, "the inputs have more than 64 stages together (nothing raises the limit)");
        }
        pass_stage(i, stage);
      }
      choose_track(i);
    }
    sl::Reader& in = inputs_->reader(0);
    track_ = in.track(parts_[0].number);
    track_.time_base = {1, track_.sample_rate};
    // What leaves is cut at multiples of this, so that it does not depend on how it came.
    block_ = std::clamp<Position>((1 << 20) / track_.channels, 1, 1024);
    cursor_ = unknown;
    frames_ = 0;
    for (const std::uint16_t number : in.tracks()) {
      out_->track(number, number == parts_[0].number ? track_ : in.track(number));
    }
    parts_[0].header.pass(0, *out_, 0);
    for (const std::uint16_t number : in.tracks()) parts_[0].header.pass(number, *out_, number);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i].header = {};
      take(i, first[i]);
    }
  }

  void pass_stage(std::size_t i, sl::wire::StageInfo stage) {
    stage.input = std::to_string(i + 1) + (stage.input.empty() ? "" : "." + stage.input);
    out_->stage(stage);
  }

  void choose_track(std::size_t i) {
    const sl::Reader& in = inputs_->reader(i);
    const std::string choice = inputs_->option(i, "tracks");
    const auto picked = sl::TrackChoice("tracks=", choice.empty() ? "audio" : choice).pick(in);
    const auto sound = std::ranges::find_if(picked, [&](std::uint16_t n) { return in.track(n).is_raw_audio(); });
    if (sound == picked.end())
      throw sl::Error(sl::Status::Usage, inputs_->title(i) + ": tracks=" + choice + " has no sound");
    parts_[i].number = *sound;
    check_alike(i);
  }

  void check_alike(std::size_t i) const {
    const auto format = [&](std::size_t input) {
      const sl::Track& track = inputs_->reader(input).track(parts_[input].number);
      return std::to_string(track.sample_rate) + " Hz and " + std::to_string(track.channels) + " channels";
    };
    if (format(i) == format(0)) return;
    throw sl::Error(sl::Status::Data, inputs_->title(i) + " has " + format(i) + " where the first has " + format(0) +
                                          ": sl-resample makes them alike");
  }

  // ---- Reading ----

  // Reads a record of each input that has one and is not far ahead.
  void step() {
    Position lowest = never;
    for (const Part& part : parts_) {
      if (!part.ended) lowest = std::min(lowest, part.known);
    }
    bool moved = false;
    std::vector<std::size_t> silent;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i].ended || parts_[i].known > later(lowest, second())) continue;
      if (inputs_->ready(i)) {
        moved = true;
        take(i, inputs_->reader(i).next().value());
      } else {
        silent.push_back(i);
      }
    }
    if (!moved) inputs_->wait(silent);
  }

  [[nodiscard]] Position second() const { return track_.sample_rate; }

  static Position later(Position at, Position count) {
    Position sum = 0;
    return __builtin_add_overflow(at, count, &sum) ? never : sum;
  }

  void take(std::size_t i, const sl::wire::Header& record) {
    Part& part = parts_[i];
    sl::Reader& in = inputs_->reader(i);
    const bool mixed = record.track != 0 && record.track == part.number;
    if (record.type == Type::End) {
      part.ended = true;
      part.known = never;
      part.end = in.end();
      if (i == 0 && in.in_frame() && out_->in_frame() && !out_->drop_open_frames()) {
        throw sl::Error(sl::Status::Interrupted, "interrupted");
      }
    } else if (record.type == Type::Stage) {
      pass_stage(i, in.stages().back());
    } else if (mixed) {
      take_mixed(i, record);
    } else {
      if (record.type == Type::Frame) note_other(part, in.track(record.track), in.frame(record.track));
      if (i == 0) in.pass(record, *out_);
    }
  }

  void take_mixed(std::size_t i, const sl::wire::Header& record) {
    sl::Reader& in = inputs_->reader(i);
    switch (record.type) {
      case Type::Track:
        return check_alike(i);
      case Type::Frame:
        return place_frame(parts_[i], in.track(record.track), in.frame(record.track));
      case Type::Bytes:
        return store(i, record);
      case Type::Event:
        return note_tick(i, record);
      default:
        if (i == 0) in.pass(record, *out_);
    }
  }

  [[nodiscard]] Position position(std::int64_t ticks, const sl::Track& track) const {
    return ticks == sl::no_time ? unknown : sl::rescale(ticks, track.time_base, track_.time_base);
  }

  // A frame goes on where the one before ended, if its time says so as well as its ticks can say it. Sound is never
  // put on sound of its own input.
  void place_frame(Part& part, const sl::Track& track, const sl::Frame& frame) {
    if (!frame.metadata.empty() || frame.capture != sl::no_time)
      tell(lost_metadata_, "metadata and capture times of sound that is mixed");
    part.damaged = (frame.flags & sl::frame_flag::damaged) != 0;
    const Position said = position(frame.pts, track);
    const sl::Rational& base = track.time_base;
    const Position tick = base == track_.time_base ? 0 : base.num * second() / base.den + 1;
    if (part.next == unknown) {
      part.next = said == unknown ? 0 : said;
    } else if (said != unknown && said > later(part.next, tick)) {
      part.next = said;
    }
    part.known = std::max(part.known, part.next);
  }

  void store(std::size_t i, const sl::wire::Header& record) {
    Part& part = parts_[i];
    const sl::Track& track = inputs_->reader(i).track(part.number);
    const auto body = inputs_->reader(i).body();
    Segment segment;
    segment.at = part.next;
    segment.type = sl::sample_type(track);
    segment.count = static_cast<Position>(body.size() / (sl::sample_bytes(segment.type) * track.channels));
    segment.damaged = part.damaged || (record.flags & sl::wire::piece_damaged) != 0;
    if (__builtin_add_overflow(part.next, segment.count, &part.next)) {
      throw sl::Error(sl::Status::Data, inputs_->title(i) + ": a time that is out of all bounds");
    }
    part.known = std::max(part.known, part.next);
    part.end_of_all = std::max(part.end_of_all, part.next);
    if (segment.at < cursor_) tell(lost_late_, "sound that came more than a second too late");
    if (part.next <= cursor_ || segment.count == 0) return;
    queued_ += body.size();
    sl::check_memory(inputs_->title(i), queued_, "sound that waits for the other inputs");
    segment.bytes.assign(body.begin(), body.end());
    part.segments.push_back(std::move(segment));
  }

  // Tracks of an input are interleaved within a second: what comes of another one tells how far this one is, too.
  void note_other(Part& part, const sl::Track& track, const sl::Frame& frame) {
    const Position at = position(frame.pts, track);
    if (at == unknown || sl::rest_flag(track, "sparse")) return;
    if (at > unknown + second()) part.known = std::max(part.known, at - second());
    std::int64_t duration = frame.duration;
    if (duration == sl::no_time) {
      duration = track.rate.num == 0 ? 0 : sl::rescale(1, {track.rate.den, track.rate.num}, track.time_base);
    }
    part.end_of_all = std::max(part.end_of_all, later(at, sl::rescale(duration, track.time_base, track_.time_base)));
  }

  void note_tick(std::size_t i, const sl::wire::Header& record) {
    sl::Reader& in = inputs_->reader(i);
    const auto body = in.body();
    const sl::Json event =
        sl::parse_json({reinterpret_cast<const char*>(body.data()), body.size()}, sl::wire_limit::json);
    if (event["event"] == "tick") {
      if (!event.contains("pts") || !event["pts"].is_number_integer()) return;
      parts_[i].known = std::max(parts_[i].known, position(event["pts"].get<std::int64_t>(), in.track(record.track)));
    } else if (i == 0 && event["event"] != "gap" && event["event"] != "dropped") {  // those of frames that are not sent
      in.pass(record, *out_);
    }
  }

  void tell(bool& told, const std::string& what) {
    if (std::exchange(told, true)) return;
    out_->event(parts_[0].number, R"({"event":"not-carried","what":")" + what + R"("})");
  }

  // ---- Adding ----

  // Where the stream ends, as far as that is known.
  [[nodiscard]] Position limit() const { return until_first && parts_[0].ended ? parts_[0].end_of_all : never; }

  [[nodiscard]] bool is_done() const {
    return std::ranges::all_of(parts_, [&](const Part& part) { return part.ended || part.known >= limit(); });
  }

  // Sends all blocks of which everything is known.
  void add_up() {
    Position known = never;
    for (const Part& part : parts_) known = std::min(known, part.known);
    while (true) {
      Position first = never;
      for (const Part& part : parts_) {
        if (!part.segments.empty()) first = std::min(first, part.segments.front().at);
      }
      const Position start = std::max(cursor_, first);
      const Position block_start = start - ((start % block_) + block_) % block_;
      const Position block_end = std::min(later(block_start, block_), limit());
      if (first == never || start >= limit() || block_end > known) return;
      Position covered = start;
      for (const Part& part : parts_) {
        for (const Segment& segment : part.segments) {
          if (segment.at >= block_end) break;
          covered = std::max(covered, std::min(block_end, later(segment.at, segment.count)));
        }
      }
      cursor_ = start;
      send(covered);
    }
  }

  // The sum of all that is at [cursor_, end).
  void send(Position end) {
    const std::size_t channels = track_.channels;
    sums_.assign(static_cast<std::size_t>(end - cursor_) * channels, 0.0);
    bool damaged = false;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      auto& segments = parts_[i].segments;
      for (Segment& segment : segments) {
        if (segment.at >= end) break;
        damaged = damaged || segment.damaged;
        add(segment, end, gains[i]);
      }
      while (!segments.empty() && segments.front().count == 0) {
        queued_ -= segments.front().bytes.size();
        segments.pop_front();
      }
    }
    const sl::SampleType type = sl::sample_type(track_);
    bytes_.resize(sums_.size() * sl::sample_bytes(type));
    sl::write_samples(type, sums_, bytes_);
    sl::Frame frame;
    frame.number = frames_++;
    frame.pts = cursor_;
    frame.duration = end - cursor_;
    out_->frame(parts_[0].number, frame);
    out_->bytes(parts_[0].number, bytes_, true, damaged);
    cursor_ = end;
  }

  // Adds what of a segment is before `end`, and leaves the rest of it.
  void add(Segment& segment, Position end, double gain) {
    const std::size_t channels = track_.channels, frame_bytes = channels * sl::sample_bytes(segment.type);
    const Position skipped = std::clamp<Position>(cursor_ - segment.at, 0, segment.count);  // came too late
    const Position count = std::min(segment.count, end - segment.at) - skipped;
    const std::span<const std::byte> bytes(segment.bytes);
    const std::size_t first = bytes.size() - static_cast<std::size_t>(segment.count - skipped) * frame_bytes;
    if (count > 0) {
      values_.resize(static_cast<std::size_t>(count) * channels);
      sl::read_samples(segment.type, bytes.subspan(first, static_cast<std::size_t>(count) * frame_bytes), values_);
      double* sum = sums_.data() + static_cast<std::size_t>(segment.at + skipped - cursor_) * channels;
      for (std::size_t k = 0; k < values_.size(); ++k) sum[k] += values_[k] * gain;
    }
    const Position gone = skipped + std::max<Position>(count, 0);
    segment.at += gone;
    segment.count -= gone;
  }

  void end_stream() {
    sl::wire::End end;
    for (const Part& part : parts_) {
      end.stages.insert(end.stages.end(), part.end.stages.begin(), part.end.stages.end());
      end.stopped = end.stopped || part.end.stopped;
    }
    out_->end(&end, end.stopped);
  }

  sl::Inputs* inputs_ = nullptr;
  sl::Writer* out_ = nullptr;
  std::vector<Part> parts_;
  sl::Track track_;            // what is sent
  Position cursor_ = unknown;  // all before it is sent
  Position block_ = 1024;
  std::uint64_t frames_ = 0, queued_ = 0;  // queued_: bytes
  bool lost_metadata_ = false, lost_late_ = false;
  std::vector<double> sums_, values_;
  std::vector<std::byte> bytes_;
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-mix", "Mix the sound of several inputs; the picture of the first passes untouched.");
  tool.example("sl-mix --first --gain 2=-12 film.mkv sound.wav > film.slw", "a sound under that of a film");
  tool.describe(
      "Samples are put where their times say and added; where an input has none it is silent. The sum is rounded once, "
      "in the format of the first, and saturates where that is one of integers. The inputs need the same sample rate "
      "and channels; sl-resample makes them alike. Of each, the first track of sound is taken, or "
      "NAME[tracks=audio:de]. "
      "What leaves does not depend on how the sound was cut into frames.");
  MixStage stage;
  std::vector<std::string> gains;
  tool.option("--gain", gains, "N=GAIN", "of input N (from 1): decibels (2=-6), or a factor (2=x0.5)");
  tool.option("--first", stage.until_first, "end with the first input, not with the longest");
  sl::Tool::InputRules rules;
  rules.own_options = {"tracks"};
  rules.help = "files, wires, FIFOs, or - for standard input; NAME[tracks=audio:2] picks another sound of it";
  tool.inputs(std::move(rules));
  tool.check([&] {
    const auto count = static_cast<std::int64_t>(tool.input_names().size());
    stage.gains.assign(tool.input_names().size(), 1.0);
    for (const std::string& text : gains) {
      const std::size_t equals = std::min(text.find('='), text.size());
      const auto input = static_cast<std::size_t>(sl::parse_integer("--gain", text.substr(0, equals), 1, count));
      stage.gains[input - 1] =
          sl::parse_gain("--gain", std::string_view(text).substr(std::min(equals + 1, text.size())));
    }
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) { stage.run(inputs, out); });
}
