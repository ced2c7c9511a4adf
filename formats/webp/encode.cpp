// WebP out, still and animated. https://developers.google.com/speed/webp/docs/riff_container
//
// The encoder needs whole pictures: it analyses them before it codes the first row, and a file begins with its length.
// One frame is kept back, because only the next one shows whether this is an animation and, if a frame has no duration,
// how long it is shown.
//
// Planes in WebP's own format (4:2:0, BT.601, limited range) are coded unchanged, and those of JPEG, in full range, are
// scaled to it: their chroma is not made larger and smaller again. RGB goes to libwebp unchanged, whose own conversion
// averages chroma in linear light.

#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "formats/picture.h"
#include "formats/webp/webp.h"
#include "libcore/base/limits.h"
#include "libcore/base/size_text.h"
#include "libcore/pixels/format_choice.h"

namespace sl {

namespace {

__extension__ typedef __int128 Wide;

constexpr std::int64_t max_duration = 0xffffff;  // ms

// A picture to encode, and its time.
struct Held {
  Held() { WebPPictureInit(&picture); }
  ~Held() { WebPPictureFree(&picture); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  WebPPicture picture;
  Frame frame;
  bool whole = false;
};

struct Delete {
  void operator()(WebPAnimEncoder* encoder) const { WebPAnimEncoderDelete(encoder); }
  void operator()(WebPMux* mux) const { WebPMuxDelete(mux); }
};

// Bytes that libwebp has allocated.
struct Owned {
  Owned() { WebPDataInit(&data); }
  ~Owned() { WebPDataClear(&data); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  WebPData data;
};

WebPConfig make_config(const EncodeContext& context) {
  WebPConfig config;
  if (WebPConfigInit(&config) == 0) throw Error(Status::Missing, "another version of libwebp");
  config.lossless = context.options.flag("lossless") ? 1 : 0;
  config.quality = static_cast<float>(context.options.integer("quality"));
  config.method = static_cast<int>(context.options.integer("effort"));
  config.exact = context.options.flag("exact") ? 1 : 0;
  config.thread_level = context.threads > 1 ? 1 : 0;
  return config;
}

class WebpEncoder final : public Encoder {
 public:
  explicit WebpEncoder(const EncodeContext& context) : target_(context.target), config_(make_config(context)) {}

  Track accept(const Track& offered) override {
    if (offered.width > WEBP_MAX_DIMENSION || offered.height > WEBP_MAX_DIMENSION) {
      fail(size_text({offered.width, offered.height}) + " is more than 16383 pixels");
    }
    const PixelFormat& from = *offered.pixels;
    const Color& color = offered.color;
    const bool planes = config_.lossless == 0 && from.model == Model::Yuv && from.shift_x == 1 && from.shift_y == 1 &&
                        color.range != Range::Unknown && (color.matrix == 5 || color.matrix == 6);
    if (!planes) return nearest(offered, {"rgb24", "rgba"});
    Track track = nearest(offered, {"yuv420p", "yuva420p"});
    track.color.range = Range::Limited;
    if (color.chroma != Chroma::Unknown) track.color.chroma = Chroma::Center;
    return track;
  }

  void begin(const Picture& picture) override {
    track_ = picture.track;
    attachments_ = picture.attachments;
    planes_ = track_.pixels->model == Model::Yuv;
    // Measured: what libwebp takes besides the picture.
    const std::uint64_t working = config_.lossless != 0 ? 24 : planes_ ? 4 : 8;
    check_memory(target_.name(), std::uint64_t{track_.width} * track_.height * working, "a frame to encode as WebP");
  }

  void begin_frame(const Frame& frame) override {
    if (held_) add_to_animation(&frame);
    held_.emplace();
    held_->frame = frame;
    WebPPicture& picture = held_->picture;
    picture.use_argb = planes_ ? 0 : 1;
    picture.colorspace = track_.pixels->alpha ? WEBP_YUV420A : WEBP_YUV420;
    picture.width = static_cast<int>(track_.width);
    picture.height = static_cast<int>(track_.height);
    if (WebPPictureAlloc(&picture) == 0) throw Error(Status::Resources, target_.name() + ": no memory to encode WebP");
  }

