// sl-concat: streams one after another as one: films in a row, or a film of pictures.

#include <map>
#include <optional>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/base/time_text.h"
#include "libcore/combine/input_set.h"
#include "libcore/frames/concat_times.h"
#include "libcore/frames/track_difference.h"
#include "libcore/media/attachment.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/sound/sample_times.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/attachments.h"
#include "libcore/wire/events.h"
#include "libcore/wire/stream_header.h"

namespace {

using sl::wire::Type;

class ConcatStage {
 public:
  std::optional<sl::Rational> rate;
  bool each = false;

  void run(sl::Inputs& inputs, sl::Writer& out) {
    out_ = &out;
    if (each) return pass_streams(inputs);
    // Read the first header of every input before sending anything: all times must be whole in one base.
    std::vector<Header> headers;
    for (std::size_t i = 0; i < inputs.size(); ++i) headers.push_back(read_header(inputs.reader(i)));
    times_ = sl::PartTimes(common_base(inputs));
    out.begin();
    for (std::size_t i = 0; i < inputs.size() && !stops_; ++i) {
      in_ = &inputs.reader(i);
      for (const sl::wire::StageInfo& stage : in_->stages()) pass_stage(stage, inputs, i);
      for (Header& header = headers[i]; header.first && !stops_; header = read_header(*in_)) {
        title_ = inputs.title(i) + (in_->streams() > 1 ? ", stream " + std::to_string(in_->streams()) : "");
        pass_part(header);
      }
      const auto& stages = in_->end().stages;
      end_.stages.insert(end_.stages.end(), stages.begin(), stages.end());
    }
    out.end(&end_, end_.stopped);
  }

 private:
  struct Header {
    sl::StreamHeader records;
    std::optional<sl::wire::Header> first;  // the FRAME or END after it; nothing at the end of the input
  };
  struct TrackState {
    sl::Track track;                // as sent
    std::uint64_t next_number = 0;  // for the first frame of the next part
    std::uint64_t number_offset = 0;
    std::vector<sl::Attachment> attachments;
  };

  // ---- As separate streams ----

  void pass_streams(sl::Inputs& inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      sl::Reader& in = inputs.reader(i);
      while (const auto record = in.next()) {
        if (record->type == Type::Stage) {
          pass_stage(in.stages().back(), inputs, i);
        } else {
          in.pass(*record, *out_);
        }
      }
    }
  }

  void pass_stage(const sl::wire::StageInfo& stage, const sl::Inputs& inputs, std::size_t i) {
    if (!each && ++stages_ >= sl::wire_limit::stages) return;  // drop stages of the last of very many parts
    out_->stage(inputs.size() > 1 ? sl::through_input(stage, i) : stage);
  }

  // ---- As one ----

  static Header read_header(sl::Reader& in) {
    Header header;
    do {
      header.first = in.next();
    } while (header.first && header.records.take(in, *header.first));
    return header;
  }

  [[noreturn]] void bad(const std::string& what) const { throw sl::Error(sl::Status::Data, title_ + ": " + what); }

