// Records to packed records, and back.

#include "libcore/packing/pack_stream.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

using wire::Type;

namespace {

// Tracks of raw samples as packed ones. Rows are gathered on a grid of their own, so that the bytes do not depend on
// how their strips were cut.
class StreamPacker {
 public:
  StreamPacker(Reader& in, Writer& out) : in_(in), out_(out) {}

  void run() {
    while (const auto record = in_.next()) {
      switch (record->type) {
        case Type::Start:
          tracks_.clear();
          out_.begin(in_.preamble().flags | wire::preamble_packed);
          break;
        case Type::Track:
          announce(*record);
          break;
        case Type::Frame:
          if (const auto found = tracks_.find(record->track); found != tracks_.end()) found->second.moments = 0;
          in_.pass(*record, out_);
          break;
        case Type::Rows:
          take_samples(*record);
          break;
        case Type::Bytes:
          if (tracks_.contains(record->track)) {
            take_samples(*record);
          } else {
            in_.pass(*record, out_);
          }
          break;
        default:
          in_.pass(*record, out_);
          break;
      }
    }
  }

 private:
  struct Part {
    Track track;  // of the samples
    std::vector<std::byte> memory;
    Strip held;  // rows of the next strip; its rows that are here are `held_rows`
    std::uint32_t held_rows = 0;
    std::uint64_t moments = 0;  // of sound, in the open frame
  };

  void announce(const wire::Header& record) {
    const Track& track = in_.track(record.track);
    tracks_.erase(record.track);
    if (!track.is_raw_video() && !track.is_raw_audio()) return in_.pass(record, out_);
    Track packed = track;
    packed.codec = lossless_codec;
    tracks_[record.track].track = track;
    out_.track(record.track, packed);
  }

  void take_samples(const wire::Header& record) {
    Part& part = tracks_.at(record.track);
    try {
      if (record.type == Type::Rows) {
        take_rows(part, record.track);
      } else {
        take_sound(part, record);
      }
    } catch (const Error& error) {
      if (!in_.stopped_by(error)) throw;
    }
  }

  void take_rows(Part& part, std::uint16_t number) {
    const Track& track = part.track;
    const std::uint32_t grid = strip_rows(track);
    const Strip strip = in_.strip();
    if (part.held_rows == 0 && strip.first % grid == 0 && strip.rows == std::min(grid, track.height - strip.first)) {
      return write(strip, number);
    }
    for (std::uint32_t skip = 0; skip < strip.rows;) {
      const std::uint32_t row = strip.first + skip;
      if (part.held_rows == 0) {
        const std::uint32_t rows = std::min(grid, track.height - row);
        part.memory.resize(static_cast<std::size_t>(strip_bytes(*track.pixels, track.width, rows)));
        part.held = packed_strip(*track.pixels, track.width, rows, part.memory.data());
        part.held.first = row;
        part.held.last = row + rows == track.height;
      }
      const std::uint32_t rows = std::min(part.held.rows - part.held_rows, strip.rows - skip);
      copy_rows(part_of(strip, skip, rows), part_of(part.held, part.held_rows, rows));
      part.held.damaged = part.held.damaged || strip.damaged;
      part.held_rows += rows;
      skip += rows;
      if (part.held_rows != part.held.rows) continue;
      write(part.held, number);
      part.held_rows = 0;
    }
  }

  void write(const Strip& strip, std::uint16_t number) {
    std::span<const std::byte> packed = coder_.pack(tracks_.at(number).track, strip);
    // Only a strip of rows of about 64 MiB, of noise, does not fit one record.
    for (; packed.size() > wire_limit::body; packed = packed.subspan(wire_limit::body)) {
      out_.bytes(number, packed.first(wire_limit::body), false, strip.damaged);
    }
    out_.bytes(number, packed, strip.last, strip.damaged);
  }

  void take_sound(Part& part, const wire::Header& record) {
    const auto body = std::span<const std::byte>(in_.body());
    const bool last = (record.flags & wire::piece_last) != 0, damaged = (record.flags & wire::piece_damaged) != 0;
    if (body.empty()) return out_.bytes(record.track, {}, last, damaged);
    const std::size_t moment = sample_frame_bytes(part.track);
    const std::size_t most = std::max<std::size_t>(1, packing::most_sound_bytes / moment) * moment;
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t size = std::min(most, body.size() - at);
      if (part.moments + size / moment > ~std::uint32_t{0}) {
        throw Error(Status::Limit, in_.name() + ": a frame of more than 2^32 samples of sound cannot be packed");
      }
      const auto packed = coder_.pack(part.track, static_cast<std::uint32_t>(part.moments), body.subspan(at, size));
      part.moments += size / moment;
      at += size;
      out_.bytes(record.track, packed, last && at == body.size(), damaged);
    }
  }

  Reader& in_;
  Writer& out_;
  packing::StripCoder coder_;
  std::map<std::uint16_t, Part> tracks_;  // those that are packed
};

}  // namespace

void pack_streams(Reader& in, Writer& out) { StreamPacker(in, out).run(); }

