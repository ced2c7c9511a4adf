// Frames go in the order of their times; an input may be lost, or end the stream.

#include "libcore/combine/join.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/combine/frame_merge.h"
#include "libcore/combine/input_set.h"
#include "libcore/media/attachment.h"
#include "libcore/media/stream_span.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/wire/events.h"
#include "libcore/wire/track_choice.h"

namespace sl {

namespace {

using wire::Type;

class JoinStage {
 public:
  JoinStage(Inputs& inputs, Writer& out, bool shortest) : inputs_(inputs), out_(out), shortest_(shortest) {}

  void run() {
    StreamSet streams(inputs_, out_);
    FrameMerge merge(inputs_, [&](std::size_t i, std::uint16_t number) {
      return parts_[i].numbers.contains(number) && !parts_[i].past_end.contains(number);
    });
    bool abandoned = false;
    while (!abandoned && streams.begin()) {
      parts_.assign(inputs_.size(), {});
      end_ = {};
      announce(streams);
      merge.begin(streams, shortest_);
      while (const auto item = merge.next()) {
        const std::size_t i = item->input;
        const bool is_there = item->record && inputs_.use(i, [&](Reader& in) { take(i, in, *item->record, streams); });
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
    LatestEnd end;
    bool reported_attachments = false;
  };

  void announce(StreamSet& streams) {
    last_number_ = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (inputs_.lost(i)) continue;
      const Reader& in = inputs_.reader(i);
      const std::string choice = inputs_.option(i, "tracks");
      const auto picked = choice.empty() ? in.tracks() : TrackChoice("tracks=", choice).pick(in);
      for (const std::uint16_t number : picked) out_.track(add_track(i, number), in.track(number));
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (inputs_.lost(i)) {
        lose(i);
        continue;
      }
      const StreamHeader& header = streams.header(i);
      header.pass(0, out_, 0, i == 0);
      if (i != 0 && !inputs_.reader(i).attachments(0).empty()) report_attachments(i);
      for (const auto& [number, as] : parts_[i].numbers) header.pass(number, out_, as);
    }
    streams.forget_headers();
  }

  std::uint16_t add_track(std::size_t i, std::uint16_t number) {
    if (last_number_ == wire_limit::tracks) {
      throw Error(Status::Limit, "the inputs have more than 64 tracks together (nothing raises the limit)");
    }
    return parts_[i].numbers[number] = ++last_number_;
  }

  // Only the first input's attachments can belong to the whole stream.
  void report_attachments(std::size_t i) {
    if (std::exchange(parts_[i].reported_attachments, true)) return;
    report_not_carried(out_, 0, "attachments of the whole of input " + std::to_string(i + 1),
                       "the stream has those of the first input");
  }

  // Continue without a lost input.
  void lose(std::size_t i) {
    for (const auto& [number, as] : parts_[i].numbers) out_.complete_frame(as);
    if (!reported_losses_.insert(i).second) return;
    write_lost_input(out_, i + 1, *inputs_.lost(i));
  }

  void take(std::size_t i, Reader& in, const wire::Header& record, StreamSet& streams) {
    if (record.type == Type::End) return take_end(i, streams);
    if (record.type == Type::Stage) return streams.pass_stage(i);
    if (record.track == 0) {
      if (i != 0 && record.type == Type::Attachment) return report_attachments(i);
      return in.pass(record, out_);
    }
    JoinedInput& part = parts_[i];
    if (record.type == Type::Track && !part.numbers.contains(record.track)) {  // one that comes late
      const std::string choice = inputs_.option(i, "tracks");
      if (choice.empty() || TrackChoice("tracks=", choice).includes(in, record.track)) add_track(i, record.track);
    }
    const auto found = part.numbers.find(record.track);
    if (found == part.numbers.end()) return;
    const bool is_piece = record.type == Type::Rows || record.type == Type::Bytes;
    if (is_piece && !out_.in_frame(found->second)) return;  // of a frame that was left out
    if (record.type == Type::Frame && !is_in_time(part, in.track(record.track), in.frame(record.track))) {
      part.past_end.insert(record.track);
      return;
    }
    in.pass(record, out_, found->second);
  }

  // ---- The shortest ----

  // Whether a frame begins before the end of the shortest input, as far as that has come.
  bool is_in_time(JoinedInput& part, const Track& track, const Frame& frame) const {
    if (end_.is_known() && !end_.is_after(frame.pts, track.time_base)) return false;
    if (shortest_ && !rest_flag(track, "sparse")) part.end.add(track, frame);
    return true;
  }

  // Whether an input can send nothing more.
  [[nodiscard]] bool is_past_end(std::size_t i) const {
    const JoinedInput& part = parts_[i];
    return !part.past_end.empty() && std::ranges::all_of(part.numbers, [&](const auto& entry) {
      const auto& [number, as] = entry;
      return !out_.in_frame(as) &&
             (part.past_end.contains(number) || rest_flag(inputs_.reader(i).track(number), "sparse"));
    });
  }

  void take_end(std::size_t i, StreamSet& streams) {
    const JoinedInput& part = parts_[i];
    if (std::ranges::any_of(part.numbers, [&](const auto& entry) { return out_.in_frame(entry.second); })) {
      fail_interrupted();  // a live one, cut in a frame
    }
    streams.note_end(i);
    if (part.end.is_known() && (!end_.is_known() || part.end < end_)) end_ = part.end;
  }

  Inputs& inputs_;
  Writer& out_;
  const bool shortest_;
  std::vector<JoinedInput> parts_;
  std::set<std::size_t> reported_losses_;
  std::uint16_t last_number_ = 0;
  LatestEnd end_;  // of the first input that ended, by time, if the shortest ends the stream
};

}  // namespace

void join(Inputs& inputs, Writer& out, bool shortest) { JoinStage(inputs, out, shortest).run(); }

}  // namespace sl
