// sl-join: the tracks of several inputs as one stream, picture from here and sound from there.

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/combine/frame_merge.h"
#include "libcore/combine/input_set.h"
#include "libcore/media/attachment.h"
#include "libcore/media/stream_span.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/stage/options.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/events.h"
#include "libcore/wire/track_choice.h"

namespace {

using sl::wire::Type;

class JoinStage {
 public:
  bool shortest = false;

  void run(sl::Inputs& inputs, sl::Writer& out) {
    inputs_ = &inputs;
    out_ = &out;
    sl::StreamSet streams(inputs, out);
    sl::FrameMerge merge(inputs, [&](std::size_t i, std::uint16_t number) {
      return parts_[i].numbers.contains(number) && !parts_[i].past_end.contains(number);
    });
    bool abandoned = false;
    while (!abandoned && streams.begin()) {
      parts_.assign(inputs.size(), {});
      end_ = {};
      announce(streams);
      merge.begin(streams, shortest);
      while (const auto item = merge.next()) {
        const std::size_t i = item->input;
        const bool is_there =
            item->record && inputs.use(i, [&](sl::Reader& in) { take(i, in, *item->record, streams); });
        if (!is_there) lose(i);
        const bool is_over = is_there && item->record->type != Type::End && is_past_end(i);
        if (!is_there || is_over) merge.leave(i);
        abandoned = abandoned || is_over;
      }
      streams.end();
    }
  }

 private:
  struct JoinedInput {
    std::map<std::uint16_t, std::uint16_t> numbers;  // of its tracks: the output's
    std::set<std::uint16_t> past_end;                // tracks past the end of the shortest input
    sl::LatestEnd end;
    bool reported_attachments = false;
  };

  void announce(sl::StreamSet& streams) {
    last_number_ = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (inputs_->lost(i)) continue;
      const sl::Reader& in = inputs_->reader(i);
      const std::string choice = inputs_->option(i, "tracks");
      const auto picked = choice.empty() ? in.tracks() : sl::TrackChoice("tracks=", choice).pick(in);
      for (const std::uint16_t number : picked) out_->track(add_track(i, number), in.track(number));
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (inputs_->lost(i)) {
        lose(i);
        continue;
      }
      const sl::StreamHeader& header = streams.header(i);
      header.pass(0, *out_, 0, i == 0);
      if (i != 0 && !inputs_->reader(i).attachments(0).empty()) report_attachments(i);
      for (const auto& [number, as] : parts_[i].numbers) header.pass(number, *out_, as);
    }
    streams.forget_headers();
  }

  std::uint16_t add_track(std::size_t i, std::uint16_t number) {
    if (last_number_ == sl::wire_limit::tracks) {
      throw sl::Error(sl::Status::Limit, "the inputs have more than 64 tracks together (nothing raises the limit)");
    }
    return parts_[i].numbers[number] = ++last_number_;
  }

  // Only the first input's attachments can belong to the whole stream.
  void report_attachments(std::size_t i) {
    if (std::exchange(parts_[i].reported_attachments, true)) return;
    sl::write_not_carried(*out_, 0, "attachments of the whole of input " + std::to_string(i + 1));
  }

  // Continue without a lost input.
  void lose(std::size_t i) {
    for (const auto& [number, as] : parts_[i].numbers) out_->complete_frame(as);
    if (!reported_losses_.insert(i).second) return;
    sl::write_lost_input(*out_, i + 1, *inputs_->lost(i));
  }

  void take(std::size_t i, sl::Reader& in, const sl::wire::Header& record, sl::StreamSet& streams) {
    if (record.type == Type::End) return take_end(i, streams);
    if (record.type == Type::Stage) return streams.pass_stage(i);
    if (record.track == 0) {
      if (i != 0 && record.type == Type::Attachment) return report_attachments(i);
      return in.pass(record, *out_);
    }
    JoinedInput& part = parts_[i];
    if (record.type == Type::Track && !part.numbers.contains(record.track)) {  // one that comes late
      const std::string choice = inputs_->option(i, "tracks");
      if (choice.empty() || sl::TrackChoice("tracks=", choice).includes(in, record.track)) add_track(i, record.track);
    }
    const auto found = part.numbers.find(record.track);
    if (found == part.numbers.end()) return;
    const bool is_piece = record.type == Type::Rows || record.type == Type::Bytes;
    if (is_piece && !out_->in_frame(found->second)) return;  // of a frame that was left out
    if (record.type == Type::Frame && !is_in_time(part, in.track(record.track), in.frame(record.track))) {
      part.past_end.insert(record.track);
      return;
    }
    in.pass(record, *out_, found->second);
  }

  // ---- The shortest ----

  // Whether a frame begins before the end of the shortest input, as far as that has come.
  bool is_in_time(JoinedInput& part, const sl::Track& track, const sl::Frame& frame) const {
    if (end_.is_known() && !end_.is_after(frame.pts, track.time_base)) return false;
    if (shortest && !sl::rest_flag(track, "sparse")) part.end.add(track, frame);
    return true;
  }

  // Whether an input can send nothing more.
  [[nodiscard]] bool is_past_end(std::size_t i) const {
    const JoinedInput& part = parts_[i];
    return !part.past_end.empty() && std::ranges::all_of(part.numbers, [&](const auto& entry) {
      const auto& [number, as] = entry;
      return !out_->in_frame(as) &&
             (part.past_end.contains(number) || sl::rest_flag(inputs_->reader(i).track(number), "sparse"));
    });
  }

  void take_end(std::size_t i, sl::StreamSet& streams) {
    const JoinedInput& part = parts_[i];
    if (std::ranges::any_of(part.numbers, [&](const auto& entry) { return out_->in_frame(entry.second); })) {
      sl::fail_interrupted();  // a live one, cut in a frame
    }
    streams.note_end(i);
    if (part.end.is_known() && (!end_.is_known() || part.end < end_)) end_ = part.end;
  }

  sl::Inputs* inputs_ = nullptr;
  sl::Writer* out_ = nullptr;
  std::vector<JoinedInput> parts_;
  std::set<std::size_t> reported_losses_;
  std::uint16_t last_number_ = 0;
  sl::LatestEnd end_;  // of the first input that ended, by time, if the shortest ends the stream
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-join", "Join the tracks of several inputs into one stream: picture from here, sound from there.");
  tool.example("sl-join film.mp4[tracks=video] sound.wav > film.slw", "another sound for a film");
  tool.example("sl-join <(sl-decode in.jpg | sl-invert) in.jpg | sl-track 1 | sl-encode .png > out.png");
  tool.describe(
      "Tracks are numbered again in the order of the inputs; their times and clocks stay. NAME[tracks=...] picks "
      "some of an input's tracks, as sl-track does but with + between them: [tracks=video+audio:de]. Frames come "
      "interleaved by time, within a second, or a tenth of one if a track is live; nothing is kept in memory for "
      "that, inputs that are ahead wait. Attachments of a whole stream come from the first input.");
  std::vector<std::string> optional;
  JoinStage stage;
  tool.option("--shortest", stage.shortest, "end with the input that ends first; frames that begin later are left out");
  tool.option("--optional", optional, "N", "continue without input N (from 1) when it fails or cannot be opened");
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