  sl::Rational common_base(sl::Inputs& inputs) {
    if (rate) return {rate->den, rate->num};
    std::optional<sl::Rational> base;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const sl::Reader& in = inputs.reader(i);
      title_ = inputs.title(i);
      for (const std::uint16_t number : in.tracks()) {
        const sl::Rational& own = in.track(number).time_base;
        const auto common = base ? sl::common_time_base(*base, own) : own;
        if (!common) bad("its times of " + sl::ratio_text(own) + " s have no time base in common with those before it");
        base = common;
      }
    }
    return base.value_or(sl::Rational{1, 1});
  }

  void pass_part(const Header& header) {
    times_.begin(title_);
    start_part(header.records);
    for (auto record = header.first.value(); record.type != Type::End; record = in_->next().value()) pass(record);
    // A live part may have been stopped alone. The others follow then.
    end_.stopped = end_.stopped || in_->end().stopped;
    stops_ = in_->stopped_here();
    if (out_->in_frame() && !out_->drop_open_frames()) sl::fail_interrupted();
    times_.end();
    for (const auto& [number, as] : numbers_) tracks_.at(as).attachments = sl::persistent(in_->attachments(number));
  }

  void start_part(const sl::StreamHeader& header) {
    numbers_.clear();
    const std::vector<std::uint16_t> tracks = in_->tracks();
    const bool is_first = tracks_.empty();
    if (!is_first && tracks.size() != tracks_.size()) {
      bad("has " + std::to_string(tracks.size()) + " tracks but the first has " + std::to_string(tracks_.size()));
    }
    auto next = tracks_.begin();
    for (const std::uint16_t number : tracks) {
      const sl::Track& track = in_->track(number);
      numbers_[number] = is_first ? number : (next++)->first;
      if (is_first) start_track(number, track);
      if (!rate && !times_.holds(track.time_base)) {
        bad("its times of " + sl::ratio_text(track.time_base) +
            " s are not whole in the time base of the streams before it, " + sl::ratio_text(times_.time_base()) +
            " s (as a separate input they would be)");
      }
      check_alike(number);
    }
    if (is_first) header.pass(0, *out_, 0);
    for (const auto& [number, as] : numbers_) {
      TrackState& state = tracks_.at(as);
      state.number_offset = state.next_number;
      if (!is_first) sl::replace_attachments(*out_, as, state.attachments, in_->attachments(number));
      header.pass(number, *out_, as, is_first);
    }
  }

  void start_track(std::uint16_t number, sl::Track track) {
    if (rate && track.kind != sl::Kind::Video) {
      throw sl::Error(sl::Status::Usage, "--rate is for pictures alone, and " + title_ + " has a track of " +
                                             std::string(sl::kind_name(track.kind)) + ": sl-track video");
    }
    track.time_base = times_.time_base();
    if (rate) track.rate = *rate;
    tracks_[number].track = track;
    out_->track(number, track);
  }

  void check_alike(std::uint16_t number) const {
    const std::string other = sl::difference(tracks_.at(numbers_.at(number)).track, in_->track(number));
    if (!other.empty()) bad("track " + std::to_string(number) + " " + other + " (--each keeps them apart)");
  }

  void pass(const sl::wire::Header& record) {
    if (record.track == 0) {
      if (record.type != Type::Stage) in_->pass(record, *out_);
      return;
    }
    const auto found = numbers_.find(record.track);
    if (found == numbers_.end()) bad("track " + std::to_string(record.track) + " comes after the first frame");
    const std::uint16_t as = found->second;
    const sl::Track& track = in_->track(record.track);
    if (record.type == Type::Track) return check_alike(record.track);
    if (record.type == Type::Frame) return pass_frame(track, in_->frame(record.track), as);
    if (record.type == Type::Event) return pass_event(track, as);
    if (record.type == Type::Bytes && track.is_raw_audio()) {
      times_.add_samples(track, as, record.length / sl::sample_frame_bytes(track));
    }
    in_->pass(record, *out_, as);
  }

  void pass_frame(const sl::Track& track, const sl::Frame& frame, std::uint16_t as) {
    TrackState& state = tracks_.at(as);
    sl::Frame sent = frame;
    if (rate) {
      sent.number = state.next_number;
      sent.pts = static_cast<std::int64_t>(sent.number);
      sent.duration = 1;
      sent.dts = sl::no_time;
    } else {
      sent = times_.placed(track, frame, as);
      if (__builtin_add_overflow(frame.number, state.number_offset, &sent.number)) bad("a frame number out of bounds");
    }
    state.next_number = sent.number + 1;
    out_->frame(as, sent);
  }

  // Move the times and frame numbers in events to the output's.
  void pass_event(const sl::Track& track, std::uint16_t as) {
    const auto offset = static_cast<std::int64_t>(tracks_.at(as).number_offset);
    bool is_unplaced = false;
    const std::string sent = sl::retime_event(
        in_->text(),
        [&](std::int64_t time) {
          is_unplaced = rate || !times_.is_placed();
          return is_unplaced ? time : times_.moved(time, track.time_base);
        },
        [&](std::int64_t number) { return sl::add_time(number, offset); });
    if (!is_unplaced) out_->event(as, sent);
  }

  sl::Reader* in_ = nullptr;
  sl::Writer* out_ = nullptr;
  std::size_t stages_ = 1;
  std::string title_;
  std::map<std::uint16_t, TrackState> tracks_;      // of the output
  std::map<std::uint16_t, std::uint16_t> numbers_;  // of the part's tracks: the output's
  sl::PartTimes times_;
  sl::wire::End end_;
  bool stops_ = false;  // an interrupt of this stage ends the stream with the part
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-concat", "Put streams one after another, as one.");
  tool.example("sl-concat --rate 2 in.jpg in.jpg > film.slw", "two pictures a second");
  tool.example("cat in.jpg in.jpg in.jpg | sl-concat --rate 25 > film.slw", "all that come on standard input");
  tool.example("sl-concat --each a.jpg b.jpg | sl-encode -o out-%d.png", "as separate streams");
  tool.describe(
      "Each part begins exactly at the end of the longest track of the part before. The parts need the same tracks: "
      "kind, size, pixel format, colours, sample format, rate and channels. All tracks get a common time base in "
      "which nothing is rounded, so parts may differ in theirs, and in their frame rates. A part's first frame is "
      "taken for its earliest. Labels of tracks come from the first part; each part keeps its attachments, as "
      "profiles.");
  ConcatStage stage;
  std::string rate;
  tool.option("--rate", rate, "RATE", "show each picture for 1/RATE s (25, 30000/1001), instead of its time");
  tool.option("--each", stage.each, "keep the parts as separate streams; they may differ");
  sl::Tool::InputRules rules;
  rules.help = "files, wires, FIFOs, or - for standard input (the default); all streams of each are taken";
  tool.inputs(std::move(rules));
  tool.check([&] {
    if (!rate.empty()) stage.rate = sl::parse_ratio("--rate", rate);
    if (stage.rate && stage.each) throw sl::Error(sl::Status::Usage, "--rate and --each do not go together");
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) { stage.run(inputs, out); });
}