void unpack_streams(Reader& in, Writer& out, bool salvage) {
  std::map<std::uint16_t, std::unique_ptr<TrackUnpacker>> tracks;
  while (const auto record = in.next()) {
    const auto found = tracks.find(record->track);
    TrackUnpacker* const packed = found == tracks.end() ? nullptr : found->second.get();
    if (record->type == Type::Start) {
      tracks.clear();
      out.begin(in.preamble().flags & ~wire::preamble_packed);
    } else if (record->type == Type::Track) {
      tracks.erase(record->track);
      const Track& track = in.track(record->track);
      if (track.is_packed()) {
        auto unpacker = std::make_unique<TrackUnpacker>(track, in.name(), salvage);
        out.track(record->track, unpacker->track());
        tracks[record->track] = std::move(unpacker);
      } else {
        in.pass(*record, out);
      }
    } else if (record->type == Type::Bytes && packed != nullptr) {
      try {
        const bool last = (record->flags & wire::piece_last) != 0, damaged = (record->flags & wire::piece_damaged) != 0;
        packed->piece(in.body(), last, damaged, out, record->track);
      } catch (const Error& error) {
        if (!in.stopped_by(error)) throw;
      }
    } else {
      if (record->type == Type::Frame && packed != nullptr) packed->begin(in.frame(record->track));
      in.pass(*record, out);
    }
  }
}

// ---- One track ----

TrackUnpacker::TrackUnpacker(const Track& packed, std::string name, bool salvage)
    : track_(packed), name_(std::move(name)), salvage_(salvage) {
  track_.codec = "raw";
}

void TrackUnpacker::begin(const Frame& frame) {
  frame_ = frame.number;
  next_ = 0;
  pending_.clear();
  skips_ = reported_ = false;
}

std::string TrackUnpacker::place() const {
  const std::string row = (track_.kind == Kind::Video ? ", row " : ", sample ") + std::to_string(next_);
  return name_ + ": " + std::string(lossless_codec) + ": damaged in frame " + std::to_string(frame_) + row + ": ";
}

void TrackUnpacker::damage(const std::string& what) {
  if (!salvage_) throw Error(Status::Data, place() + what);
  if (!std::exchange(reported_, true)) warn(place() + what);
}

void TrackUnpacker::piece(std::span<const std::byte> piece, bool last, bool damaged, Writer& out,
                          std::uint16_t number) {
  constexpr std::size_t head_bytes = packing::StripHead::bytes;
  // Strips are cut anyhow, but usually a piece is a strip.
  const bool joins = !pending_.empty();
  if (joins && !skips_) pending_.insert(pending_.end(), piece.begin(), piece.end());
  std::span<const std::byte> rest = joins ? std::span<const std::byte>(pending_) : piece;
  while (!skips_ && rest.size() >= head_bytes) {
    packing::StripHead head;
    try {
      head = packing::read_strip_head(track_, next_, rest);
    } catch (const Error& error) {
      damage(error.what());
      skips_ = true;
      break;
    }
    if (rest.size() - head_bytes < head.length) break;
    const auto body = rest.subspan(head_bytes, head.length);
    rest = rest.subspan(head_bytes + head.length);
    take_strip(head, body, last && rest.empty(), out, number);
  }
  if (skips_) rest = {};
  pending_ = std::vector<std::byte>(rest.begin(), rest.end());
  if (last) end_frame(damaged, out, number);
}

void TrackUnpacker::take_strip(const packing::StripHead& head, std::span<const std::byte> body, bool last, Writer& out,
                               std::uint16_t number) {
  const bool picture = track_.kind == Kind::Video;
  Strip strip;
  std::span<std::byte> samples;
  if (picture) {
    strip = out.place(number, head.rows);
    strip.damaged = head.damaged;
  } else {
    const std::size_t size = head.rows * sample_frame_bytes(track_);
    if (samples_.size() < size) samples_.resize(size);
    samples = std::span(samples_).first(size);
  }
  bool whole = true;
  try {
    if (picture) {
      coder_.unpack(track_, head, body, strip);
    } else {
      coder_.unpack(track_, head, body, samples);
    }
  } catch (const Error& error) {
    damage(error.what());
    whole = false;
  }
  if (picture) {
    if (!whole) {
      for (int i = 0; i < strip.format->planes; ++i) {
        const Plane& plane = strip.planes[static_cast<std::size_t>(i)];
        std::fill_n(plane.data, plane.stride * plane.rows, std::byte{0});
      }
      strip.damaged = true;
    }
    out.rows(number, strip);
  } else {
    if (!whole) std::ranges::fill(samples, std::byte{0});
    out.bytes(number, samples, last, head.damaged || !whole);
  }
  next_ += head.rows;
}

void TrackUnpacker::end_frame(bool damaged, Writer& out, std::uint16_t number) {
  if (!out.in_frame(number)) return;  // its last strip ended it
  const bool is_short = track_.kind == Kind::Video || !pending_.empty();
  // An earlier stage that lost its input ends a frame so, and marks it.
  if (is_short && !damaged && !skips_) damage("the frame ends here");
  if (track_.kind == Kind::Audio && !is_short && !skips_) return out.bytes(number, {}, true, damaged);
  if (track_.kind == Kind::Video) check_pixels(name_, track_.width, track_.height);  // zeros for all rows to come
  out.complete_frame(number);
}

}  // namespace sl
