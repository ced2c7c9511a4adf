// WebP in, by libwebp's incremental decoder. https://developers.google.com/speed/webp/docs/riff_container
//
// A still is decoded while it arrives. libwebp needs a buffer for the whole picture and, in this interface, all
// compressed bytes from the first on; rows are handed on from that buffer, without a copy, once decoded: the coded
// planes for lossy pictures, RGB for lossless ones.
//
// EXIF and XMP are at the end of a file, and the header of a stream must hold them (the first row already needs the
// orientation). So if VP8X says that they exist, the whole file is read before the header is given; it is a compressed
// picture, which is small. The same holds for animations, because libwebp composes only whole files.
// Everything else streams. Either way the bytes are given to libwebp in small pieces, so that rows leave while later
// ones are being decoded.
//
// A truncated file is decoded as far as possible; the error comes at the place of the missing data.

#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "formats/metadata/exif.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "formats/webp/webp.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"

namespace sl {

extern const Format webp_format;

namespace {

constexpr std::size_t piece = 64 << 10;  // bytes given to libwebp at once
constexpr std::size_t chunk_header = 8;
constexpr std::uint8_t animation_flag = 0x02, xmp_flag = 0x04, exif_flag = 0x08;

struct Delete {
  void operator()(WebPIDecoder* decoder) const { WebPIDelete(decoder); }
  void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

struct Chunk {
  std::string_view type;
  std::size_t begin, size;  // of the payload

  [[nodiscard]] std::size_t end() const { return begin + size + (size & 1); }
};

class WebpDecoder final : public StillDecoder {
 public:
  explicit WebpDecoder(const DecodeContext& context)
      : StillDecoder(context, "WebP"), start_(context.source.position()) {}

  Picture header() override {
    if (!need(12)) fail("truncated in the header");
    const std::uint32_t riff_size = load_le<std::uint32_t>(bytes_.data() + 4);
    if (riff_size < 4 + chunk_header || riff_size > 0xfffffff6u) fail("RIFF size " + std::to_string(riff_size));
    total_ = 8 + std::uint64_t{riff_size} + (riff_size & 1);
    read_chunks();
    Picture picture{make_track(), {}};
    track_ = picture.track;
    check_pixels(source_.name(), track_.width, track_.height);
    const std::uint64_t pixels = std::uint64_t{track_.width} * track_.height;
    const std::uint64_t working = animated_ ? 12 : lossless_ ? 8 : 3;  // bytes a pixel: ours and libwebp's
    check_memory(source_.name(), total_ + pixels * working, "a WebP picture");
    add_attachments(picture);
    track_ = picture.track;
    return picture;
  }

  std::optional<Frame> next_frame() override { return animated_ ? next_composed() : StillDecoder::next_frame(); }

  Strip read_rows(std::uint32_t at_most) override {
    at_most = std::max(at_most, strip_alignment(track_));
    if (!animated_) {
      const std::uint32_t requested = std::min(at_most, track_.height - row_);
      while (!cut_ && ready_ - row_ < requested && (ready_ == row_ || can_continue())) decode_more();
    }
    const std::uint32_t until = ready_ > row_ ? ready_ : track_.height;
    const std::uint32_t rows = std::min(at_most, until - row_);
    Strip whole = packed_strip(*track_.pixels, track_.width, track_.height, canvas_);
    whole.last = true;
    Strip strip = part_of(whole, row_, rows);
    strip.damaged = row_ >= ready_;
    row_ += rows;
    return strip;
  }

 private:
  // ---- The container ----

  // Whether the first `size` bytes of the file are here, having read them if there are that many.
  bool need(std::uint64_t size) {
    while (bytes_.size() < size && read_more(size - bytes_.size())) {
    }
    return bytes_.size() >= size;
  }

