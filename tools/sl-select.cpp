// sl-select: frames chosen by number, time, key frames or clips; sound for stretches of time.

#include <optional>
#include <set>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/filter/per_track.h"
#include "libcore/frames/chosen_track.h"
#include "libcore/frames/span_cut.h"
#include "libcore/stage/frame_options.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/events.h"
#include "libcore/wire/track_choice.h"

namespace {

using sl::wire::Type;

class SelectStage {
 public:
  sl::FrameChoice choice;
  std::optional<sl::TrackChoice> tracks;  // the first one of these; without: the first one with pictures

  void run(sl::Reader& in, sl::Writer& out) {
    in_ = &in;
    out_ = &out;
    const sl::SpanCut::Options options{{choice.range_start, choice.range_stop}, false, false};
    sl::PerTrack<sl::SpanCut> cuts(
        in, out, [&](std::uint16_t number) { return std::make_unique<sl::SpanCut>(in, out, number, options); });
    while (const auto record = in.next()) {
      if (record->type == Type::Start) {
        chosen_.reset();
        left_out_.clear();
        number_ = 0;
      }
      if (record->type == Type::Track && number_ == 0 && is_chosen(record->track)) number_ = record->track;
      if (number_ == 0 && (record->type == Type::Frame || record->type == Type::End)) refuse_track(*record);
      if (choice.by == sl::FrameChoice::By::Range) {
        if (record->type == Type::End) refuse_range(cuts);
        cuts.take(*record);
      } else if (choice.by == sl::FrameChoice::By::All || record->track == 0) {
        if (record->type == Type::End && chosen_) chosen_->at_end();
        in.pass(*record, out);
      } else if (record->track == number_) {
        if (!chosen_) {
          chosen_.emplace(in, out, number_, choice);
        } else {
          chosen_->on_record(*record);
        }
      } else if (record->type == Type::Track && left_out_.insert(record->track).second) {
        report_left_out(record->track);
      }
    }
  }

 private:
  bool is_chosen(std::uint16_t track) const {
    return tracks ? tracks->includes(*in_, track) : in_->track(track).kind == sl::Kind::Video;
  }

  void refuse_track(const sl::wire::Header& record) const {
    if (record.type == Type::End && in_->stopped_here()) return;
    const std::string name = in_->name();
    if (tracks) throw sl::Error(sl::Status::Usage, name + ": there is no track " + tracks->text());
    if (choice.by != sl::FrameChoice::By::All) {
      throw sl::Error(sl::Status::Data, name + ": there is no track of pictures (--track chooses another one)");
    }
  }

  void report_left_out(std::uint16_t track) {
    const sl::Kind kind = in_->track(track).kind;
    const char* what = kind == sl::Kind::Audio ? " (sound)" : kind == sl::Kind::Video ? " (pictures)" : " (data)";
    sl::write_not_carried(*out_, 0, "track " + std::to_string(track) + what,
                          "single frames of another track were chosen");
  }

  void refuse_range(const sl::PerTrack<sl::SpanCut>& cuts) const {
    const auto cut = cuts.states().find(number_);
    if (cut != cuts.states().end() && cut->second->ended_before() && !in_->stopped_here()) {
      throw sl::Error(sl::Status::Usage, in_->name() + ": --range: it ends before that");
    }
  }

  sl::Reader* in_ = nullptr;
  sl::Writer* out_ = nullptr;
  std::uint16_t number_ = 0;
  std::set<std::uint16_t> left_out_;
  std::optional<sl::ChosenTrack> chosen_;
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-select", "Pass on the frames that are asked for.");
  tool.example("sl-select --frame 10 film.mp4 -o frame.png");
  tool.example("sl-decode film.mkv | sl-select --at 250ms,1.5s | sl-encode -o shown-%d.jpg", "the pictures shown then");
  tool.example("sl-select --range 0.5s:1s film.mp4 -o part.mkv", "with the sound of that time");
  tool.example("sl-decode in.jpg | sl-select --frame -1 | sl-encode .png > last.png");
  tool.describe(
      "Frames count on the first track of pictures, or on --track. sl-decode takes the same options and seeks in the "
      "film, so it is faster there; this is for the wire, from any stage.");
  tool.describe(
      "Numbers and times of frames stay; a frame that is repeated, or sent after a later one, gets the next free "
      "number. --range cuts all tracks, sound to the sample. Other choices pass only the chosen track, and an event "
      "reports each track that is left out; without a choice all tracks pass.");
  tool.describe(
      "One frame is kept in memory if the choice goes forward. If it goes back, or counts from the end, all frames "
      "that it may still ask for are kept, up to --max-memory. Packets are decoded first, except for --key-frames, "
      "and for --range, which keeps whole groups of them and marks those outside as not shown.");

  SelectStage stage;
  const sl::FrameChoiceOptions options(tool);
  tool.group("Options");
  std::string track = "0";
  tool.option("--track", track, "TRACK", "whose frames: 2, video:2, audio:de; 0 is the first one with pictures");
  tool.check([&] {
    stage.choice = options.choice();
    if (track != "0") stage.tracks.emplace("--track", track);
    const auto by = stage.choice.by;
    const bool whole_packets =
        by == sl::FrameChoice::By::All || by == sl::FrameChoice::By::KeyFrames || by == sl::FrameChoice::By::Range;
    if (whole_packets) tool.accept_packets();
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}
