// A frame is taken only once it is whole. Behind the last whole one there may be anything: half a frame of a recorder
// that was stopped, padding, a station's garbage. It is left to the caller as what follows the container.

#include "formats/structure/frames.h"

#include <algorithm>
#include <array>
#include <memory>

#include "formats/structure/bytes.h"

namespace sl::structure {

namespace {

// Return the length of the frame that begins with `head` (8 bytes or more), 0 if none does.
using FrameBytes = std::size_t (*)(Head head);

struct MpegHead {
  unsigned version, layer, rate, padding;  // version: 0 MPEG 2.5, 2 MPEG 2, 3 MPEG 1; layer: 1 to 3
  std::size_t bytes, samples;
  bool mono;
};

// ISO 11172-3, 2.4.1.3. `bytes` is 0 if no frame begins here, or one of free format.
MpegHead mpeg_head(Head head) {
  static constexpr std::array<std::array<std::uint16_t, 16>, 5> rates{{
      {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0},
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0},
      {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0},
      {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
  }};
  static constexpr std::array<unsigned, 4> frequencies{44100, 48000, 32000, 0};
  MpegHead result{};
  if (be(head, 0, 2) < 0xffe0) return result;
  result.version = u8(head, 1) >> 3 & 3;
  result.layer = 4 - (u8(head, 1) >> 1 & 3);
  result.mono = u8(head, 3) >> 6 == 3;
  if (result.version == 1 || result.layer == 4) return result;
  const bool low = result.version != 3;
  const std::size_t row = low ? (result.layer == 1 ? 3 : 4) : result.layer - 1;
  const unsigned bits = rates.at(row).at(u8(head, 2) >> 4) * 1000U;
  result.rate = frequencies.at(u8(head, 2) >> 2 & 3) >> (result.version == 3 ? 0 : result.version == 2 ? 1 : 2);
  if (bits == 0 || result.rate == 0) return result;
  const unsigned padding = u8(head, 2) >> 1 & 1;
  result.samples = result.layer == 1 ? 384 : result.layer == 3 && low ? 576 : 1152;
  result.bytes =
      result.layer == 1 ? (bits * 12 / result.rate + padding) * 4 : result.samples / 8 * bits / result.rate + padding;
  return result;
}

std::size_t mpeg_frame(Head head) { return mpeg_head(head).bytes; }

std::size_t adts_frame(Head head) {
  if ((be(head, 0, 2) & 0xfff6) != 0xfff0) return 0;
  const auto bytes = static_cast<std::size_t>(be(head, 3, 3) >> 5 & 0x1fff);
  return bytes < 7 ? 0 : bytes;
}

std::size_t latm_frame(Head head) {
  return be(head, 0, 2) >> 5 != 0x2b7 ? 0 : 3 + static_cast<std::size_t>(be(head, 1, 2) & 0x1fff);
}

std::size_t ac3_frame(Head head) {
  static constexpr std::array<std::uint16_t, 19> rates{32,  40,  48,  56,  64,  80,  96,  112, 128, 160,
                                                       192, 224, 256, 320, 384, 448, 512, 576, 640};
  if (be(head, 0, 2) != 0x0b77) return 0;
  const unsigned version = u8(head, 5) >> 3;
  if (version > 10) return version > 16 ? 0 : static_cast<std::size_t>((be(head, 2, 2) & 0x7ff) + 1) * 2;
  const unsigned frequency = u8(head, 4) >> 6, code = u8(head, 4) & 0x3f;
  if (frequency == 3 || code >= 38) return 0;
  const std::size_t bits = rates.at(code / 2) * std::size_t{1000};
  if (frequency == 0) return bits * 1536 / 48000 / 8;
  if (frequency == 2) return bits * 1536 / 32000 / 8;
  return (bits * 1536 / 44100 / 16 + code % 2) * 2;
}

// The length of a tag: APEv2 (its header), ID3v1, Lyrics3; 0 if none begins here.
std::size_t tag_bytes(Head head) {
  if (const std::uint64_t tag = ape_tag_bytes(head)) return static_cast<std::size_t>(tag);
  if (starts(head, "TAG")) return 128;
  return 0;
}

class SoundFrames final : public Structure {
 public:
  explicit SoundFrames(FrameBytes frame_bytes, bool counts) : frame_bytes_(frame_bytes), counts_(counts) {}

  Piece next(std::uint64_t at, Head head) override {
    constexpr std::size_t least = 10;
    if (const Piece tag = tags(head); tag.kind != Piece::Kind::Unknown) return tag;
    if (head.size() < least) return Piece::more(least);
    const std::size_t frame = frame_bytes_(head);
    if (frame == 0) return search(head);
    if (head.size() < frame) return Piece::more(frame);
    if (counts_ && frames_ == 0) take_count(at, head.first(frame));
    ++frames_;
    return Piece::whole(frame);
  }
  // The promise of a Xing or VBRI header: some writers count the frame that holds it.
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t at) const override {
    if (promised_ == 0 || frames_ > promised_) return std::nullopt;
    if (promised_bytes_ != 0 && at >= promised_bytes_) return std::nullopt;
    return "is truncated: it has " + std::to_string(frames_ - 1) + " frames of " + std::to_string(promised_);
  }
  [[nodiscard]] Rest rest() const override { return frames_ > 0 ? Rest::Foreign : Rest::Own; }

