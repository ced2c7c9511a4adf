// Records to tracks, and tracks into the muxer.

#include "formats/av/encode/film_sink.h"

#include <algorithm>

#include "formats/av/encode/make_film_track.h"
#include "formats/av/encode/packet_track.h"
#include "formats/av/encode/text_track.h"
#include "libcore/base/report.h"

namespace sl::av {

using wire::Type;

FilmSink::FilmSink(const FilmSettings& settings, Output& output)
    : settings_(settings), output_(output), target_(output.next()) {}

FilmSink::~FilmSink() = default;

void FilmSink::run(Reader& in) {
  while (const auto record = in.next()) {
    live_ = live_ || in.live();
    switch (record->type) {
      case Type::Start:
        stream_begun_ = false;
        break;
      case Type::Frame:
        begin_frame(in, record->track);
        break;
      case Type::Rows:
      case Type::Bytes:
        take_samples(in, *record);
        break;
      default:
        break;
    }
  }
  if (!muxer_) throw Error(Status::Data, in.source().name() + ": has no frames to write");
  finish();
  output_.complete();
  output_.finish();
}

void FilmSink::begin_frame(Reader& in, std::uint16_t number) {
  if (!muxer_) {
    open(in, number);
  } else if (!stream_begun_) {
    start_next_stream(in);
  }
  stream_begun_ = true;
  const auto track = tracks_.find(number);
  if (track == tracks_.end()) return leave_out(in, number, "it was announced after the first frame");
  Track& written = written_.at(number);
  if (in.track(number) != written) {
    if (!track->second->goes_on_with(in.track(number))) {
      throw Error(Status::Data, in.source().name() + ": frame " + std::to_string(in.frame(number).number) +
                                    " of track " + std::to_string(number) + " changes size or format, which ." +
                                    std::string(settings_.container.extension) + " cannot hold");
    }
    written = in.track(number);
  }
  track->second->begin_frame(in.frame(number));
}

void FilmSink::open(Reader& in, std::uint16_t first) {
  const auto numbers = in.tracks();
  const bool any_live = std::ranges::any_of(numbers, [&](std::uint16_t n) { return in.track(n).live; });
  muxer_.emplace(settings_.container, target_, settings_.options.file(), any_live);
  for (const std::uint16_t number : numbers) {
    auto track = make_track(in, number, number == first ? &in.frame(number) : nullptr);
    if (!track) continue;
    tracks_[number] = std::move(track);
    written_[number] = in.track(number);
  }
  if (tracks_.empty()) {
    throw Error(Status::Data,
                in.source().name() + ": has no track that ." + std::string(settings_.container.extension) + " holds");
  }
  muxer_->write_header();
}

std::unique_ptr<FilmTrack> FilmSink::make_track(const Reader& in, std::uint16_t number, const Frame* first) {
  const Track& track = in.track(number);
  const bool video = track.kind == Kind::Video, audio = track.kind == Kind::Audio;
  const bool packets = PacketTrack::is_packets(track);
  const FilmContainer& container = settings_.container;
  const bool one_only = container.muxer == "gif" || container.muxer == "yuv4mpegpipe" || container.muxer == "mjpeg" ||
                        container.video.empty();
  if ((video && settings_.options.video() == nullptr) || (audio && container.audio.empty())) {
    leave_out(in, number, "it holds no such tracks");
  } else if (one_only && !tracks_.empty() && container.muxer != "matroska" && container.muxer != "ipod") {
    leave_out(in, number, "it holds one track");
  } else if (packets && track.kind == Kind::Data && !PacketTrack::fits(*muxer_, track)) {
    if (TextTrack::form_in(*muxer_, track)) {
      return std::make_unique<TextTrack>(settings_, *muxer_, track, in.attachments(number));
    }
    leave_out(in, number, "it cannot hold " + track.codec);
  } else if (auto made = make_film_track(settings_, *muxer_, track, in.attachments(number), first)) {
    return made;
  } else {
    leave_out(in, number, "its codec \"" + printable(track.codec, 40) + "\" is no codec of film or sound");
  }
  return nullptr;
}

// Another stream of the same input: several pictures, or several films.
void FilmSink::start_next_stream(const Reader& in) {
  MediaTime end;
  for (const auto& [number, track] : tracks_) {
    const MediaTime candidate = track->end();
    if (av_compare_ts(candidate.ticks, candidate.base, end.ticks, end.base) > 0) end = candidate;
  }
  const auto numbers = in.tracks();
  for (const auto& [number, track] : tracks_) {
    if (std::ranges::find(numbers, number) == numbers.end()) continue;
    if (!track->goes_on_with(in.track(number))) continue;  // reported at its first frame
    track->start_at(in.track(number), end);
    written_[number] = in.track(number);
  }
}

void FilmSink::take_samples(Reader& in, const wire::Header& record) {
  const auto track = tracks_.find(record.track);
  if (track == tracks_.end()) return;
  try {
    if (record.type == Type::Rows) {
      take_rows(in, *track->second);
    } else {
      constexpr std::uint8_t last = 1;
      track->second->bytes(in.body(), (record.flags & last) != 0);
    }
  } catch (const Error& error) {
    if (!in.stopped_by(error)) throw;
  }
}

void FilmSink::leave_out(const Reader& in, std::uint16_t number, const std::string& why) {
  if (left_out_[number]) return;
  left_out_[number] = true;
  const Kind kind = in.track(number).kind;
  warn("track " + std::to_string(number) +
       (kind == Kind::Video   ? " of pictures"
        : kind == Kind::Audio ? " of sound"
                              : " of data") +
       " is left out of ." + std::string(settings_.container.extension) + ": " + why);
}

void FilmSink::finish() {
  for (const auto& [number, track] : tracks_) track->finish();
  muxer_->finish();
}

void FilmSink::flush() {
  if (muxer_ && muxer_->header_written()) muxer_->flush();
}

// The received part of a live stream becomes a complete film under another name.
std::string FilmSink::give_up() {
  if (!live_ || !muxer_ || !muxer_->header_written()) {
    output_.discard();
    return {};
  }
  try {
    finish();
  } catch (const Error&) {
    // The disk is full, or an encoder failed: keep the fragments written so far.
  }
  return " (what came is kept in " + target_.keep_part() + ")";
}

}  // namespace sl::av