  bool read_more(std::uint64_t max_bytes) {
    const std::size_t have = bytes_.size();
    bytes_.resize(have + static_cast<std::size_t>(std::min<std::uint64_t>(max_bytes, piece)));
    const std::size_t got = source_.read(std::span(bytes_).subspan(have));
    bytes_.resize(have + got);
    if (got == 0) ended_ = true;
    return got != 0;
  }

  // Return the chunk at `at`; nothing at the end of the file, or if its header is missing.
  std::optional<Chunk> chunk_at(std::size_t at) {
    if (at + chunk_header > total_ || !need(at + chunk_header)) return std::nullopt;
    const Chunk chunk{{reinterpret_cast<const char*>(bytes_.data()) + at, 4},
                      at + chunk_header,
                      load_le<std::uint32_t>(bytes_.data() + at + 4)};
    if (chunk.begin + chunk.size > total_) fail("a chunk is larger than the file that it is in");
    return chunk;
  }

  // Up to the header of the (first) picture.
  void read_chunks() {
    std::size_t at = 12;
    while (true) {
      const auto chunk = chunk_at(at);
      if (!chunk) fail(ended_ ? "truncated in the header" : "no picture in the file");
      if (chunk->type == "VP8X" && at == 12) {
        if (chunk->size < 10 || !need(chunk->begin + 10)) fail("truncated in the header");
        extended(bytes_.data() + chunk->begin);
      } else if (chunk->type == "ICCP" && icc_.empty()) {
        check_metadata(source_.name(), chunk->size, "the ICC profile");
        if (!need(chunk->begin + chunk->size)) fail("truncated in the ICC profile");
        icc_ = text(*chunk);
      } else if (chunk->type == "ANIM" && animated_) {
        if (chunk->size < 6 || !need(chunk->begin + 6)) fail("truncated in the header");
        loop_ = load_le<std::uint16_t>(bytes_.data() + chunk->begin + 4);
      } else if (chunk->type == "ANMF" && animated_) {
        first_chunk_ = at;
        return;
      } else if (!animated_ && (chunk->type == "VP8 " || chunk->type == "VP8L")) {
        first_chunk_ = at;
        return coded(*chunk);
      } else if (chunk->type == "ALPH" && width_ != 0 && !animated_) {
        alpha_ = true;
        first_chunk_ = at;
        return;
      } else {
        check_memory(source_.name(), chunk->end(), "the chunks before the picture");
        report_unknown(*chunk);
      }
      at = chunk->end();
    }
  }

  void extended(const std::byte* body) {
    const auto flags = std::to_integer<std::uint8_t>(body[0]);
    animated_ = (flags & animation_flag) != 0;
    tagged_ = (flags & (exif_flag | xmp_flag)) != 0;
    width_ = 1 + (load_le<std::uint32_t>(body + 3) >> 8);
    height_ = 1 + (load_le<std::uint32_t>(body + 6) >> 8);
    if (!animated_ && !tagged_) return;
    check_memory(source_.name(), total_, animated_ ? "an animated WebP" : "a WebP with metadata after the picture");
    need(total_);
  }

  // The header of a VP8 or VP8L bit stream.
  void coded(const Chunk& chunk) {
    lossless_ = chunk.type == "VP8L";
    const std::size_t size = lossless_ ? 5 : 10;
    if (chunk.size < size) fail("a picture of " + std::to_string(chunk.size) + " bytes");
    if (!need(chunk.begin + size)) fail("truncated in the header");
    const std::byte* const body = bytes_.data() + chunk.begin;
    if (lossless_) {
      const std::uint32_t bits = load_le<std::uint32_t>(body + 1);
      if (body[0] != std::byte{0x2f}) fail("bad signature of a lossless picture");
      width_ = (bits & 0x3fff) + 1;
      height_ = (bits >> 14 & 0x3fff) + 1;
      alpha_ = (bits >> 28 & 1) != 0;
    } else {
      const bool key = (body[0] & std::byte{1}) == std::byte{0};
      if (!key || std::memcmp(body + 3, "\x9d\x01\x2a", 3) != 0) fail("bad signature of a lossy picture");
      width_ = load_le<std::uint16_t>(body + 6) & 0x3fff;
      height_ = load_le<std::uint16_t>(body + 8) & 0x3fff;
      if (width_ == 0 || height_ == 0) fail("a picture without pixels");
    }
  }

