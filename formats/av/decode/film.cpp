// Choosing streams, and decoding all of them.

#include "formats/av/decode/film.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "formats/av/decode/avif_items.h"
#include "formats/av/decode/film_attachments.h"
#include "formats/av/decode/lost_facts.h"
#include "formats/av/stream_track.h"
#include "formats/metadata/text.h"
#include "formats/picture.h"
#include "libcore/base/parse.h"
#include "libcore/base/report.h"
#include "libcore/process/signals.h"
#include "libcore/wire/events.h"

namespace sl::av {

namespace {

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

TrackWriter& Film::Part::writer() const {
  if (frames) return *frames;
  return *packets;
}

Film::Film(const DecodeSettings& settings, Source& source, References& references, Writer& out)
    : settings_(settings),
      out_(out),
      demuxer_(source, references,
               {settings.salvage, !settings.streams.empty(), settings.choice.by == FrameChoice::By::All}, settings.rate,
               settings.probe_time) {
  const std::vector<int> streams = chosen_streams();
  out_.begin(settings.packets ? wire::preamble_compressed : 0);
  if (left_out_ >= 0) {
    const std::string what = "stream " + std::to_string(left_out_) + ", sound",
                      why = "no decoder for its " + codec_name(left_out_);
    warn(demuxer_.name() + ": " + what + ", is left out: " + why);
    write_not_carried(out_, 0, what, why);
  }
  report_streams_not_chosen(streams);
  for (const auto& [what, why] : settings_.still.left_out) {
    warn(demuxer_.name() + ": left out: " + what + " (" + why + ")");
    write_not_carried(out_, 0, what, why);
  }
  for (const int stream : streams) open(stream);
  select();
  for (Part& part : parts_) header_.add(part.writer(), part.decoder != nullptr);
  announce_film();
  if (demuxer_.is_live()) demuxer_.on_idle([this] { tick(); });
}

// A choice of the user's needs no words, nor do the renditions of a playlist: it plays one of them.
void Film::report_streams_not_chosen(std::vector<int> streams) {
  const bool whole = settings_.choice.by == FrameChoice::By::All || settings_.choice.by == FrameChoice::By::Range;
  const bool chosen = !settings_.streams.empty() || settings_.video_only || settings_.audio_only;
  if (!whole || chosen || demuxer_.is_playlist()) return;
  if (left_out_ >= 0) streams.push_back(left_out_);
  for (const std::string& what : streams_not_chosen(demuxer_.context(), streams)) {
    report_not_carried(out_, 0, what, "--stream all takes it too");
  }
}

void Film::report_lost(const Part& part, const std::vector<std::string>& facts) {
  for (const std::string& fact : facts) {
    const std::string what = fact + " of stream " + std::to_string(part.stream);
    if (lost_.insert(what).second) report_not_carried(out_, 0, what, "the wire has no place for it");
  }
}

void Film::write(Part& part, AVFrame& frame, bool damaged, const FrameWriter::Facts& facts) {
  if (frame.nb_side_data != 0) report_lost(part, lost_facts(demuxer_.stream(part.stream), frame));
  header_.write(*part.frames, frame, damaged, facts);
}

// Chapters hold for the whole film only. A chosen cover is a track already.
void Film::announce_film() {
  for (const Attachment& tags : tags_of_film(demuxer_.context(), demuxer_.name())) out_.attachment(0, tags);
  if (is_cover(demuxer_.stream(parts_.front().stream))) return;
  for (const Attachment& part : parts_of_film(demuxer_.context(), demuxer_.name())) {
    if (settings_.choice.by == FrameChoice::By::All) {
      out_.attachment(0, part);
    } else if (settings_.choice.by == FrameChoice::By::Range) {
      report_not_carried(out_, 0, part.name, "a range of the film");
    }
  }
}

// While waiting for the next segment of a live playlist: later stages must not think that this one hangs.
void Film::tick() {
  constexpr std::chrono::milliseconds interval{900};
  const auto now = std::chrono::steady_clock::now();
  if (now - silent_since_ < interval) return;
  silent_since_ = now;
  if (!header_.announced()) return;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const std::int64_t pts = parts_[i].writer().last_pts();
    if (pts == no_time) continue;
    write_tick(out_, static_cast<std::uint16_t>(i + 1), pts);
  }
  out_.flush();
}

std::vector<int> Film::chosen_streams() {
  if (settings_.streams.empty()) return best_streams();
  const int count = demuxer_.streams();
  std::vector<int> streams;
  for (std::string_view list : settings_.streams) {
    while (!list.empty()) {
      const std::string_view text = list.substr(0, list.find(','));
      list.remove_prefix(std::min(list.size(), text.size() + 1));
      const int index = to_number<int>(text).value_or(-1);
      if (text == "all") {
        for (int i = 0; i < count; ++i) streams.push_back(i);
      } else if (index < 0 || index >= count) {
        throw Error(Status::Usage, demuxer_.name() + ": there is no stream " + printable(text, 20) + ": it has " +
                                       std::to_string(count) + ", counted from 0");
      } else {
        streams.push_back(index);
      }
    }
  }
  if (streams.empty()) return best_streams();  // a list of nothing
  std::ranges::sort(streams);
  streams.erase(std::unique(streams.begin(), streams.end()), streams.end());
  // Beside a film or song its covers are attachments; alone they are pictures.
  const auto covers = [this](int stream) { return is_cover(demuxer_.stream(stream)); };
  if (!std::ranges::all_of(streams, covers)) std::erase_if(streams, covers);
  return streams;
}

std::vector<int> Film::best_streams() {
  AVFormatContext& context = demuxer_.context();
  std::vector<int> streams;
  const int video = best_video(context);
  int audio = best_audio(context, video, false);
  const bool chooses = settings_.choice.by != FrameChoice::By::All && settings_.choice.by != FrameChoice::By::Range;
  const bool lacks_decoder =
      audio >= 0 && !settings_.packets && avcodec_find_decoder(demuxer_.stream(audio).codecpar->codec_id) == nullptr;
  if (lacks_decoder && video >= 0 && !settings_.audio_only && !settings_.video_only && !chooses) {
    left_out_ = audio;
    audio = best_audio(context, video, true);
  }
  if (video >= 0 && !settings_.audio_only) streams.push_back(video);
  if (audio >= 0 && !settings_.video_only && (!chooses || settings_.audio_only)) streams.push_back(audio);
  if (streams.empty()) {
    const char* what = settings_.audio_only              ? "sound"
                       : settings_.video_only || chooses ? "picture"
                                                         : "picture or sound";
    throw Error(Status::Data, demuxer_.name() + ": has no " + what);
  }
  return streams;
}

// Return the name of a stream's codec, or the container's code of one that FFmpeg does not know.
std::string Film::codec_name(int index) {
  const AVCodecParameters& codec = *demuxer_.stream(index).codecpar;
  if (codec.codec_id != AV_CODEC_ID_NONE) return avcodec_get_name(codec.codec_id);
  std::array<char, AV_FOURCC_MAX_STRING_SIZE> text{};
  return codec.codec_tag == 0 ? "unknown codec"
                              : "codec " + printable(av_fourcc_make_string(text.data(), codec.codec_tag), 40);
}

// Return the beginning of a message about a stream that its header and first frames do not describe: "the TIFF cannot
// be decoded (LZW decode failed): " or "stream 0, h264, cannot be decoded: ".
std::string Film::what_lacks(int index) {
  const std::string why = demuxer_.complaint().empty() ? "" : " (" + printable(demuxer_.complaint(), 200) + ")";
  std::string codec = codec_name(index);
  if (!demuxer_.is_still())
    return "stream " + std::to_string(index) + ", " + codec + ", cannot be decoded" + why + ": ";
  std::ranges::transform(codec, codec.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return "the " + codec + " cannot be decoded" + why + ": ";
}

void Film::open(int index) {
  const AVStream& stream = demuxer_.stream(index);
  const AVMediaType type = stream.codecpar->codec_type;
  const bool decodes = !settings_.packets && (type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO);
  const std::string source = settings_.name_source ? base_name(demuxer_.name()) : "";
  Part part{.stream = index};
  if (is_encrypted(stream)) throw Error(Status::Data, demuxer_.name() + ": its " + codec_name(index) + " is encrypted");
  if (decodes) {
    const FrameChoice& choice = settings_.choice;
    // Frames in flight cost packets that one frame does not need, and over HTTP their bytes.
    const bool one_frame = choice.times.size() == 1 || (choice.slices.size() == 1 && choice.slices[0].single);
    const bool few_bytes = !choice.times.empty() && demuxer_.is_remote();
    // As for live packets of the wire, damage is marked and does not end a live stream.
    const bool tolerates_damage = settings_.salvage || demuxer_.is_live();
    if (avcodec_find_decoder(stream.codecpar->codec_id) == nullptr) {
      throw Error(Status::Data, demuxer_.name() + ": stream " + std::to_string(index) + ": no decoder for its " +
                                    codec_name(index) + "; --stream names the streams to decode");
    }
    const DecoderSettings settings{.threads = settings_.threads,
                                   .low_delay = one_frame || few_bytes,
                                   .salvage = tolerates_damage,
                                   .counts_sound = demuxer_.counts_sound(),
                                   .alpha = has_alpha_stream(stream)};
    part.decoder =
        std::make_unique<StreamDecoder>(*stream.codecpar, rational(stream.time_base), demuxer_.name(), settings);
  }
  if (part.decoder && demuxer_.may_begin_inside()) part.decoder->allow_partial_start();
  Picture picture{{}, attachments_of(stream, decodes)};
  try {
    picture.track = track_of(demuxer_.context(), stream, decodes, source);
  } catch (const Error& error) {
    throw Error(error.status(), demuxer_.name() + ": " + what_lacks(index) + error.what());
  }
  picture.track.live = demuxer_.is_live();
  report_lost(part, lost_facts(stream));
  if (decodes && parts_.empty()) {
    for (const std::string& what : avif_metadata(demuxer_.context())) {
      report_not_carried(out_, 0, what, "FFmpeg does not read it from AVIF");
    }
  }
  const auto number = static_cast<std::uint16_t>(parts_.size() + 1);
  if (decodes) {
    part.frames = std::make_unique<FrameWriter>(out_, number, std::move(picture.track), std::move(picture.attachments));
  } else {
    part.packets =
        std::make_unique<PacketWriter>(out_, number, std::move(picture.track), std::move(picture.attachments));
  }
  parts_.push_back(std::move(part));
}

void Film::select() {
  std::vector<int> streams;
  for (const Part& part : parts_) streams.push_back(part.stream);
  demuxer_.select(streams);
}

Film::Part* Film::part_of(int stream) {
  const auto found = std::ranges::find(parts_, stream, &Part::stream);
  return found == parts_.end() ? nullptr : &*found;
}

Film::Part* Film::first(Kind kind) {
  const auto found = std::ranges::find_if(
      parts_, [kind](const Part& part) { return part.decoder && part.frames->track().kind == kind; });
  return found == parts_.end() ? nullptr : &*found;
}

void Film::decode(Part& part, const AVPacket* packet) {
  header_.use(part.writer(), packet, [this, &part](const AVPacket* now) {
    if (part.decoder) {
      part.decoder->decode(now, [&](AVFrame& frame, bool damaged) { write(part, frame, damaged); });
    } else if (now != nullptr && (now->size > 0 || part.packets->track().kind == Kind::Data)) {
      if (is_encrypted(*now)) {
        throw Error(Status::Data, demuxer_.name() + ": its " + codec_name(part.stream) +
                                      " is encrypted, and would not be that any more in another container");
      }
      part.packets->write(*now);
    }
  });
}

// Whether to decode the packet. Report missing segments of a playlist at the first packet after them; for pictures
// wait for a key frame.
bool Film::accept(Part& part, AVPacket& packet) {
  const std::uint64_t missing = demuxer_.missing();
  if (part.seams != missing && (packet.flags & AV_PKT_FLAG_CORRUPT) != 0) {
    packet.flags &= ~AV_PKT_FLAG_CORRUPT;  // where the counters of transport packets jump
    part.seams = missing;
  }
  if (packet.pts == AV_NOPTS_VALUE) return true;
  if (part.end != no_time && missing != reported_gaps_) {
    constexpr std::int64_t least = 100;  // ms; times of whole segments may be inaccurate by a little
    const Rational base = rational(demuxer_.stream(part.stream).time_base);
    if (rescale(packet.pts - part.end, base, {1, 1000}) > least) {
      if (part.writer().track().kind == Kind::Video && (packet.flags & AV_PKT_FLAG_KEY) == 0) return false;
      report_gap(part, packet);
    }
  }
  part.end = std::max(part.end, packet.pts + packet.duration);
  return true;
}

// FFmpeg returns the earliest packet of all tracks, so no track has a packet between its end and this one. The other
// tracks resume as long after their ends as this one.
void Film::report_gap(Part& part, const AVPacket& packet) {
  header_.announce();
  constexpr Rational nanosecond{1, 1000000000};
  const auto base = [this](const Part& of) { return rational(demuxer_.stream(of.stream).time_base); };
  const std::int64_t from = rescale(part.end, base(part), nanosecond);
  const std::int64_t length = rescale(packet.pts, base(part), nanosecond) - from;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& other = parts_[i];
    if (other.end == no_time || rescale(other.end, base(other), nanosecond) > from + length / 2) continue;
    decode(other, nullptr);
    if (other.decoder) other.decoder->flush();
    const std::int64_t to = &other == &part ? packet.pts : other.end + rescale(length, nanosecond, base(other));
    write_gap(out_, static_cast<std::uint16_t>(i + 1), other.end, to,
              demuxer_.is_live() ? "segments expired before they were read" : "segments are missing");
    other.end = to;
  }
  reported_gaps_ = demuxer_.missing();
}

bool Film::decode_all() {
  try {
    decode_packets();
  } catch (...) {
    header_.announce_at_failure();
    throw;
  }
  return !stopped_ && demuxer_.find_next();
}

void Film::decode_packets() {
  const PacketPtr packet = new_packet();
  bool more = true;
  while (more && !stops()) {
    av_packet_unref(packet.get());
    more = demuxer_.read(*packet);
    Part* part = more ? part_of(packet->stream_index) : nullptr;
    if (part != nullptr && accept(*part, *packet)) decode(*part, packet.get());
  }
  if (!stops()) {
    for (Part& part : parts_) decode(part, nullptr);
  }
  end(!more && !stopped_);
}

bool Film::stops() {
  stopped_ = interrupted() != 0 && demuxer_.is_live();
  if (!stopped_) demuxer_.check_stop();
  return stopped_;
}

void Film::end(bool read_to_the_end) {
  header_.announce();
  std::uint64_t frames = 0, damages = 0;
  for (const Part& part : parts_) {
    frames += part.writer().frames();
    if (part.decoder) damages += part.decoder->damages();
  }
  const auto lack = read_to_the_end ? demuxer_.truncation() : std::nullopt;
  if (lack && !settings_.salvage) {
    throw Error(Status::Data, demuxer_.name() + ": " + *lack + "; " + std::to_string(frames) + " frames came");
  }
  if (frames == 0 && read_to_the_end) {
    throw Error(Status::Data, demuxer_.name() + ": no frame could be decoded");
  }
  if (lack) warn(demuxer_.name() + ": " + *lack);
  if (damages != 0)
    warn(demuxer_.name() + ": damaged in " + std::to_string(damages) + (damages == 1 ? " place" : " places"));
  if (const std::uint64_t missing = demuxer_.missing(); missing != 0) {
    warn(demuxer_.name() + ": " + std::to_string(missing) + (missing == 1 ? " segment is" : " segments are") +
         " missing");
  }
  out_.end(nullptr, stopped_);
}

}  // namespace sl::av