  void write_rows(const Strip& strip) override {
    for (std::size_t p = 0; p < static_cast<std::size_t>(track_.pixels->planes); ++p) {
      const Plane& plane = strip.planes[p];
      const bool chroma = planes_ && (p == 1 || p == 2);
      const std::uint32_t first = chroma ? strip.first / 2 : strip.first;
      for (std::uint32_t y = 0; y < plane.rows; ++y) write_row(p, first + y, plane.row<std::uint8_t>(y), plane.width);
    }
  }

  void end_frame() override { held_->whole = true; }
  void flush() override {}

  void finish() override {
    if (held_ && !held_->whole) held_.reset();
    if (animation_ != nullptr) {
      finish_animation();
    } else if (held_) {
      WebPMemoryWriter writer;
      WebPMemoryWriterInit(&writer);
      Owned file;
      encode_still(writer);
      file.data = {writer.mem, writer.size};
      write(file.data);
    }
    held_.reset();
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Status::Data, target_.name() + ": WebP: " + what);
  }

  void write_row(std::size_t p, std::uint32_t y, const std::uint8_t* from, std::size_t width) {
    WebPPicture& picture = held_->picture;
    if (planes_) {
      std::uint8_t* const planes[] = {picture.y, picture.u, picture.v, picture.a};
      const int strides[] = {picture.y_stride, picture.uv_stride, picture.uv_stride, picture.a_stride};
      std::memcpy(planes[p] + std::size_t{y} * static_cast<std::size_t>(strides[p]), from, width);
      return;
    }
    std::uint32_t* const to = picture.argb + std::size_t{y} * static_cast<std::size_t>(picture.argb_stride);
    if (track_.pixels->alpha) {
      for (std::size_t x = 0; x < track_.width; ++x, from += 4) to[x] = argb(from[3], from[0], from[1], from[2]);
    } else {
      for (std::size_t x = 0; x < track_.width; ++x, from += 3) to[x] = argb(255, from[0], from[1], from[2]);
    }
  }

  static std::uint32_t argb(std::uint32_t a, std::uint32_t r, std::uint32_t g, std::uint32_t b) {
    return a << 24 | r << 16 | g << 8 | b;
  }

  void encode_still(WebPMemoryWriter& writer) {
    WebPPicture& picture = held_->picture;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    int done = WebPEncode(&config_, &picture);
    if (done == 0 && picture.error_code == VP8_ENC_ERROR_PARTITION0_OVERFLOW) {
      // The modes of the blocks of a large and busy picture do not fit into their 512 KiB: with fewer of them they do.
      WebPMemoryWriterClear(&writer);
      config_.partition_limit = 100;
      done = WebPEncode(&config_, &picture);
    }
    if (done != 0) return;
    WebPMemoryWriterClear(&writer);
    if (picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY ||
        picture.error_code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY) {
      throw Error(Status::Resources, target_.name() + ": no memory to encode WebP");
    }
    fail("cannot be encoded, error " + std::to_string(picture.error_code) + " of libwebp");
  }

  // ---- Animations ----

  // A time of the track, in ms, rounded once.
  [[nodiscard]] std::int64_t milliseconds(std::int64_t time) const {
    const Wide numerator = static_cast<Wide>(time) * 1000 * track_.time_base.num * 2 + track_.time_base.den;
    const Wide denominator = static_cast<Wide>(track_.time_base.den) * 2;
    const Wide quotient = numerator / denominator - (numerator % denominator < 0 ? 1 : 0);
    return static_cast<std::int64_t>(std::clamp<Wide>(quotient, LLONG_MIN / 4, LLONG_MAX / 4));
  }

