// Routing of tracks.

#include "formats/av/filter/filter_stage.h"

#include "formats/av/filter/filtered_track.h"
#include "libcore/base/report.h"
#include "libcore/filter/point.h"
#include "libcore/wire/events.h"

namespace sl::av {

using wire::Type;

FilterStage::FilterStage(const FilterJob& job) : job_(job) {}

FilterStage::~FilterStage() = default;

void FilterStage::run(Reader& in, Writer& out) {
  kind_ = FilterGraph::ends(job_.graph, job_.named).input;
  while (const auto next = in.next()) {
    if (next->type == Type::Start) tracks_.clear();
    if (next->type == Type::End) end(in);
    if (next->type == Type::Track) {
      track(in, out, *next);
    } else if (!record(in, out, *next)) {
      if (next->type != Type::Start && next->type != Type::Stage) {
        for (const auto& [number, track] : tracks_) {
          // Announce tracks before the first frame of any other, and before records about them.
          if (next->type == Type::Frame || next->type == Type::End || number == next->track) track->announce();
        }
      }
      if (next->track == 0 && !tracks_.empty()) {
        pass_untied(in, *next, out);
      } else {
        in.pass(*next, out);
      }
    }
  }
}

bool FilterStage::takes(const Reader& in, std::uint16_t number) const {
  const Track& track = in.track(number);
  const bool fits = track.kind == kind_ && track.codec == "raw";
  if (!job_.tracks) return fits && tracks_.empty();
  if (!job_.tracks->includes(in, number)) return false;
  if (!fits && job_.tracks->text() != "all") {
    throw Error(Status::Usage, "--track " + std::to_string(number) + ": is no " +
                                   (kind_ == Kind::Video ? "video" : "sound") + ", which " + job_.named + " takes");
  }
  return fits;
}

void FilterStage::track(Reader& in, Writer& out, const wire::Header& record) {
  const std::uint16_t number = record.track;
  const auto found = tracks_.find(number);
  if (found != tracks_.end()) return found->second->change();
  if (!takes(in, number)) return in.pass(record, out);
  tracks_.emplace(number, std::make_unique<FilteredTrack>(job_, in, out, number));
}

// False if the record belongs to no filtered track, or does not concern its graph.
bool FilterStage::record(Reader& in, Writer& out, const wire::Header& record) {
  const auto found = tracks_.find(record.track);
  if (record.track == 0 || found == tracks_.end()) return false;
  FilteredTrack& track = *found->second;
  switch (record.type) {
    case Type::Frame:
      track.frame();
      return true;
    case Type::Rows:
      track.rows();
      return true;
    case Type::Bytes:
      track.bytes((record.flags & wire::piece_damaged) != 0);
      return true;
    case Type::Attachment:
      track.attachments_changed();
      if ((record.flags & (wire::tied_to_pixels | wire::next_frame_only)) == 0) return true;
      track.announce();
      report_not_carried(out, record.track, "attachment " + wire::read_attachment(record, in.body()).name,
                         "its pixels or its frame have changed");
      return true;
    default:
      return false;
  }
}

void FilterStage::end(const Reader& in) {
  std::uint64_t interlaced = 0;
  for (const auto& [number, track] : tracks_) {
    track->finish();
    track->report_loss();
    interlaced += track->interlaced_frames();
  }
  const std::string kind = kind_ == Kind::Video ? "video" : "sound";
  if (job_.tracks && job_.tracks->text() != "all") (void)job_.tracks->pick(in);  // throws if one is missing
  if (tracks_.empty()) warn("there is no " + kind + ": everything passes unchanged");
  if (!tracks_.empty() && job_.only_fields && interlaced == 0) {
    warn("no frame is marked as interlaced: all pass unchanged (--fields top takes them for interlaced)");
  }
}

}  // namespace sl::av
