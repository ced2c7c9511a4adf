// JPEG XL out: still and animated. One frame is kept back, because only the next one shows whether this is an animation
// and, if a frame has no duration, how long it is shown.

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/jxl/color.h"
#include "formats/jxl/jxl.h"
#include "formats/jxl/output.h"
#include "formats/picture.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/format_choice.h"

namespace sl::jxl {

namespace {

__extension__ typedef __int128 Wide;

class JxlWriter final : public Encoder {
 public:
  explicit JxlWriter(const EncodeContext& context)
      : output_(context),
        lossless_(context.options.flag("lossless")),
        progressive_(context.options.flag("progressive")),
        quality_(static_cast<int>(context.options.integer("quality"))),
        effort_(context.options.integer("effort")) {}

  Track accept(const Track& offered) override {
    constexpr std::uint32_t max_side = 1 << 30;
    if (offered.width > max_side || offered.height > max_side) output_.fail("more than 2^30 pixels in a row");
    Track track = nearest(offered, {"gray", "ya8", "rgb24", "rgba", "gray16le", "ya16le", "rgb48le", "rgba64le",
                                    "grayf32le", "rgbf32le", "rgbaf32le"});
    return track;
  }

  void begin(const Picture& picture) override {
    picture_ = picture;
    const Track& track = picture_.track;
    bytes_ = strip_bytes(*track.pixels, track.width, track.height);
    // Measured: what libjxl takes besides the picture.
    const std::uint64_t pixels = std::uint64_t{track.width} * track.height;
    check_memory(output_.name(), saturating_multiply(pixels, lossless_ ? 24 : 48) + 2 * bytes_,
                 "a frame to encode as JPEG XL");
  }

  void begin_frame(const Frame& frame) override {
    if (held_ && whole_) add(&frame);
    held_ = frame;
    whole_ = false;
    pixels_.resize(bytes_);
  }

  void write_rows(const Strip& strip) override {
    const Track& track = picture_.track;
    const auto row = static_cast<std::size_t>(row_bytes(*track.pixels, 0, track.width));
    const Plane& plane = strip.planes[0];
    for (std::uint32_t y = 0; y < plane.rows; ++y)
      std::memcpy(pixels_.data() + (strip.first + y) * row, plane.row<std::byte>(y), row);
  }

  void end_frame() override { whole_ = true; }
  void flush() override {}

  void finish() override {
    if (held_ && whole_) {
      if (!begun_) begin_file(false);
      add_pixels(animated_ ? ticks(nullptr) : 0);
    }
    if (!begun_) return;
    JxlEncoderCloseInput(output_.get());
    output_.write();
  }

 private:
  void begin_file(bool animated) {
    begun_ = true;
    animated_ = animated;
    const Track& track = picture_.track;
    const PixelFormat& format = *track.pixels;
    const bool gray = format.model == Model::Gray;
    JxlBasicInfo info;
    JxlEncoderInitBasicInfo(&info);
    info.xsize = track.width;
    info.ysize = track.height;
    info.bits_per_sample = static_cast<std::uint32_t>(format.bits);
    info.exponent_bits_per_sample = format.sample == Sample::F32 ? 8 : 0;
    info.num_color_channels = gray ? 1 : 3;
    info.uses_original_profile = lossless_ ? JXL_TRUE : JXL_FALSE;
    if (format.alpha) {
      info.num_extra_channels = 1;
      info.alpha_bits = info.bits_per_sample;
      info.alpha_exponent_bits = info.exponent_bits_per_sample;
    }
    if (animated) set_times(info);
    output_.check(JxlEncoderSetBasicInfo(output_.get(), &info), "this picture cannot be held");
    set_color(gray);
    if (JxlEncoderGetRequiredCodestreamLevel(output_.get()) == 10) JxlEncoderSetCodestreamLevel(output_.get(), 10);
    for (const Attachment& attachment : picture_.attachments) {
      if (attachment.name == "exif") output_.add_box("Exif", std::string(4, '\0') + attachment.bytes);
      if (attachment.name == "xmp") output_.add_box("xml ", attachment.bytes);
    }
    settings_ = JxlEncoderFrameSettingsCreate(output_.get(), nullptr);
    const auto set = [&](JxlEncoderFrameSettingId option, std::int64_t value) {
      output_.check(JxlEncoderFrameSettingsSetOption(settings_, option, value), "a setting that libjxl does not know");
    };
    set(JXL_ENC_FRAME_SETTING_EFFORT, effort_);
    if (progressive_) {
      set(JXL_ENC_FRAME_SETTING_RESPONSIVE, 1);
      if (!lossless_) set(JXL_ENC_FRAME_SETTING_PROGRESSIVE_AC, 1);
    }
    if (lossless_) {
      output_.check(JxlEncoderSetFrameLossless(settings_, JXL_TRUE), "it cannot be kept without loss");
    } else {
      output_.check(JxlEncoderSetFrameDistance(settings_, distance()), "no such quality");
    }
  }