  // How long the frame kept back is shown, in ms: the difference of two rounded times, so that errors do not add up.
  // What browsers show for 100 ms is written as that.
  std::int64_t duration(const Frame* next) {
    const Frame& frame = held_->frame;
    const std::int64_t begin = frame.pts != no_time ? frame.pts : time_;
    std::int64_t end = begin;
    if (frame.duration != no_time && frame.duration >= 0) {
      if (__builtin_add_overflow(begin, frame.duration, &end)) end = begin;
    } else if (next != nullptr && next->pts != no_time && next->pts > begin) {
      end = next->pts;
    } else if (last_duration_ > 0) {
      return last_duration_;
    } else if (track_.rate.num > 0) {
      return std::clamp<std::int64_t>(1000 * track_.rate.den / track_.rate.num, 11, max_duration);
    }
    time_ = end;
    const std::int64_t shown = std::min(milliseconds(end) - milliseconds(begin), max_duration);
    return shown <= 10 ? 100 : shown;
  }

  void add_to_animation(const Frame* next) {
    if (animation_ == nullptr) {
      WebPAnimEncoderOptions options;
      WebPAnimEncoderOptionsInit(&options);
      options.anim_params.loop_count = static_cast<int>(std::clamp<std::int64_t>(track_.loop, 0, 65535));
      animation_.reset(WebPAnimEncoderNew(static_cast<int>(track_.width), static_cast<int>(track_.height), &options));
      if (animation_ == nullptr) throw Error(Status::Resources, target_.name() + ": no memory to encode WebP");
    }
    const std::int64_t shown = duration(next);
    if (WebPAnimEncoderAdd(animation_.get(), &held_->picture, static_cast<int>(shown_), &config_) == 0)
      animation_failed();
    shown_ += shown;
    if (shown_ > INT_MAX) fail("an animation of more than 24 days");
    last_duration_ = shown;
  }

  void finish_animation() {
    if (held_) add_to_animation(nullptr);
    Owned file;
    if (WebPAnimEncoderAdd(animation_.get(), nullptr, static_cast<int>(shown_), nullptr) == 0 ||
        WebPAnimEncoderAssemble(animation_.get(), &file.data) == 0) {
      animation_failed();
    }
    animation_.reset();
    write(file.data);
  }

  [[noreturn]] void animation_failed() const { fail(printable(WebPAnimEncoderGetError(animation_.get()))); }

  // ---- The file ----

  void write(const WebPData& file) {
    std::vector<std::pair<const char*, std::string>> chunks;
    for (const Attachment& attachment : attachments_) {
      if (attachment.name == "icc") chunks.emplace_back("ICCP", attachment.bytes);
      if (attachment.name == "xmp") chunks.emplace_back("XMP ", attachment.bytes);
      if (attachment.name == "exif") chunks.emplace_back("EXIF", attachment.bytes);
    }
    if (chunks.empty()) return put(file);

    const std::unique_ptr<WebPMux, Delete> mux(WebPMuxCreate(&file, 0));
    bool good = mux != nullptr;
    for (const auto& [type, bytes] : chunks) {
      const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
      good = good && WebPMuxSetChunk(mux.get(), type, &data, 0) == WEBP_MUX_OK;
    }
    Owned whole;
    if (!good || WebPMuxAssemble(mux.get(), &whole.data) != WEBP_MUX_OK) fail("cannot add ICC, EXIF or XMP");
    put(whole.data);
  }

  void put(const WebPData& data) { target_.write(std::as_bytes(std::span(data.bytes, data.size))); }

  Target& target_;
  WebPConfig config_;
  Track track_;
  std::vector<Attachment> attachments_;
  bool planes_ = false;
  std::optional<Held> held_;

  std::unique_ptr<WebPAnimEncoder, Delete> animation_;
  std::int64_t shown_ = 0;          // ms so far
  std::int64_t last_duration_ = 0;  // ms
  std::int64_t time_ = 0;           // start of a frame without pts
};

}  // namespace

std::unique_ptr<Encoder> make_webp_encoder(const EncodeContext& context) {
  return std::make_unique<WebpEncoder>(context);
}

}  // namespace sl