 private:
  // At a tag: the piece. Behind frames of MP3 an ID3v2 tag begins another file; among others it states their time.
  Piece tags(Head head) {
    if (starts(head, "ID3")) {
      if (head.size() < 10) return Piece::more(10);
      const std::size_t id3 = id3_bytes(head);
      if (id3 != 0) return counts_ && frames_ > 0 ? Piece::end() : Piece::whole(id3);
    }
    if (frames_ > 0 && starts(head, "APETAGEX") && head.size() < 32) return Piece::more(32);
    const std::size_t tag = frames_ > 0 ? tag_bytes(head) : 0;
    return tag != 0 ? Piece::open(tag) : Piece::unknown();
  }

  // Between frames: to the next head. Nothing is known of what has none within a megabyte.
  Piece search(Head head) {
    constexpr std::size_t far = std::size_t{1} << 20;
    for (std::size_t at = 1; at + 10 <= head.size(); ++at) {
      const std::size_t frame = frame_bytes_(head.subspan(at));
      if (frame == 0 && id3_bytes(head.subspan(at)) == 0) continue;
      if (frame == 0 || at + frame + 10 > head.size()) return head.size() < far ? Piece::more(far) : Piece::whole(at);
      if (frame_bytes_(head.subspan(at + frame)) != 0) return Piece::whole(at);
    }
    return head.size() < far ? Piece::more(far) : Piece::unknown();
  }

  void take_count(std::uint64_t at, Head frame) {
    const MpegHead facts = mpeg_head(frame);
    if (facts.layer != 3) return;
    const std::size_t xing = 4 + (facts.version == 3 ? (facts.mono ? 17 : 32) : (facts.mono ? 9 : 17)), vbri = 36;
    if ((starts(frame, "Xing", xing) || starts(frame, "Info", xing)) && frame.size() >= xing + 16) {
      const std::uint64_t flags = be(frame, xing + 4, 4);
      if ((flags & 1) == 0) return;
      promised_ = be(frame, xing + 8, 4);
      if ((flags & 2) != 0) promised_bytes_ = at + be(frame, xing + 12, 4);
    } else if (starts(frame, "VBRI", vbri) && frame.size() >= vbri + 18) {
      promised_bytes_ = at + be(frame, vbri + 10, 4);
      promised_ = be(frame, vbri + 14, 4);
    }
  }

  FrameBytes frame_bytes_;
  bool counts_;
  std::uint64_t frames_ = 0, promised_ = 0, promised_bytes_ = 0;
};

class Dv final : public Structure {
 public:
  Piece next(std::uint64_t, Head head) override {
    if (head.size() < 4) return Piece::more(4);
    if ((be(head, 0, 4) & 0xffffff7f) != 0x1f07003f) return Piece::unknown();
    return Piece::whole((u8(head, 3) & 0x80) != 0 ? 144000 : 120000);
  }
};

class Dirac final : public Structure {
 public:
  Piece next(std::uint64_t, Head head) override {
    if (head.size() < 13) return Piece::more(13);
    if (!starts(head, "BBCD")) return Piece::unknown();
    const std::uint64_t next = be(head, 5, 4);
    if (ended_) return Piece::end();
    ended_ = u8(head, 4) == 0x10;  // the end of a sequence
    if (ended_) return Piece::whole(13);
    return next < 13 ? Piece::unknown() : Piece::whole(next);
  }
  [[nodiscard]] Rest rest() const override { return ended_ ? Rest::Foreign : Rest::Lack; }

 private:
  bool ended_ = false;
};

}  // namespace

std::size_t id3_bytes(Head head) {
  if (head.size() < 10 || !starts(head, "ID3") || u8(head, 3) == 0xff || u8(head, 4) == 0xff) return 0;
  std::size_t size = 0;
  for (std::size_t i = 6; i < 10; ++i) {
    if (u8(head, i) >= 0x80) return 0;
    size = size << 7 | u8(head, i);
  }
  return size + ((u8(head, 5) & 0x10) != 0 ? 20 : 10);
}

std::unique_ptr<Structure> sound_frames(std::string_view demuxer) {
  if (demuxer == "mp3") return std::make_unique<SoundFrames>(mpeg_frame, true);
  if (demuxer == "aac") return std::make_unique<SoundFrames>(adts_frame, false);
  if (demuxer == "loas") return std::make_unique<SoundFrames>(latm_frame, false);
  return std::make_unique<SoundFrames>(ac3_frame, false);
}
std::unique_ptr<Structure> dv(Head) { return std::make_unique<Dv>(); }
std::unique_ptr<Structure> dirac(Head) { return std::make_unique<Dirac>(); }

}  // namespace sl::structure
