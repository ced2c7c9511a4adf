// The choice of encoders, and records to packets.

#include "formats/av/encode/visual_packer.h"

#include <algorithm>
#include <utility>

#include "formats/av/encode/make_film_track.h"
#include "libcore/base/error.h"
#include "libcore/media/attachment.h"
#include "libcore/wire/attachments.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl::av {

using wire::Type;

namespace {

const FilmContainer& packets_container() { return *find_film_container("mkv"); }  // any times, and all three codecs

bool is_still(const Track& track) { return track.time_base == Rational{1, 1} && track.rate.num == 0; }

// JPEG has 8 bits and full range.
bool becomes_jpeg(const Track& track) {
  const bool full = track.pixels->model == Model::Rgb || track.color.range == Range::Full;
  return is_still(track) && track.pixels->bits == 8 && full;
}

// The format to encode: the nearest one, but where H.264 would need an even size, with all of the chroma.
std::string pixels_for(const Track& track) {
  const PixelFormat& format = *track.pixels;
  const bool odd = (format.shift_x != 0 && track.width % 2 != 0) || (format.shift_y != 0 && track.height % 2 != 0);
  if (!odd || becomes_jpeg(track)) return "keep";
  return format.bits > 8 ? "yuv444p10le" : "yuv444p";
}

}  // namespace

VisualPacker::VisualPacker(const VisualSettings& settings, Reader& in, Writer& out)
    : settings_(settings), in_(in), out_(out) {}
VisualPacker::~VisualPacker() = default;

void VisualPacker::run() {
  out_.describe("packs with loss: film as H.264, stills as JPEG, sound as Opus");
  while (const auto record = in_.next()) {
    const auto part = parts_.find(record->track);
    const bool waits = part != parts_.end() && !part->second.encoder;
    switch (record->type) {
      case Type::Start:
        parts_.clear();
        sink_.emplace(out_, in_.name());
        out_.begin(in_.preamble().flags | wire::preamble_compressed);
        break;
      case Type::Track:
        announce(record->track);
        break;
      case Type::Attachment:
        if (!waits) in_.pass(*record, out_);
        break;
      case Type::Event:
        open_all(record->track);
        in_.pass(*record, out_);
        break;
      case Type::Frame:
        begin_frame(record->track);
        break;
      case Type::Rows:
      case Type::Bytes:
        take_samples(*record);
        break;
      case Type::End:
        open_all(0);
        finish();
        in_.pass(*record, out_);
        break;
      default:
        in_.pass(*record, out_);
        break;
    }
  }
}

void VisualPacker::announce(std::uint16_t number) {
  const Track& track = in_.track(number);
  const auto found = parts_.find(number);
  if (found != parts_.end() && found->second.encoder) {
    if (found->second.encoder->change_to(track)) return;
    throw Error(Status::Data, in_.name() + ": track " + std::to_string(number) +
                                  " changes size or format, which sl-pack visual cannot pack");
  }
  parts_.erase(number);
  if (!track.is_raw_video() && !track.is_raw_audio()) return out_.track(number, track);
  check(number, track);
  parts_[number].track = track;
}

void VisualPacker::check(std::uint16_t number, const Track& track) const {
  if (!track.is_raw_video() || settings_.flatten) return;
  const PixelFormat& format = *track.pixels;
  std::string lost;
  if (format.alpha) lost = "alpha";
  if (format.bits > 10)
    lost += (lost.empty() ? "" : " and ") + std::string(format.sample == Sample::F32 ? "floats" : "more than 10 bits");
  if (lost.empty()) return;
  throw Error(Status::Data, in_.name() + ": track " + std::to_string(number) + " is " + std::string(format.name) +
                                ": visual packing cannot keep " + lost +
                                "; --flatten leaves that out, lossless keeps it");
}

std::unique_ptr<EncoderOptions> VisualPacker::options_for(const Track& track, const Frame* first) const {
  FilmOptions film;
  film.audio_codec = "opus";
  if (track.kind == Kind::Audio || becomes_jpeg(track)) {
    film.codec = "mjpeg";
    film.pixels = "keep";
    return std::make_unique<EncoderOptions>(film, packets_container(), settings_.threads);
  }
  double rate = 25;
  if (track.rate.num != 0) {
    rate = static_cast<double>(track.rate.num) / static_cast<double>(track.rate.den);
  } else if (first != nullptr && first->duration > 0) {
    const double length = static_cast<double>(first->duration) * static_cast<double>(track.time_base.num);
    rate = static_cast<double>(track.time_base.den) / length;
  }
  // 9 Mbit/s for 1080p30; the buffer holds a quarter of a second, the delay that it can add.
  constexpr double bits_a_pixel = 0.15, least = 500e3, most = 400e6;
  const double usual = bits_a_pixel * rate * static_cast<double>(track.width) * static_cast<double>(track.height);
  const std::int64_t bits = settings_.bitrate.empty() ? static_cast<std::int64_t>(std::clamp(usual, least, most))
                                                      : parse_bitrate("--bitrate", settings_.bitrate);
  film.codec = "h264";
  film.crf = settings_.crf.empty() ? "20" : settings_.crf;
  film.preset = "superfast";
  film.pixels = pixels_for(track);
  film.others = {"video:tune=zerolatency", "video:intra-refresh=1", "video:maxrate=" + std::to_string(bits),
                 "video:bufsize=" + std::to_string(bits / 4)};
  return std::make_unique<EncoderOptions>(film, packets_container(), settings_.threads);
}

void VisualPacker::open_all(std::uint16_t first) {
  for (auto& [number, part] : parts_) {
    if (!part.encoder) open(number, part, number == first && in_.in_frame());
  }
}

void VisualPacker::open(std::uint16_t number, Part& part, bool is_first) {
  const Frame* const first = is_first ? &in_.frame(number) : nullptr;
  part.options = options_for(part.track, first);
  FilmSettings settings{packets_container(), *part.options};
  settings.orient = false;
  settings.background = settings_.background;
  settings.keep_metadata = false;
  part.encoder = make_film_track(settings, *sink_, part.track, {}, first);
  sink_->announce(number, part.track);
  for (const Attachment& attachment : in_.attachments(number)) out_.attachment(number, attachment);
}

void VisualPacker::begin_frame(std::uint16_t number) {
  open_all(number);
  const Frame& frame = in_.frame(number);
  const auto found = parts_.find(number);
  if (found == parts_.end()) return out_.frame(number, frame);
  if (found->second.track.kind == Kind::Video) sink_->expect(number, frame);
  found->second.encoder->begin_frame(frame);
}

void VisualPacker::take_samples(const wire::Header& record) {
  const auto found = parts_.find(record.track);
  if (found == parts_.end()) return in_.pass(record, out_);
  try {
    if (record.type == Type::Rows) {
      take_rows(in_, *found->second.encoder);
    } else {
      found->second.encoder->bytes(in_.body(), (record.flags & wire::piece_last) != 0);
    }
  } catch (const Error& error) {
    if (!in_.stopped_by(error)) throw;
  }
}

void VisualPacker::finish() {
  for (auto& [number, part] : parts_) part.encoder->finish();
}

}  // namespace sl::av
