// The start of a stream is kept until its borders are known, and then treated as the rest is.

#include "libcore/filter/trim.h"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/filter/point.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/pixels/border.h"
#include "libcore/pixels/mover.h"
#include "libcore/wire/attachments.h"
#include "libcore/wire/events.h"

namespace sl {

namespace {

using wire::Type;

// A record of the start. Its body, or the samples of its rows, are in the store.
struct StoredRecord {
  wire::Header header;
  std::optional<Track> track{};
  std::optional<Frame> frame{};
  Strip rows{};  // without samples
  std::uint64_t offset = 0;
  std::size_t bytes = 0;
};

// One track of raw video.
struct TrimmedTrack {
  Track from;
  std::unique_ptr<BorderFinder> finder;                              // while looking
  std::map<std::pair<std::uint32_t, std::uint32_t>, Rect> contents;  // by the size of frames, stored
  std::optional<Mover> mover;

  void look_at(const Track& track, double fuzz) {
    note();
    from = track;
    finder = std::make_unique<BorderFinder>(track, fuzz);
  }
  void note() {
    const auto content = finder ? finder->content() : std::nullopt;
    if (content) contents[{from.width, from.height}] = *content;
  }
  void begin(const Track& track) {
    from = track;
    const auto found = contents.find({track.width, track.height});
    const Rect whole{0, 0, track.width, track.height};
    mover.emplace(track, crop_to(track, upright_part(track, found == contents.end() ? whole : found->second)));
  }
};

class TrimStage {
 public:
  TrimStage(Reader& in, Writer& out, const TrimSettings& settings, ReplayStore& store)
      : in_(in), out_(out), settings_(settings), store_(store) {}

  void run() {
    while (const auto record = in_.next()) {
      if (record->type == Type::Start) begin();
      const bool passes = record->type == Type::Start || record->type == Type::Stage;
      if (record->type == Type::End || (looks_ && is_past_start(*record))) replay();
      if (passes || record->type == Type::End) {
        in_.pass(*record, out_);
      } else {
        looks_ ? keep(*record) : treat(*record);
      }
    }
  }

 private:
  void begin() {
    looks_ = true;
    tracks_.clear();
    records_.clear();
    store_.clear();
    first_.clear();
  }

  [[nodiscard]] bool is_raw(std::uint16_t number) const { return number != 0 && in_.track(number).is_raw_video(); }

  bool is_past_start(const wire::Header& record) {
    if (record.type != Type::Frame || !is_raw(record.track)) return false;
    const Frame& frame = in_.frame(record.track);
    if (frame.pts == no_time) return false;
    const std::int64_t first = first_.emplace(record.track, frame.pts).first->second;
    return subtract_time(frame.pts, first) >= ticks_up(settings_.look, in_.track(record.track).time_base);
  }

  // ---- The start ----

  void keep(const wire::Header& record) {
    StoredRecord& kept = records_.emplace_back(StoredRecord{.header = record});
    kept.offset = store_.size();
    if (record.type == Type::Track) {
      kept.track = in_.track(record.track);
      if (is_raw(record.track)) tracks_[record.track].look_at(*kept.track, settings_.fuzz);
    } else if (record.type == Type::Frame) {
      kept.frame = in_.frame(record.track);
    } else if (record.type == Type::Rows) {
      kept.rows = in_.strip();
      const std::uint64_t bytes = strip_bytes(*kept.rows.format, kept.rows.width, kept.rows.rows);
      kept.bytes = static_cast<std::size_t>(bytes);
      memory_.resize(kept.bytes);
      copy_rows(kept.rows, packed_strip(*kept.rows.format, kept.rows.width, kept.rows.rows, memory_.data()));
      store_.append(memory_);
      tracks_.at(record.track).finder->add(kept.rows);
    } else {
      const auto body = in_.body();
      kept.bytes = body.size();
      store_.append(body);
    }
  }

  void replay() {
    if (!std::exchange(looks_, false)) return;
    for (auto& [number, track] : tracks_) track.note();
    for (const StoredRecord& record : std::exchange(records_, {})) {
      load(record);
      treat(record);
    }
    store_.clear();
    for (auto& [number, track] : tracks_) track.finder.reset();
  }

  void load(const StoredRecord& record) {
    memory_.resize(record.bytes);
    for (std::size_t done = 0; done < memory_.size();) {
      const std::size_t read = store_.read(record.offset + done, std::span(memory_).subspan(done));
      if (read == 0) throw Error(Status::Bug, "a bug: the store is short");
      done += read;
    }
  }

  void treat(const StoredRecord& record) {
    const std::uint16_t number = record.header.track;
    if (record.track) return announce(number, *record.track);
    if (record.frame) return open(number, *record.frame);
    if (record.header.type == Type::Rows) {
      Strip strip = packed_strip(*record.rows.format, record.rows.width, record.rows.rows, memory_.data());
      strip.first = record.rows.first;
      strip.last = record.rows.last;
      strip.damaged = record.rows.damaged;
      return push(number, strip);
    }
    if (record.header.type == Type::Bytes) {
      const std::uint8_t flags = record.header.flags;
      return out_.bytes(number, memory_, (flags & wire::piece_last) != 0, (flags & wire::piece_damaged) != 0);
    }
    const bool is_tied = record.header.type != Type::Event && (record.header.flags & wire::tied_to_pixels) != 0;
    if (is_tied && tracks_.contains(number)) {
      report_not_carried(out_, number, "an attachment", "it belongs to pixels that are changed");
    } else if (record.header.type == Type::Attachment) {
      out_.attachment(number, wire::read_attachment(record.header, memory_));
    } else {
      out_.ancillary(record.header, memory_);
    }
  }

  // ---- The rest ----

  void treat(const wire::Header& record) {
    const bool is_own = is_raw(record.track);
    if (is_own && record.type == Type::Track) {
      announce(record.track, in_.track(record.track));
    } else if (is_own && record.type == Type::Frame) {
      open(record.track, in_.frame(record.track));
    } else if (is_own && record.type == Type::Rows) {
      push(record.track, in_.strip());
    } else {
      pass_untied(in_, record, out_);
    }
  }

  void announce(std::uint16_t number, const Track& track) {
    if (!track.is_raw_video()) return out_.track(number, track);
    TrimmedTrack& own = tracks_[number];
    own.begin(track);
    out_.track(number, own.mover->track());
  }

  void open(std::uint16_t number, Frame frame) {
    const auto own = tracks_.find(number);
    if (own != tracks_.end()) (void)move_geometry(frame, own->second.mover->move());
    out_.frame(number, frame);
  }

  void push(std::uint16_t number, const Strip& strip) {
    tracks_.at(number).mover->push(strip, [&](const Strip& rows) { out_.rows(number, rows); });
  }

  Reader& in_;
  Writer& out_;
  const TrimSettings& settings_;
  ReplayStore& store_;
  bool looks_ = false;  // records are kept
  std::map<std::uint16_t, TrimmedTrack> tracks_;
  std::map<std::uint16_t, std::int64_t> first_;  // pts of each track
  std::vector<StoredRecord> records_;
  std::vector<std::byte> memory_;
};

}  // namespace

void trim_borders(Reader& in, Writer& out, const TrimSettings& settings, ReplayStore& store) {
  TrimStage(in, out, settings, store).run();
}

}  // namespace sl