  void report_unknown(const Chunk& chunk) {
    constexpr std::string_view known = "VP8X ICCP ANIM ANMF ALPH VP8  VP8L EXIF XMP ";
    if (known.find(chunk.type) != std::string_view::npos) return;
    left_out_("chunk " + printable(chunk.type), "it is not understood");
  }

  [[nodiscard]] std::string text(const Chunk& chunk) const {
    return {reinterpret_cast<const char*>(bytes_.data()) + chunk.begin, chunk.size};
  }

  Track make_track() const {
    Track track;
    const bool rgb = lossless_ || animated_;
    track.pixels = &pixel_format(animated_ ? "rgba"
                                 : rgb     ? (alpha_ ? "rgba" : "rgb24")
                                 : alpha_  ? "yuva420p"
                                           : "yuv420p");
    track.width = width_;
    track.height = height_;
    track.color = rgb ? Color{1, 13, 0, Range::Full, Chroma::Unknown} : Color{1, 13, 6, Range::Limited, Chroma::Center};
    track.alpha = track.pixels->alpha ? Alpha::Straight : Alpha::None;
    if (animated_) {
      track.time_base = {1, 1000};
      track.loop = loop_;
    }
    track.rest = std::string(R"({"meta":{"format":"WebP","coding":")") +
                 (animated_   ? "animation"
                  : lossless_ ? "lossless"
                              : "lossy") +
                 R"("}})";
    return track;
  }

  void add_attachments(Picture& picture) {
    std::uint64_t size = icc_.size();
    if (!icc_.empty()) picture.attachments.push_back({"icc", std::move(icc_), 0});
    if (!tagged_) return;
    for (auto chunk = chunk_at(12); chunk; chunk = chunk_at(chunk->end())) {
      const bool exif = chunk->type == "EXIF";
      if (chunk->begin > first_chunk_) report_unknown(*chunk);
      if ((!exif && chunk->type != "XMP ") || chunk->size == 0 || !need(chunk->begin + chunk->size)) continue;
      check_metadata(source_.name(), size += chunk->size, "EXIF and XMP");
      const std::string name = exif ? "exif" : "xmp";
      if (std::ranges::count(picture.attachments, name, &Attachment::name) != 0) continue;  // the first one counts
      const std::string bytes = text(*chunk);
      picture.attachments.push_back({name, std::string(exif ? exif_without_prefix(bytes) : bytes), 0});
    }
  }

  // Skip to the end of the file according to RIFF. The last padding byte is often missing.
  void end() override {
    const std::uint64_t left = total_ - bytes_.size();
    const std::uint64_t missing = left - (ended_ ? 0 : source_.skip(left));
    if (missing > 1 && !cut_) {
      damage("truncated after the picture, " + std::to_string(missing) + " bytes are missing");
      cut_ = true;
    } else if (const std::size_t other = find_other(); other != 0 && !cut_) {
      damage("truncated: another WebP begins after " + std::to_string(other) + " of its " + std::to_string(total_) +
             " bytes");
      cut_ = true;
    }
    if (cut_ && source_.can_return(start_)) {
      source_.seek(start_ + 12);
      skip_damaged(source_, webp_format);
    }
  }

  // A cut file is filled up with the next one's bytes, which can look like pixels. Return the offset of the next one.
  std::size_t find_other() {
    constexpr std::string_view riff = "RIFF", webp = "WEBPVP8";
    std::string text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
    if (bytes_.size() == total_) {
      const auto next = source_.peek(sniff_bytes);
      text.append(reinterpret_cast<const char*>(next.data()), std::min(next.size(), riff.size() + 4 + webp.size()));
    }
    for (std::size_t at = text.find(riff, 12); at < bytes_.size(); at = text.find(riff, at + 1)) {
      if (text.compare(at + 8, webp.size(), webp) == 0) return at;
    }
    return 0;
  }

