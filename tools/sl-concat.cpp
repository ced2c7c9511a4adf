// sl-concat: streams one after another as one: films in a row, or a film of pictures.

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

#include "libcore/json.h"
#include "libcore/limits.h"
#include "libcore/stream_header.h"
#include "libcore/time_text.h"
#include "libcore/tool.h"
#include "libcore/track_choice.h"

namespace {

using sl::wire::Type;

// "25", or "30000/1001".
sl::Rational parse_rate(std::string_view text) {
  sl::Rational rate{0, 1};
  const char* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, rate.num);
  if (error == std::errc() && at != end && *at == '/') {
    const auto second = std::from_chars(at + 1, end, rate.den);
    at = second.ptr;
    error = second.ec;
  }
  const auto fits = [](std::int64_t value) { return value >= 1 && value <= sl::wire_limit::number; };
  if (error != std::errc() || at != end || !fits(rate.num) || !fits(rate.den)) {
    throw sl::Error(sl::Status::Usage, "--rate: \"" + sl::printable(text, 60) + "\" is no rate, as 25 or 30000/1001");
  }
  return rate;
}

std::string text_of(const sl::Rational& value) { return std::to_string(value.num) + "/" + std::to_string(value.den); }

// What keeps a track from going on as another, or "".
std::string difference(const sl::Track& first, const sl::Track& other) {
  const auto told = [](const std::string& what, const std::string& is, const std::string& was) {
    return what + " " + sl::printable(is, 60) + " where the first has " + sl::printable(was, 60);
  };
  const auto size = [](const sl::Track& t) { return std::to_string(t.width) + "x" + std::to_string(t.height); };
  if (first.kind != other.kind) {
    return told("is", std::string(sl::kind_name(other.kind)), std::string(sl::kind_name(first.kind)));
  }
  if (first.codec != other.codec) return told("has codec", other.codec, first.codec);
  if (first.is_raw_video()) {
    if (size(first) != size(other)) return told("has size", size(other), size(first));
    if (first.pixels != other.pixels) {
      return told("has pixels", std::string(other.pixels->name), std::string(first.pixels->name));
    }
    if (first.color != other.color) return "has other colours than the first";
    if (first.alpha != other.alpha) return "has another kind of alpha than the first";
    if (first.orientation != other.orientation) {
      return told("has orientation", std::to_string(other.orientation), std::to_string(first.orientation));
    }
    if (first.fields != other.fields) return "has other fields than the first";
    if (first.sample_aspect != other.sample_aspect) {
      return told("has sample aspect", text_of(other.sample_aspect), text_of(first.sample_aspect));
    }
  } else if (first.is_raw_audio()) {
    if (first.samples != other.samples) return told("has samples", other.samples, first.samples);
    if (first.sample_rate != other.sample_rate) {
      return told("has sample rate", std::to_string(other.sample_rate), std::to_string(first.sample_rate));
    }
    if (first.channels != other.channels || first.layout != other.layout) {
      return told("has channels", std::to_string(other.channels) + " " + other.layout,
                  std::to_string(first.channels) + " " + first.layout);
    }
  }
  return {};
}

// The coarsest time base in which the ticks of both are whole; nothing where the wire has none.
std::optional<sl::Rational> common_base(const sl::Rational& a, const sl::Rational& b) {
  std::int64_t num = std::gcd(a.num * b.den, b.num * a.den), den = a.den * b.den;
  const std::int64_t divisor = std::gcd(num, den);
  num /= divisor;
  den /= divisor;
  if (num > sl::wire_limit::number || den > sl::wire_limit::number) return std::nullopt;
  return sl::Rational{num, den};
}

class ConcatStage {
 public:
  std::optional<sl::Rational> rate;
  bool each = false;

