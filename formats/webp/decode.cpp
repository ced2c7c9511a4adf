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
#include <string>
#include <utility>

#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "formats/webp/file.h"
#include "formats/webp/webp.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"

namespace sl {

extern const Format webp_format;

namespace {

struct Delete {
  void operator()(WebPIDecoder* decoder) const { WebPIDelete(decoder); }
  void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

class WebpDecoder final : public StillDecoder {
 public:
  explicit WebpDecoder(const DecodeContext& context)
      : StillDecoder(context, "WebP"), start_(source_.position()), file_(source_, left_out_) {}

  Picture header() override {
    file_.read_header();
    Picture picture{file_.track(), {}};
    track_ = picture.track;
    check_pixels(source_.name(), track_.width, track_.height);
    const std::uint64_t pixels = std::uint64_t{track_.width} * track_.height;
    const std::uint64_t working = file_.animated ? 12 : file_.lossless ? 8 : 3;  // bytes a pixel: ours and libwebp's
    check_memory(source_.name(), file_.total + pixels * working, "a WebP picture");
    file_.add_attachments(picture);
    return picture;
  }

  std::optional<Frame> next_frame() override { return file_.animated ? next_composed() : StillDecoder::next_frame(); }

  Strip read_rows(std::uint32_t at_most) override {
    at_most = std::max(at_most, strip_alignment(track_));
    if (!file_.animated) {
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
  // Skip to the end of the file according to RIFF. The last padding byte is often missing.
  void end() override {
    const std::uint64_t left = file_.total - file_.bytes.size();
    const std::uint64_t missing = left - (file_.ended ? 0 : source_.skip(left));
    if (missing > 1 && !cut_) {
      damage("truncated after the picture, " + std::to_string(missing) + " bytes are missing");
      cut_ = true;
    } else if (const std::size_t other = file_.find_other(); other != 0 && !cut_) {
      damage("truncated: another WebP begins after " + std::to_string(other) + " of its " +
             std::to_string(file_.total) + " bytes");
      cut_ = true;
    }
    if (cut_ && source_.can_return(start_)) {
      source_.seek(start_ + 12);
      skip_damaged(source_, webp_format);
    }
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
    if (file_.lossless) {
      still_.reset(WebPINewRGB(file_.alpha ? MODE_RGBA : MODE_RGB, data(0), size(0), stride(0)));
    } else {
      still_.reset(WebPINewYUVA(data(0), size(0), stride(0), data(1), size(1), stride(1), data(2), size(2), stride(2),
                                data(3), size(3), stride(3)));
    }
    if (still_ == nullptr) throw Error(Status::Resources, source_.name() + ": no memory to decode WebP");
    fed_ = file_.first_chunk;
  }

  // Whether more can be decoded without waiting.
  [[nodiscard]] bool can_continue() const {
    return fed_ < file_.bytes.size() || file_.ended || !source_.would_wait(min_piece());
  }

  // libwebp restarts unfinished tables and rows. Give it a share of the data each time, so that input in tiny pieces
  // stays cheap.
  [[nodiscard]] std::size_t min_piece() const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(file_.total - file_.bytes.size(), 1 + fed_ / 256));
  }

  // The next piece of data to libwebp. Sets ready_.
  void decode_more() {
    if (fed_ == file_.bytes.size() && file_.bytes.size() < file_.total && !file_.ended) {
      const std::uint64_t enough = file_.bytes.size() + min_piece();
      const std::uint64_t end =
          std::max(enough, std::min<std::uint64_t>(file_.total, file_.bytes.size() + WebpFile::piece));
      while (file_.bytes.size() < end && file_.read_more(end - file_.bytes.size()) &&
             (file_.bytes.size() < enough || !source_.would_wait())) {
      }
    }
    fed_ = std::min(file_.bytes.size(), fed_ + WebpFile::piece);
    const VP8StatusCode status =
        WebPIUpdate(still_.get(), reinterpret_cast<const std::uint8_t*>(file_.bytes.data()), fed_);
    int done = 0;
    if (file_.lossless) {
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
    } else if (fed_ == file_.bytes.size() && (file_.ended || file_.bytes.size() == file_.total)) {
      cut_still(file_.bytes.size() < file_.total ? "truncated" : "the data of the picture ends");
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
      std::memset(plane.data, file_.lossless ? 0 : black[p], plane.stride * plane.rows);
    }
  }

  // ---- Animations ----

  // Find the frames. Make a truncated file end after its last whole frame.
  void begin_animation() {
    std::size_t at = file_.first_chunk;
    for (auto chunk = file_.chunk_at(at); chunk && file_.need(chunk->begin + chunk->size); chunk = file_.chunk_at(at)) {
      if (chunk->type == "ANMF" && chunk->size >= 16) {
        durations_.push_back(load_le<std::uint32_t>(file_.bytes.data() + chunk->begin + 12) & 0xffffff);
      }
      at = chunk->end();
      if (at > file_.bytes.size()) file_.bytes.resize(at);  // the padding byte
    }
    animation_cut_ = at < file_.total && file_.bytes.size() < file_.total;
    if (at < file_.total) store_le(file_.bytes.data() + 4, static_cast<std::uint32_t>(at - 8));
    const WebPData data{reinterpret_cast<const std::uint8_t*>(file_.bytes.data()), std::min(file_.bytes.size(), at)};
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
  WebpFile file_;
  bool cut_ = false, passed_ = false;

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

std::unique_ptr<Decoder> make_webp_decoder(const DecodeContext& context) {
  return std::make_unique<WebpDecoder>(context);
}

}  // namespace sl
