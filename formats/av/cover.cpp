// FLAC's PICTURE block, and tables of ID3.

#include "formats/av/cover.h"

#include <algorithm>
#include <array>

#include "libcore/base/endian.h"

namespace sl::av {

namespace {

struct MediaType {
  AVCodecID codec;
  std::string_view name;
};
constexpr std::array media_types{MediaType{AV_CODEC_ID_MJPEG, "image/jpeg"}, MediaType{AV_CODEC_ID_PNG, "image/png"},
                                 MediaType{AV_CODEC_ID_GIF, "image/gif"},    MediaType{AV_CODEC_ID_BMP, "image/bmp"},
                                 MediaType{AV_CODEC_ID_TIFF, "image/tiff"},  MediaType{AV_CODEC_ID_WEBP, "image/webp"}};

// ID3v2.4, 4.14, as FFmpeg writes them.
constexpr std::array<std::string_view, 21> kinds{"Other",
                                                 "32x32 pixels 'file icon'",
                                                 "Other file icon",
                                                 "Cover (front)",
                                                 "Cover (back)",
                                                 "Leaflet page",
                                                 "Media (e.g. label side of CD)",
                                                 "Lead artist/lead performer/soloist",
                                                 "Artist/performer",
                                                 "Conductor",
                                                 "Band/Orchestra",
                                                 "Composer",
                                                 "Lyricist/text writer",
                                                 "Recording Location",
                                                 "During recording",
                                                 "During performance",
                                                 "Movie/video screen capture",
                                                 "A bright coloured fish",
                                                 "Illustration",
                                                 "Band/artist logotype",
                                                 "Publisher/Studio logotype"};

// Numbers of 32 bits, most significant byte first, and texts after their length.
void put(std::string& block, std::size_t value) {
  block.append(4, '\0');
  store_be(block.data() + block.size() - 4, static_cast<std::uint32_t>(value));
}

void put(std::string& block, const std::string& text) {
  put(block, text.size());
  block += text;
}

class Block {
 public:
  explicit Block(std::string_view rest) : rest_(rest) {}
  std::uint32_t number() { return load_be<std::uint32_t>(take(4).data()); }
  std::string text() { return std::string(take(number())); }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) throw Error(Status::Data, "a cover's block is cut off");
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  std::string_view rest_;
};

}  // namespace

std::string write_cover(const Cover& cover) {
  std::string block;
  put(block, cover.kind);
  put(block, cover.media_type);
  put(block, cover.description);
  put(block, cover.width);
  put(block, cover.height);
  put(block, std::size_t{0});  // bits a pixel and colours of a palette: unknown
  put(block, std::size_t{0});
  put(block, cover.bytes);
  return block;
}

Cover read_cover(std::string_view text) {
  Block block(text);
  Cover cover;
  cover.kind = block.number();
  cover.media_type = block.text();
  cover.description = block.text();
  cover.width = block.number();
  cover.height = block.number();
  (void)block.number();
  (void)block.number();
  cover.bytes = block.text();
  return cover;
}

AVCodecID cover_codec(std::string_view media_type) {
  const auto* found = std::ranges::find(media_types, media_type, &MediaType::name);
  return found == media_types.end() ? AV_CODEC_ID_NONE : found->codec;
}

std::string_view cover_media_type(AVCodecID codec) {
  const auto* found = std::ranges::find(media_types, codec, &MediaType::codec);
  return found == media_types.end() ? std::string_view() : found->name;
}

std::string_view cover_kind_name(std::uint32_t kind) { return kinds.at(kind < kinds.size() ? kind : 0); }

std::uint32_t cover_kind(std::string_view name) {
  constexpr std::uint32_t front = 3;
  const auto* found = std::ranges::find(kinds, name);
  return found == kinds.end() ? front : static_cast<std::uint32_t>(found - kinds.begin());
}

}  // namespace sl::av