  void run(sl::Inputs& inputs, sl::Writer& out) {
    out_ = &out;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      in_ = &inputs.reader(i);
      prefix_ = inputs.size() > 1 ? std::to_string(i + 1) : "";
      title_ = inputs.title(i);
      if (each) {
        pass_streams();
      } else {
        append_streams();
      }
      if (stopped_) break;
    }
    if (!each) out.end(&end_, stopped_);
  }

 private:
  struct TrackState {
    sl::Track track;                // as sent
    std::uint64_t next_number = 0;  // for the first frame of the next part
    std::uint64_t number_offset = 0;
    std::int64_t factor = 1;  // ticks of the part to ticks of the output
    std::int64_t last_pts = sl::no_time, last_step = sl::no_time;
    std::uint64_t piece_bytes = 0;  // of the open frame
    std::vector<sl::Attachment> attachments;
  };

  // ---- As streams of their own ----

  void pass_streams() {
    while (const auto record = in_->next()) {
      if (record->type == Type::Stage) {
        pass_stage(in_->stages().back());
      } else {
        in_->pass(*record, *out_);
      }
    }
  }

  void pass_stage(sl::wire::StageInfo stage) {
    if (!prefix_.empty()) stage.input = prefix_ + (stage.input.empty() ? "" : "." + stage.input);
    if (!each && ++stages_ >= sl::wire_limit::stages) return;  // of parts far behind, which nobody asks for
    out_->stage(stage);
  }

  // ---- As one ----

  void append_streams() {
    bool in_header = false;
    while (const auto record = in_->next()) {
      if (record->type == Type::Start) {
        in_header = true;
        if (!out_->in_stream()) out_->begin();
      }
      if (record->type == Type::Stage && in_->streams() == 1) pass_stage(in_->stages().back());
      if (in_header) {
        if (header_.take(*in_, *record)) continue;
        in_header = false;
        start_part();
      }
      if (record->type == Type::End) {
        end_part();
        if (stopped_) return;
      } else {
        pass(*record);
      }
    }
    end_.stages.insert(end_.stages.end(), in_->end().stages.begin(), in_->end().stages.end());
  }

  [[noreturn]] void bad(const std::string& what) const {
    throw sl::Error(sl::Status::Data,
                    title_ + (in_->streams() > 1 ? ", stream " + std::to_string(in_->streams()) : "") + ": " + what);
  }

  void start_part() {
    part_start_.reset();
    numbers_.clear();
    const std::vector<std::uint16_t> tracks = in_->tracks();
    if (parts_++ == 0) {
      start_first(tracks);
    } else {
      if (tracks.size() != tracks_.size()) {
        bad("has " + std::to_string(tracks.size()) + " tracks where the first has " + std::to_string(tracks_.size()));
      }
      auto as = tracks_.begin();
      for (const std::uint16_t number : tracks) continue_track(number, (as++)->first);
    }
  }

  void start_first(const std::vector<std::uint16_t>& tracks) {
    for (const std::uint16_t number : tracks) {
      const sl::Track& track = in_->track(number);
      if (rate && track.kind != sl::Kind::Video) {
        throw sl::Error(sl::Status::Usage, "--rate is for pictures alone, and " + title_ + " has a track of " +
                                               std::string(sl::kind_name(track.kind)) + ": sl-track video");
      }
      const auto base = tracks_.empty() ? track.time_base : common_base(base_, track.time_base);
      if (!base) bad("its tracks have no common time base");
      base_ = *base;
      tracks_[number].track = track;
      numbers_[number] = number;
    }
    if (rate) base_ = {rate->den, rate->num};
    for (auto& [number, state] : tracks_) {
      state.factor = factor_of(state.track.time_base);
      state.track.time_base = base_;
      if (rate) state.track.rate = *rate;
      out_->track(number, state.track);
    }
    header_.pass(0, *out_, 0);
    for (const std::uint16_t number : tracks) header_.pass(number, *out_, number);
  }

  std::int64_t factor_of(const sl::Rational& base) const {
    if (rate) return 1;
    const std::int64_t num = base.num * base_.den, den = base.den * base_.num;
    if (num % den != 0) {
      bad("its times of " + text_of(base) + " s are not whole in those of the first, " + text_of(base_) + " s");
    }
    return num / den;
  }

  void continue_track(std::uint16_t number, std::uint16_t as) {
    const sl::Track& track = in_->track(number);
    TrackState& state = tracks_.at(as);
    const std::string other = difference(state.track, track);
    if (!other.empty()) bad("track " + std::to_string(number) + " " + other + " (--each keeps them apart)");
    numbers_[number] = as;
    state.factor = factor_of(track.time_base);
    state.number_offset = state.next_number;
    state.last_pts = state.last_step = sl::no_time;
    // What was in force and is not any more, and what is new.
    const auto& now = in_->attachments(number);
    for (const sl::Attachment& old : state.attachments) {
      if (std::ranges::find(now, old.name, &sl::Attachment::name) == now.end()) {
        out_->attachment(as, {old.name, {}, old.flags});
      }
    }
    for (const sl::Attachment& attachment : now) {
      if (std::ranges::find(state.attachments, attachment) == state.attachments.end()) {
        out_->attachment(as, attachment);
      }
    }
    header_.pass(number, *out_, as, false);
  }

  void pass(const sl::wire::Header& record) {
    if (record.track == 0) {
      if (record.type != Type::Stage) in_->pass(record, *out_);
      return;
    }
    const auto found = numbers_.find(record.track);
    if (found == numbers_.end()) bad("track " + std::to_string(record.track) + " comes after the first frame");
    TrackState& state = tracks_.at(found->second);
    switch (record.type) {
      case Type::Track: {
        const std::string other = difference(state.track, in_->track(record.track));
        if (!other.empty()) bad("track " + std::to_string(record.track) + " " + other);
        return;
      }
      case Type::Frame:
        return pass_frame(record.track, found->second, state);
      case Type::Event:
        return pass_event(found->second, state);
      case Type::Bytes:
        state.piece_bytes += record.length;
        in_->pass(record, *out_, found->second);
        if ((record.flags & sl::wire::piece_last) != 0) note_sound(in_->track(record.track), state);
        return;
      default:
        in_->pass(record, *out_, found->second);
    }
  }

  // ---- Times ----

  [[nodiscard]] std::int64_t shifted(std::int64_t ticks, std::int64_t factor, std::int64_t offset) const {
    std::int64_t result = 0;
    if (ticks == sl::no_time) return ticks;
    if (__builtin_mul_overflow(ticks, factor, &result) || __builtin_add_overflow(result, offset, &result)) {
      bad("a time that is out of all bounds");
    }
    return result;
  }

  // The first frame of a part begins where the last part ended.
  void place_part(const sl::Frame& frame, const TrackState& state) {
    if (parts_ == 1) {
      part_start_ = 0;
      return;
    }
    if (frame.pts == sl::no_time) bad("its first frame has no time: --rate gives it one");
    if (!end_time_) bad("what comes before it has no known end: --rate gives frames a duration");
    const std::int64_t start = shifted(frame.pts, state.factor, 0);
    std::int64_t offset = 0;
    if (__builtin_sub_overflow(*end_time_, start, &offset)) bad("a time that is out of all bounds");
    part_start_ = offset;
  }

  void pass_frame(std::uint16_t number, std::uint16_t as, TrackState& state) {
    sl::Frame frame = in_->frame(number);
    if (__builtin_add_overflow(frame.number, state.number_offset, &frame.number)) bad("a frame number out of bounds");
    if (rate) {
      frame.number = state.next_number;
      frame.pts = static_cast<std::int64_t>(frame.number);
      frame.duration = 1;
      frame.dts = sl::no_time;
    } else {
      if (!part_start_) place_part(frame, state);
      frame.pts = shifted(frame.pts, state.factor, *part_start_);
      frame.dts = shifted(frame.dts, state.factor, *part_start_);
      frame.duration = shifted(frame.duration, state.factor, 0);
      note_time(frame, in_->track(number), state);
    }
    state.next_number = frame.number + 1;
    state.piece_bytes = 0;
    out_->frame(as, frame);
  }

  // How long a frame is: as it says, or the rate of its track, or as long as the one before.
  void note_time(const sl::Frame& frame, const sl::Track& track, TrackState& state) {
    if (frame.pts == sl::no_time) return;
    if (state.last_pts != sl::no_time && frame.pts > state.last_pts) state.last_step = frame.pts - state.last_pts;
    state.last_pts = frame.pts;
    if (frame.duration != sl::no_time) {
      note_end(state, frame.duration);
    } else if (track.kind == sl::Kind::Video) {
      if (track.rate.num != 0) state.last_step = sl::rescale(1, {track.rate.den, track.rate.num}, base_);
      if (state.last_step != sl::no_time) note_end(state, state.last_step);
    } else if (track.kind == sl::Kind::Data) {
      note_end(state, 0);
    }
  }

  void note_sound(const sl::Track& track, TrackState& state) {
    if (!track.is_raw_audio() || state.last_pts == sl::no_time) return;
    const std::uint64_t sample = track.channels * std::uint64_t{track.samples == "u8"      ? 1u
                                                                : track.samples == "s16le" ? 2u
                                                                                           : 4u};
    note_end(state, sl::rescale(static_cast<std::int64_t>(state.piece_bytes / sample), {1, track.sample_rate}, base_));
  }

  void note_end(const TrackState& state, std::int64_t duration) {
    std::int64_t end = 0;
    if (__builtin_add_overflow(state.last_pts, duration, &end)) bad("a time that is out of all bounds");
    if (!part_end_ || *part_end_ < end) part_end_ = end;
  }

  // Events that name times or frames name those of the output.
  void pass_event(std::uint16_t as, const TrackState& state) {
    const auto body = in_->body();
    sl::Json event = sl::parse_json({reinterpret_cast<const char*>(body.data()), body.size()}, sl::wire_limit::json);
    const bool is_time = event["event"] == "tick" || event["event"] == "gap";
    if (is_time && (rate || !part_start_)) return;
    for (const char* member : {"pts", "from", "to"}) {
      if (!event.contains(member) || !event[member].is_number_integer()) continue;
      const auto value = event[member].get<std::int64_t>();
      const std::int64_t now = is_time ? shifted(value, state.factor, *part_start_)
                               : event["event"] == "dropped"
                                   ? shifted(value, 1, static_cast<std::int64_t>(state.number_offset))
                                   : value;
      if (std::abs(now) > std::int64_t{1} << 53) return;  // no number of JSON's
      event[member] = now;
    }
    out_->event(as, sl::write_json(event));
  }

  void end_part() {
    stopped_ = in_->end().stopped;
    if (out_->in_frame() && !out_->drop_open_frames()) throw sl::Error(sl::Status::Interrupted, "interrupted");
    if (part_start_) end_time_ = part_end_;
    part_end_.reset();
    for (const auto& [number, as] : numbers_) {
      TrackState& state = tracks_.at(as);
      state.attachments = in_->attachments(number);
      std::erase_if(state.attachments,
                    [](const sl::Attachment& one) { return (one.flags & sl::wire::next_frame_only) != 0; });
    }
  }

  sl::Reader* in_ = nullptr;
  sl::Writer* out_ = nullptr;
  std::size_t parts_ = 0, stages_ = 1;
  std::string prefix_, title_;
  sl::StreamHeader header_;
  std::map<std::uint16_t, TrackState> tracks_;       // of the output
  std::map<std::uint16_t, std::uint16_t> numbers_;   // of the part to those of the output
  sl::Rational base_{1, 1};                          // of all tracks of the output
  std::optional<std::int64_t> part_start_;           // what is added to the part's times
  std::optional<std::int64_t> part_end_, end_time_;  // in the output's time
  sl::wire::End end_;
  bool stopped_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-concat", "Put streams one after another, as one.");
  tool.example("sl-concat --rate 2 in.jpg in.jpg > film.slw", "two pictures a second");
  tool.example("cat in.jpg in.jpg in.jpg | sl-concat --rate 25 > film.slw", "all that come on standard input");
  tool.example("sl-concat --each a.jpg b.jpg | sl-encode -o out-%d.png", "as streams of their own");
  tool.describe(
      "Each part begins at the very time at which the one before ended, which is the end of its longest track. The "
      "parts need the same tracks: kind, size, pixel format, colours, sample format, rate and channels. All tracks get "
      "a common time base in which nothing is rounded. A part's first frame is taken for its earliest. Labels of "
      "tracks "
      "are those of the first part; attachments, as profiles, are those of each.");
  ConcatStage stage;
  std::string rate;
  tool.option("--rate", rate, "RATE", "show each picture for 1/RATE s (25, 30000/1001), whatever its own time");
  tool.option("--each", stage.each, "keep the parts as streams of their own; they may differ");
  sl::Tool::InputRules rules;
  rules.help = "files, wires, FIFOs, or - for standard input (the default); all streams of each are taken";
  tool.inputs(std::move(rules));
  tool.check([&] {
    if (!rate.empty()) stage.rate = parse_rate(rate);
    if (stage.rate && stage.each) throw sl::Error(sl::Status::Usage, "--rate and --each do not go together");
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) { stage.run(inputs, out); });
}