  // ---- Stills ----

  void begin(Frame& /*frame*/) override {
    const PixelFormat& format = *track_.pixels;
    // Not cleared: memory is taken as rows come, not by the header's promise.
    pixels_ = std::make_unique_for_overwrite<std::byte[]>(strip_bytes(format, track_.width, track_.height));
    canvas_ = pixels_.get();
    const Strip whole = packed_strip(format, track_.width, track_.height, canvas_);
    const auto data = [&](std::size_t p) { return reinterpret_cast<std::uint8_t*>(whole.planes[p].data); };
    const auto stride = [&](std::size_t p) { return static_cast<int>(whole.planes[p].stride); };
    const auto size = [&](std::size_t p) { return whole.planes[p].stride * whole.planes[p].rows; };
    if (lossless_) {
      still_.reset(WebPINewRGB(alpha_ ? MODE_RGBA : MODE_RGB, data(0), size(0), stride(0)));
    } else {
      still_.reset(WebPINewYUVA(data(0), size(0), stride(0), data(1), size(1), stride(1), data(2), size(2), stride(2),
                                data(3), size(3), stride(3)));
    }
    if (still_ == nullptr) throw Error(Status::Resources, source_.name() + ": no memory to decode WebP");
    fed_ = first_chunk_;
  }

  // Whether more can be decoded without waiting.
  [[nodiscard]] bool can_continue() const { return fed_ < bytes_.size() || ended_ || !source_.would_wait(min_piece()); }

