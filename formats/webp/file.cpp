// From chunks to the track and its attachments.

#include "formats/webp/file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "formats/metadata/exif.h"
#include "formats/picture.h"
#include "formats/webp/webp.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"

namespace sl {

namespace {

constexpr std::size_t chunk_header = 8;
constexpr std::uint8_t animation_flag = 0x02, xmp_flag = 0x04, exif_flag = 0x08;

}  // namespace

void WebpFile::fail(const std::string& what) const { throw Error(Status::Data, source_.name() + ": WebP: " + what); }

// Whether the first `size` bytes of the file are here, having read them if there are that many.
bool WebpFile::need(std::uint64_t size) {
  while (bytes.size() < size && read_more(size - bytes.size())) {
  }
  return bytes.size() >= size;
}

bool WebpFile::read_more(std::uint64_t max_bytes) {
  const std::size_t have = bytes.size();
  bytes.resize(have + static_cast<std::size_t>(std::min<std::uint64_t>(max_bytes, piece)));
  const std::size_t got = source_.read(std::span(bytes).subspan(have));
  bytes.resize(have + got);
  if (got == 0) ended = true;
  return got != 0;
}

// Return the chunk at `at`; nothing at the end of the file, or if its header is missing.
std::optional<WebpFile::Chunk> WebpFile::chunk_at(std::size_t at) {
  if (at + chunk_header > total || !need(at + chunk_header)) return std::nullopt;
  const Chunk chunk{{reinterpret_cast<const char*>(bytes.data()) + at, 4},
                    at + chunk_header,
                    load_le<std::uint32_t>(bytes.data() + at + 4)};
  if (chunk.begin + chunk.size > total) fail("a chunk is larger than the file that it is in");
  return chunk;
}

void WebpFile::read_header() {
  if (!need(12)) fail("truncated in the header");
  const std::uint32_t riff_size = load_le<std::uint32_t>(bytes.data() + 4);
  if (riff_size < 4 + chunk_header || riff_size > 0xfffffff6u) fail("RIFF size " + std::to_string(riff_size));
  total = 8 + std::uint64_t{riff_size} + (riff_size & 1);
  read_chunks();
}

// Up to the header of the (first) picture.
void WebpFile::read_chunks() {
  std::size_t at = 12;
  while (true) {
    const auto chunk = chunk_at(at);
    if (!chunk) fail(ended ? "truncated in the header" : "no picture in the file");
    if (chunk->type == "VP8X" && at == 12) {
      if (chunk->size < 10 || !need(chunk->begin + 10)) fail("truncated in the header");
      extended(bytes.data() + chunk->begin);
    } else if (chunk->type == "ICCP" && icc_.empty()) {
      check_metadata(source_.name(), chunk->size, "the ICC profile");
      if (!need(chunk->begin + chunk->size)) fail("truncated in the ICC profile");
      icc_ = text(*chunk);
    } else if (chunk->type == "ANIM" && animated) {
      if (chunk->size < 6 || !need(chunk->begin + 6)) fail("truncated in the header");
      loop_ = load_le<std::uint16_t>(bytes.data() + chunk->begin + 4);
    } else if (chunk->type == "ANMF" && animated) {
      first_chunk = at;
      return;
    } else if (!animated && (chunk->type == "VP8 " || chunk->type == "VP8L")) {
      first_chunk = at;
      return coded(*chunk);
    } else if (chunk->type == "ALPH" && width_ != 0 && !animated) {
      alpha = true;
      first_chunk = at;
      return;
    } else {
      check_memory(source_.name(), chunk->end(), "the chunks before the picture");
      report_unknown(*chunk);
    }
    at = chunk->end();
  }
}

void WebpFile::extended(const std::byte* body) {
  const auto flags = std::to_integer<std::uint8_t>(body[0]);
  animated = (flags & animation_flag) != 0;
  tagged_ = (flags & (exif_flag | xmp_flag)) != 0;
  width_ = 1 + (load_le<std::uint32_t>(body + 3) >> 8);
  height_ = 1 + (load_le<std::uint32_t>(body + 6) >> 8);
  if (!animated && !tagged_) return;
  check_memory(source_.name(), total, animated ? "an animated WebP" : "a WebP with metadata after the picture");
  need(total);
}

// The header of a VP8 or VP8L bit stream.
void WebpFile::coded(const Chunk& chunk) {
  lossless = chunk.type == "VP8L";
  const std::size_t size = lossless ? 5 : 10;
  if (chunk.size < size) fail("a picture of " + std::to_string(chunk.size) + " bytes");
  if (!need(chunk.begin + size)) fail("truncated in the header");
  const std::byte* const body = bytes.data() + chunk.begin;
  if (lossless) {
    const std::uint32_t bits = load_le<std::uint32_t>(body + 1);
    if (body[0] != std::byte{0x2f}) fail("bad signature of a lossless picture");
    width_ = (bits & 0x3fff) + 1;
    height_ = (bits >> 14 & 0x3fff) + 1;
    alpha = (bits >> 28 & 1) != 0;
  } else {
    const bool key = (body[0] & std::byte{1}) == std::byte{0};
    if (!key || std::memcmp(body + 3, "\x9d\x01\x2a", 3) != 0) fail("bad signature of a lossy picture");
    width_ = load_le<std::uint16_t>(body + 6) & 0x3fff;
    height_ = load_le<std::uint16_t>(body + 8) & 0x3fff;
    if (width_ == 0 || height_ == 0) fail("a picture without pixels");
  }
}

void WebpFile::report_unknown(const Chunk& chunk) const {
  constexpr std::string_view known = "VP8X ICCP ANIM ANMF ALPH VP8  VP8L EXIF XMP ";
  if (known.find(chunk.type) != std::string_view::npos) return;
  left_out_("chunk " + printable(chunk.type), "it is not understood");
}

std::string WebpFile::text(const Chunk& chunk) const {
  return {reinterpret_cast<const char*>(bytes.data()) + chunk.begin, chunk.size};
}

Track WebpFile::track() const {
  Track track;
  const bool rgb = lossless || animated;
  track.pixels = &pixel_format(animated ? "rgba" : rgb ? (alpha ? "rgba" : "rgb24") : alpha ? "yuva420p" : "yuv420p");
  track.width = width_;
  track.height = height_;
  track.color = rgb ? Color{1, 13, 0, Range::Full, Chroma::Unknown} : Color{1, 13, 6, Range::Limited, Chroma::Center};
  track.alpha = track.pixels->alpha ? Alpha::Straight : Alpha::None;
  if (animated) {
    track.time_base = {1, 1000};
    track.loop = loop_;
  }
  track.rest = std::string(R"({"meta":{"format":"WebP","coding":")") +
               (animated   ? "animation"
                : lossless ? "lossless"
                           : "lossy") +
               R"("}})";
  return track;
}

