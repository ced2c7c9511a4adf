// Each part is moved to the end of the one before it.

#include "libcore/combine/concat.h"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/combine/input_set.h"
#include "libcore/combine/part_joiner.h"
#include "libcore/frames/concat_times.h"
#include "libcore/frames/stream_window.h"
#include "libcore/frames/track_difference.h"
#include "libcore/media/attachment.h"
#include "libcore/media/clock.h"
#include "libcore/media/stream_span.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/attachments.h"
#include "libcore/wire/events.h"
#include "libcore/wire/stream_header.h"

namespace sl {

namespace {

using wire::Type;

class ConcatStage {
 public:
  ConcatStage(Inputs& inputs, Writer& out, const ConcatOptions& options)
      : inputs_(inputs), out_(out), rate_(options.rate), each_(options.each), options_(options) {}

  void run() {
    if (each_) return pass_streams();
    // Read the first header of every input before sending anything: all times must be whole in one base.
    std::vector<Header> headers;
    for (std::size_t i = 0; i < inputs_.size(); ++i) headers.push_back(read_header(inputs_.reader(i)));
    times_ = PartTimes(common_base());
    if (options_.still || options_.fade) prepare_joiner(headers);
    out_.begin();
    for (std::size_t i = 0; i < inputs_.size() && !stops_; ++i) {
      in_ = &inputs_.reader(i);
      for (const wire::StageInfo& stage : in_->stages()) pass_stage(stage, i);
      for (Header& header = headers[i]; header.first && !stops_; header = read_header(*in_)) {
        title_ = inputs_.title(i) + (in_->streams() > 1 ? ", stream " + std::to_string(in_->streams()) : "");
        pass_part(header);
      }
      const auto& stages = in_->end().stages;
      end_.stages.insert(end_.stages.end(), stages.begin(), stages.end());
    }
    if (joiner_) joiner_->finish();
    out_.end(&end_, end_.stopped);
  }

 private:
  struct Header {
    StreamHeader records;
    std::optional<wire::Header> first;  // the FRAME or END after it; nothing at the end of the input
  };
  struct TrackState {
    Track track;                    // as sent
    std::uint64_t next_number = 0;  // for the first frame of the next part
    std::uint64_t number_offset = 0;
    std::vector<Attachment> attachments;
    std::shared_ptr<const FrameContext> context_of,
        context;  // of the last frame for the joiner: as it came, as it goes
  };

  // ---- As separate streams ----

  void pass_streams() {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      Reader& in = inputs_.reader(i);
      while (const auto record = in.next()) {
        if (record->type == Type::Stage) {
          pass_stage(in.stages().back(), i);
        } else {
          in.pass(*record, out_);
        }
      }
    }
  }

  void pass_stage(const wire::StageInfo& stage, std::size_t i) {
    if (!each_ && ++stages_ >= wire_limit::stages) return;  // drop stages of the last of very many parts
    out_.stage(inputs_.size() > 1 ? through_input(stage, i) : stage);
  }

  // ---- As one ----

  static Header read_header(Reader& in) {
    Header header;
    do {
      header.first = in.next();
    } while (header.first && header.records.take(in, *header.first));
    return header;
  }

  [[noreturn]] void bad(const std::string& what) const { throw Error(Status::Data, title_ + ": " + what); }

  Rational common_base() {
    if (rate_) return {rate_->den, rate_->num};
    std::optional<Rational> base;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Reader& in = inputs_.reader(i);
      title_ = inputs_.title(i);
      for (const std::uint16_t number : in.tracks()) {
        const Rational& own = in.track(number).time_base;
        const auto common = base ? common_time_base(*base, own) : own;
        if (!common) bad("its times of " + ratio_text(own) + " s have no time base in common with those before it");
        base = common;
      }
    }
    // Lengths of this stage's own are whole too, if that is possible.
    const auto divide = [&](const Rational& length) { base = common_time_base(base.value(), length).value_or(*base); };
    for (const auto& length : {options_.still, options_.fade}) {
      if (base && length) divide({1, length->length.den / std::gcd(length->length.num, length->length.den)});
    }
    if (base && options_.fade) divide({picture_rate().den, picture_rate().num});
    return base.value_or(Rational{1, 1});
  }

  void pass_part(const Header& header) {
    times_.begin(title_);
    start_part(header.records);
    if (joiner_) {
      std::set<std::uint16_t> silent;  // tracks that this part lacks
      for (const auto& [as, state] : tracks_) silent.insert(as);
      for (const auto& [number, as] : numbers_) silent.erase(as);
      joiner_->begin(title_, times_.end_before(), std::move(silent));
      window_.emplace(*in_, "frames");
    }
    for (auto record = header.first.value(); record.type != Type::End; record = in_->next().value()) {
      joiner_ ? join(record) : pass(record);
    }
    if (joiner_) joiner_->end();
    // A live part may have been stopped alone. The others follow then.
    end_.stopped = end_.stopped || in_->end().stopped;
    stops_ = in_->stopped_here();
    if (out_.in_frame() && !out_.drop_open_frames()) fail_interrupted();
    times_.end();
    for (const auto& [number, as] : numbers_) tracks_.at(as).attachments = persistent(in_->attachments(number));
  }