  // As cjxl has it: 90 is distance 1, where a loss can just be seen.
  [[nodiscard]] float distance() const {
    const auto q = static_cast<float>(quality_);
    if (quality_ >= 100) return 0.1f;
    return quality_ >= 30 ? 0.1f + (100 - q) * 0.09f : 53 / 3000.f * q * q - 23 / 20.f * q + 25;
  }

  void set_color(bool gray) {
    for (const Attachment& attachment : picture_.attachments) {
      if (attachment.name != "icc") continue;
      const auto* const bytes = reinterpret_cast<const std::uint8_t*>(attachment.bytes.data());
      output_.check(JxlEncoderSetICCProfile(output_.get(), bytes, attachment.bytes.size()),
                    "a colour profile that libjxl does not understand");
      return;
    }
    const JxlColorEncoding encoding = encoding_of(picture_.track.color, gray);
    output_.check(JxlEncoderSetColorEncoding(output_.get(), &encoding), "colours that it cannot state");
  }

  // ---- Times ----

  // Ticks are those of the track if the file can state them, else milliseconds.
  void set_times(JxlBasicInfo& info) {
    const Rational base = picture_.track.time_base;
    const bool fits = base.num >= 1 && base.num <= 1024 && base.den >= 1 && base.den <= (1 << 30);
    tick_ = fits ? base : Rational{1, 1000};
    info.have_animation = JXL_TRUE;
    info.animation.tps_numerator = static_cast<std::uint32_t>(tick_.den);
    info.animation.tps_denominator = static_cast<std::uint32_t>(tick_.num);
    info.animation.num_loops = static_cast<std::uint32_t>(std::clamp<std::int64_t>(picture_.track.loop, 0, 65535));
  }

  // A time of the track in ticks, rounded once, so that errors do not add up.
  [[nodiscard]] std::int64_t in_ticks(std::int64_t time) const {
    const Rational base = picture_.track.time_base;
    const Wide above = static_cast<Wide>(time) * base.num * tick_.den * 2,
               below = static_cast<Wide>(base.den) * tick_.num;
    return static_cast<std::int64_t>((above + below) / (below * 2));
  }

  // How long the frame kept back is shown.
  std::uint32_t ticks(const Frame* next) {
    const std::int64_t begin = held_->pts != no_time ? held_->pts : time_;
    std::int64_t end = begin;
    if (held_->duration != no_time && held_->duration > 0) {
      if (__builtin_add_overflow(begin, held_->duration, &end)) end = begin;
    } else if (next != nullptr && next->pts != no_time && next->pts > begin) {
      end = next->pts;
    } else if (last_ != 0) {
      return last_;
    } else {
      const Rational rate = picture_.track.rate.num > 0 ? picture_.track.rate : Rational{10, 1};
      return static_cast<std::uint32_t>(
          std::max<std::int64_t>(1, rate.den * tick_.den / std::max<std::int64_t>(1, rate.num * tick_.num)));
    }
    time_ = end;
    last_ = static_cast<std::uint32_t>(std::clamp<std::int64_t>(in_ticks(end) - in_ticks(begin), 0, 0xfffffffe));
    return last_;
  }

  // ---- Pixels ----

  void add(const Frame* next) {
    if (!begun_) begin_file(true);
    add_pixels(ticks(next));
    output_.write();
  }

  void add_pixels(std::uint32_t duration) {
    const PixelFormat& format = *picture_.track.pixels;
    if (animated_) {
      JxlFrameHeader header;
      JxlEncoderInitFrameHeader(&header);
      header.duration = duration;
      output_.check(JxlEncoderSetFrameHeader(settings_, &header), "a frame that it cannot hold");
    }
    constexpr std::array types{JXL_TYPE_UINT8, JXL_TYPE_UINT16, JXL_TYPE_FLOAT};
    const JxlPixelFormat layout{static_cast<std::uint32_t>(format.components),
                                types[static_cast<std::size_t>(format.sample)], JXL_LITTLE_ENDIAN, 0};
    output_.check(JxlEncoderAddImageFrame(settings_, &layout, pixels_.data(), pixels_.size()),
                  "a frame that cannot be encoded");
    held_.reset();
  }

  FileOutput output_;
  bool lossless_, progressive_;
  int quality_;
  std::int64_t effort_;
  Picture picture_;
  std::uint64_t bytes_ = 0;
  JxlEncoderFrameSettings* settings_ = nullptr;
  bool begun_ = false, animated_ = false;
  std::optional<Frame> held_;
  bool whole_ = false;
  std::vector<std::byte> pixels_;
  Rational tick_{1, 1000};
  std::int64_t time_ = 0;   // start of a frame without pts
  std::uint32_t last_ = 0;  // ticks
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<JxlWriter>(context); }

}  // namespace sl::jxl