  // libwebp restarts unfinished tables and rows. Give it a share of the data each time, so that input in tiny pieces
  // stays cheap.
  [[nodiscard]] std::size_t min_piece() const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(total_ - bytes_.size(), 1 + fed_ / 256));
  }

  // The next piece of data to libwebp. Sets ready_.
  void decode_more() {
    if (fed_ == bytes_.size() && bytes_.size() < total_ && !ended_) {
      const std::uint64_t enough = bytes_.size() + min_piece();
      const std::uint64_t end = std::max(enough, std::min<std::uint64_t>(total_, bytes_.size() + piece));
      while (bytes_.size() < end && read_more(end - bytes_.size()) &&
             (bytes_.size() < enough || !source_.would_wait())) {
      }
    }
    fed_ = std::min(bytes_.size(), fed_ + piece);
    const VP8StatusCode status = WebPIUpdate(still_.get(), reinterpret_cast<const std::uint8_t*>(bytes_.data()), fed_);
    int done = 0;
    if (lossless_) {
      WebPIDecGetRGB(still_.get(), &done, nullptr, nullptr, nullptr);
    } else {
      WebPIDecGetYUVA(still_.get(), &done, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
    }
    auto rows = static_cast<std::uint32_t>(std::clamp(done, 0, static_cast<int>(track_.height)));
    if (status == VP8_STATUS_OK) rows = track_.height;
    const std::uint32_t alignment = strip_alignment(track_);
    ready_ = std::max(ready_, rows == track_.height ? rows : rows / alignment * alignment);
    if (status == VP8_STATUS_OK || ready_ == track_.height) return;
    if (status == VP8_STATUS_OUT_OF_MEMORY)
      throw Error(Status::Resources, source_.name() + ": no memory to decode WebP");
    if (status != VP8_STATUS_SUSPENDED) {
      cut_still("damaged");
    } else if (fed_ == bytes_.size() && (ended_ || bytes_.size() == total_)) {
      cut_still(bytes_.size() < total_ ? "truncated" : "the data of the picture ends");
    }
  }

  // No more rows will come: make the others black, and transparent if the format has alpha.
  void cut_still(const std::string& what) {
    damage(what + row_place("after", ready_), "the rest is filled with black");
    cut_ = true;
    const Strip whole = packed_strip(*track_.pixels, track_.width, track_.height, canvas_);
    const Strip rest = part_of(whole, ready_, track_.height - ready_);
    constexpr std::array<int, 4> black{16, 128, 128, 0};
    for (std::size_t p = 0; p < static_cast<std::size_t>(track_.pixels->planes); ++p) {
      const Plane& plane = rest.planes[p];
      std::memset(plane.data, lossless_ ? 0 : black[p], plane.stride * plane.rows);
    }
  }

  // ---- Animations ----

  // Find the frames. Make a truncated file end after its last whole frame.
  void begin_animation() {
    std::size_t at = first_chunk_;
    for (auto chunk = chunk_at(at); chunk && need(chunk->begin + chunk->size); chunk = chunk_at(at)) {
      if (chunk->type == "ANMF" && chunk->size >= 16) {
        durations_.push_back(load_le<std::uint32_t>(bytes_.data() + chunk->begin + 12) & 0xffffff);
      }
      at = chunk->end();
      if (at > bytes_.size()) bytes_.resize(at);  // the padding byte
    }
    animation_cut_ = at < total_ && bytes_.size() < total_;
    if (at < total_) store_le(bytes_.data() + 4, static_cast<std::uint32_t>(at - 8));
    const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes_.data()), std::min(bytes_.size(), at)};
    WebPAnimDecoderOptions options;
    WebPAnimDecoderOptionsInit(&options);
    options.color_mode = MODE_RGBA;
    if (!durations_.empty()) animation_.reset(WebPAnimDecoderNew(&data, &options));
  }

  std::optional<Frame> next_composed() {
    if (passed_) return std::nullopt;
    if (frame_ == 0) begin_animation();
    const std::string place = " after frame " + std::to_string(frame_) + " of the animation";
    if (animation_ == nullptr) fail(animation_cut_ ? "truncated" + place : "damaged animation");
    std::uint8_t* pixels = nullptr;
    int until = 0;
    if (frame_ < durations_.size() && WebPAnimDecoderGetNext(animation_.get(), &pixels, &until) != 0) {
      canvas_ = reinterpret_cast<std::byte*>(pixels);
      row_ = 0;
      ready_ = track_.height;
      Frame frame;
      frame.number = frame_;
      frame.pts = time_;
      frame.duration = durations_[frame_];
      time_ += frame.duration;
      ++frame_;
      return frame;
    }
    if (frame_ < durations_.size() || animation_cut_) {
      if (frame_ == 0) fail("damaged in the first frame");
      damage((frame_ < durations_.size() ? "damaged" : "truncated") + place, "the rest is left out");
    }
    cut_ = animation_cut_;
    passed_ = true;
    end();
    return std::nullopt;
  }

  std::uint64_t start_;
  std::vector<std::byte> bytes_;                                     // of the file, from its first on
  std::uint64_t total_ = std::numeric_limits<std::uint64_t>::max();  // bytes of the file, as RIFF says
  std::size_t first_chunk_ = 0;                                      // the picture's offset
  std::uint32_t width_ = 0, height_ = 0;
  bool animated_ = false, tagged_ = false, lossless_ = false, alpha_ = false;
  bool ended_ = false, cut_ = false, passed_ = false;
  int loop_ = -1;
  std::string icc_;

  std::unique_ptr<std::byte[]> pixels_;  // of a still
  std::byte* canvas_ = nullptr;          // the frame in progress, here or in libwebp
  std::uint32_t ready_ = 0;
  std::size_t fed_ = 0;
  std::unique_ptr<WebPIDecoder, Delete> still_;

  std::unique_ptr<WebPAnimDecoder, Delete> animation_;
  std::vector<std::int64_t> durations_;
  bool animation_cut_ = false;
  std::size_t frame_ = 0;
  std::int64_t time_ = 0;
};

}  // namespace

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

std::unique_ptr<Decoder> make_webp_decoder(const DecodeContext& context) {
  return std::make_unique<WebpDecoder>(context);
}

}  // namespace sl