  void start_part(const StreamHeader& header) {
    const bool is_first = tracks_.empty();
    if (is_first) {
      const Reader& model = model_ != nullptr ? *model_ : *in_;
      for (const std::uint16_t number : model.tracks()) start_track(number, model.track(number));
    }
    match_tracks();
    for (const auto& [number, as] : numbers_) {
      const Track& track = in_->track(number);
      if (!rate_ && !times_.holds(track.time_base)) {
        bad("its times of " + ratio_text(track.time_base) +
            " s are not whole in the time base of the streams before it, " + ratio_text(times_.time_base()) +
            " s (as a separate input they would be)");
      }
      check_alike(number);
    }
    if (is_first) header.pass(0, out_, 0);
    if (is_first) whole_ = in_->attachments(0);
    if (in_->attachments(0) != whole_ && !std::exchange(reported_attachments_, true)) {
      warn("left out: attachments of the whole of later parts (a stream has one set)");
      write_not_carried(out_, 0, "attachments of the whole of later parts");
    }
    for (const auto& [number, as] : numbers_) {
      TrackState& state = tracks_.at(as);
      state.number_offset = state.next_number;
      if (joiner_) {  // attachments leave with the frames that they hold for
        for (const Attachment& attachment : persistent(in_->attachments(number))) {
          if (is_first) joiner_->attach(as, attachment);
        }
        header.pass(number, out_, as, false);
        continue;
      }
      if (!is_first) replace_attachments(out_, as, state.attachments, in_->attachments(number));
      header.pass(number, out_, as, is_first);
    }
  }

  // Find the outgoing track of each track of the part.
  void match_tracks() {
    const std::vector<std::uint16_t> tracks = in_->tracks();
    const bool is_silent = joiner_ && tracks.size() == 1 && in_->track(tracks[0]).kind == Kind::Video;
    if (tracks.size() != tracks_.size() && !is_silent) {
      bad("has " + std::to_string(tracks.size()) + " tracks but the first has " + std::to_string(tracks_.size()));
    }
    numbers_.clear();
    auto next = tracks_.begin();
    if (is_silent) {
      const auto video =
          std::ranges::find_if(tracks_, [](const auto& one) { return one.second.track.kind == Kind::Video; });
      if (video != tracks_.end()) next = video;
    }
    for (const std::uint16_t number : tracks) numbers_[number] = (next++)->first;
  }

  void start_track(std::uint16_t number, Track track) {
    if (rate_ && track.kind != Kind::Video) {
      throw Error(Status::Usage, "--rate is for pictures alone, and " + title_ + " has a track of " +
                                     std::string(kind_name(track.kind)) + ": sl-track video");
    }
    track.time_base = times_.time_base();
    if (rate_) track.rate = *rate_;
    tracks_[number].track = track;
    joiner_ ? joiner_->announce(number, track) : out_.track(number, track);
  }

  void check_alike(std::uint16_t number) const {
    const std::string other = difference(tracks_.at(numbers_.at(number)).track, in_->track(number));
    if (!other.empty()) bad("track " + std::to_string(number) + " " + other + " (--each keeps them apart)");
  }

  void pass(const wire::Header& record) {
    if (record.track == 0) {
      if (record.type != Type::Stage) in_->pass(record, out_);
      return;
    }
    const auto found = numbers_.find(record.track);
    if (found == numbers_.end()) bad("track " + std::to_string(record.track) + " comes after the first frame");
    const std::uint16_t as = found->second;
    const Track& track = in_->track(record.track);
    if (record.type == Type::Track) return check_alike(record.track);
    if (record.type == Type::Frame) return pass_frame(track, in_->frame(record.track), as);
    if (record.type == Type::Event) return pass_event(track, as);
    if (record.type == Type::Bytes && track.is_raw_audio()) {
      times_.add_samples(track, as, record.length / sample_frame_bytes(track));
    }
    in_->pass(record, out_, as);
  }

  void pass_frame(const Track& track, const Frame& frame, std::uint16_t as) {
    out_.frame(as, placed(track, frame, as));
  }

  Frame placed(const Track& track, const Frame& frame, std::uint16_t as) {
    TrackState& state = tracks_.at(as);
    Frame sent = frame;
    if (rate_) {
      sent.number = state.next_number;
      sent.pts = static_cast<std::int64_t>(sent.number);
      sent.duration = 1;
      sent.dts = no_time;
    } else {
      sent = is_still(track, frame) ? placed_still(track, frame, as) : times_.placed(track, frame, as);
      if (__builtin_add_overflow(frame.number, state.number_offset, &sent.number)) bad("a frame number out of bounds");
    }
    state.next_number = sent.number + 1;
    return sent;
  }