void WebpFile::add_attachments(Picture& picture) {
  std::uint64_t size = icc_.size();
  if (!icc_.empty()) picture.attachments.push_back({"icc", std::move(icc_), 0});
  if (!tagged_) return;
  for (auto chunk = chunk_at(12); chunk; chunk = chunk_at(chunk->end())) {
    const bool exif = chunk->type == "EXIF";
    if (chunk->begin > first_chunk) report_unknown(*chunk);
    if ((!exif && chunk->type != "XMP ") || chunk->size == 0 || !need(chunk->begin + chunk->size)) continue;
    check_metadata(source_.name(), size += chunk->size, "EXIF and XMP");
    const std::string name = exif ? "exif" : "xmp";
    if (std::ranges::count(picture.attachments, name, &Attachment::name) != 0) continue;  // the first one counts
    const std::string value = text(*chunk);
    picture.attachments.push_back({name, std::string(exif ? exif_without_prefix(value) : value), 0});
  }
}

// A cut file is filled up with the next one's bytes, which can look like pixels. Return the offset of the next one.
std::size_t WebpFile::find_other() {
  constexpr std::string_view riff = "RIFF", webp = "WEBPVP8";
  std::string all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (bytes.size() == total) {
    const auto next = source_.peek(sniff_bytes);
    all.append(reinterpret_cast<const char*>(next.data()), std::min(next.size(), riff.size() + 4 + webp.size()));
  }
  for (std::size_t at = all.find(riff, 12); at < bytes.size(); at = all.find(riff, at + 1)) {
    if (all.compare(at + 8, webp.size(), webp) == 0) return at;
  }
  return 0;
}

std::size_t intact_webp_metadata(Source& source) {
  const auto text = [&source](std::size_t at, std::size_t size) {
    const auto bytes = source.peek(at + size);
    const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return std::string(all.substr(std::min(at, all.size()), size));
  };
  const std::string type = text(0, 4);
  if (type != "EXIF" && type != "XMP " && type != "ICCP") return 0;
  if (text(4, 4).size() < 4) return 0;
  const std::size_t size = load_le<std::uint32_t>(text(4, 4).data());
  if (size > limits().metadata) return 0;
  const std::size_t end = chunk_header + size + (size & 1);
  const std::string next = text(end, 4);
  return next.empty() || std::ranges::all_of(next, [](char c) { return c >= ' ' && c <= 'Z'; }) ? end : 0;
}

}  // namespace sl
