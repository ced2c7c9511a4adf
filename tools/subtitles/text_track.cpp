// Packets of text by FFmpeg's names of codecs.

#include "text_track.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/media/attachment.h"

namespace sl::subtitles {

namespace {

bool is_ass(const std::string& codec) { return codec == "ass" || codec == "ssa"; }

bool is_text(const std::string& codec) {
  return is_ass(codec) || codec == "subrip" || codec == "srt" || codec == "webvtt" || codec == "mov_text" ||
         codec == "text";
}

std::string attachment_of(const Reader& in, std::uint16_t number, std::string_view name) {
  const auto& all = in.attachments(number);
  const auto found = std::ranges::find(all, name, &Attachment::name);
  return found == all.end() ? std::string() : found->bytes;
}

std::int64_t in_ms(std::int64_t ticks, const Rational& base) {
  return static_cast<std::int64_t>(
      static_cast<double>(ticks) * 1000 * static_cast<double>(base.num) / static_cast<double>(base.den) + 0.5);
}

}  // namespace

void TextTrack::choose(const Reader& in, std::uint16_t number) {
  const Track& track = in.track(number);
  if (chosen_ || track.kind != Kind::Data || !choice_.includes(in, number)) return;
  if (is_text(track.codec)) {
    chosen_ = number;
  } else if (choice_.text() == std::to_string(number)) {
    throw Error(Status::Data, "track " + choice_.text() + " is " + track.codec + ", no text");
  }
}

bool TextTrack::take(Reader& in, const wire::Header& record) {
  if (record.track == 0) return false;
  if (record.type == wire::Type::Track) choose(in, record.track);
  if (chosen_ != record.track) return false;
  if (record.type == wire::Type::Frame) {
    open(in);
    frame_ = in.frame(record.track);
    gathered_.clear();
  } else if (record.type == wire::Type::Bytes) {
    const auto body = in.body();
    gathered_.append(reinterpret_cast<const char*>(body.data()), body.size());
    if (gathered_.size() > (std::size_t{1} << 20)) throw Error(Status::Limit, "a subtitle of more than 1 MiB");
    if ((record.flags & wire::piece_last) != 0) add(in.track(record.track));
  }
  return true;
}

// With the header of the track, and the fonts of the stream, which come before the first frame.
void TextTrack::open(const Reader& in) {
  if (std::exchange(is_open_, true)) return;
  for (const std::uint16_t number : in.tracks()) {
    const std::string& codec = in.track(number).codec;
    if (codec == "ttf" || codec == "otf")
      renderer_.add_font(codec + std::to_string(number), attachment_of(in, number, "extradata"));
  }
  renderer_.begin(is_ass(in.track(*chosen_).codec) ? attachment_of(in, *chosen_, "extradata") : "");
}

void TextTrack::begin(const Reader& in) {
  if (chosen_) return open(in);
  (void)choice_.pick(in);
  throw Error(Status::Usage, "--track: \"" + choice_.text() + "\" is no track of text");
}

void TextTrack::add(const Track& track) {
  if (frame_.pts == no_time) return;
  const std::int64_t start = in_ms(frame_.pts, track.time_base);
  const std::int64_t duration = frame_.duration == no_time ? 5000 : in_ms(frame_.duration, track.time_base);
  if (is_ass(track.codec)) return renderer_.add_chunk(start, duration, gathered_);
  std::string_view text = gathered_;
  if (track.codec == "mov_text") {  // two bytes of length before it, styles after it
    if (text.size() < 2) return;
    const auto length =
        static_cast<std::size_t>(static_cast<unsigned char>(text[0]) << 8 | static_cast<unsigned char>(text[1]));
    text = text.substr(2, length);
  }
  const Markup markup = track.codec == "webvtt" ? Markup::WebVtt : Markup::SubRip;
  if (!text.empty()) renderer_.add({start, start + duration, ass_text(text, markup)});
}

}  // namespace sl::subtitles