  // Move the times and frame numbers in events to the output's.
  void pass_event(const Track& track, std::uint16_t as) {
    const auto offset = static_cast<std::int64_t>(tracks_.at(as).number_offset);
    bool is_unplaced = false;
    const std::string sent = retime_event(
        in_->text(),
        [&](std::int64_t time) {
          is_unplaced = rate_ || !times_.is_placed();
          return is_unplaced ? time : times_.moved(time, track.time_base);
        },
        [&](std::int64_t number) { return add_time(number, offset); });
    if (is_unplaced) return;
    if (!joiner_) return out_.event(as, sent);
    joiner_->add_record({Type::Event, 0, as, static_cast<std::uint32_t>(sent.size())}, std::as_bytes(std::span(sent)));
  }

  // ---- Parts that overlap, and stills: frames go through the joiner, whole ----

  void prepare_joiner(const std::vector<Header>& headers) {
    for (std::size_t i = 0; i < headers.size(); ++i) {  // parts without sound may come first
      const Reader& in = inputs_.reader(i);
      if (headers[i].first && (model_ == nullptr || in.tracks().size() > model_->tracks().size())) model_ = &in;
    }
    PartJoiner::Rules rules;
    rules.time_base = times_.time_base();
    rules.transition = options_.transition;
    rules.rate = picture_rate();
    if (options_.fade) rules.overlap = ticks_up(options_.fade->length, times_.time_base());
    times_.set_overlap(rules.overlap);
    joiner_.emplace(out_, rules);
  }

  // Return the rate of the first film, for the pictures between two stills.
  Rational picture_rate() {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Reader& in = inputs_.reader(i);
      for (const std::uint16_t number : in.tracks()) {
        if (in.track(number).kind == Kind::Video && in.track(number).rate.num != 0) return in.track(number).rate;
      }
    }
    return {25, 1};
  }

  [[nodiscard]] bool is_still(const Track& track, const Frame& frame) const {
    return options_.still && track.kind == Kind::Video && frame_length(track, frame) == no_time;
  }

  Frame placed_still(Track track, Frame frame, std::uint16_t as) {
    frame.pts = rescale(frame.pts, track.time_base, times_.time_base());
    frame.duration = ticks_up(options_.still->length, times_.time_base());
    frame.dts = no_time;
    track.time_base = times_.time_base();
    return times_.placed(track, frame, as);
  }

  void join(const wire::Header& record) {
    const auto found = numbers_.find(record.track);
    if (record.track == 0 || found == numbers_.end()) return pass(record);
    const std::uint16_t as = found->second;
    const Track& track = in_->track(record.track);
    if (record.type == Type::Event) return pass_event(track, as);
    if (wire::is_ancillary(record.type) && record.type != Type::Attachment) {
      wire::Header sent = record;
      sent.track = as;
      return joiner_->add_record(sent, in_->body());
    }
    if (record.type == Type::Track) check_alike(record.track);
    if (record.type == Type::Frame) {
      constexpr Rational ns{1, ns_per_second};
      const Frame& frame = in_->frame(record.track);
      const Frame sent = placed(track, frame, as);
      opened_[as] = {sent,
                     subtract_time(rescale(sent.pts, times_.time_base(), ns), rescale(frame.pts, track.time_base, ns))};
    }
    if (record.type == Type::Bytes && track.is_raw_audio()) {
      times_.add_samples(track, as, record.length / sample_frame_bytes(track));
    }
    if (HeldFrame* const frame = window_->take(record)) {
      const auto& [sent, shift] = opened_.at(as);
      if (sent.pts == no_time) bad("a frame without a time: --rate gives it one");
      joiner_->place(*frame, as, sent, shift);
    }
    while (!window_->frames().empty() && window_->front().complete) joiner_->add(window_->pop());
  }

  Reader* in_ = nullptr;
  Inputs& inputs_;
  Writer& out_;
  const std::optional<Rational> rate_;
  const bool each_;
  const ConcatOptions& options_;
  std::size_t stages_ = 1;
  std::string title_;
  std::map<std::uint16_t, TrackState> tracks_;      // of the output
  std::map<std::uint16_t, std::uint16_t> numbers_;  // of the part's tracks: the output's
  PartTimes times_;
  wire::End end_;
  std::vector<Attachment> whole_;  // of the first part, for the whole stream
  bool reported_attachments_ = false;
  std::optional<PartJoiner> joiner_;
  std::optional<StreamWindow> window_;  // of the part, for the joiner
  // Frames on outgoing tracks, for the joiner, and the ns that were added to their times.
  std::map<std::uint16_t, std::pair<Frame, std::int64_t>> opened_;
  const Reader* model_ = nullptr;  // the tracks of the output; none: those of the first part
  bool stops_ = false;             // an interrupt of this stage ends the stream with the part
};

}  // namespace

void concat(Inputs& inputs, Writer& out, const ConcatOptions& options) { ConcatStage(inputs, out, options).run(); }

}  // namespace sl
