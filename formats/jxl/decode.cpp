// JPEG XL in: whole frames, composed by libjxl, with the picture's own orientation applied.

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "formats/jxl/color.h"
#include "formats/jxl/jxl.h"
#include "formats/metadata/exif.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "formats/whole_file.h"
#include "libcore/base/endian.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl::jxl {

namespace {

constexpr std::uint32_t no_end = 0xffffffff;  // the duration of a page

class JxlReader final : public StillDecoder {
 public:
  explicit JxlReader(const DecodeContext& context) : StillDecoder(context, "JPEG XL") {}

  Picture header() override {
    start_ = source_.position();
    file_ = read_whole(source_, "a JPEG XL file");
    Picture picture;
    if (jxl_info.sniff_surely(file_)) read_boxes(picture);
    open();
    read_info();
    read_color(picture);
    describe();
    picture.track = track_;
    return picture;
  }

  std::optional<Frame> next_frame() override {
    if (ended_) return std::nullopt;
    JxlDecoderStatus status = next_event(decoder_.get());
    if (status == JXL_DEC_SUCCESS) return finish();
    if (status == JXL_DEC_FRAME) {
      read_frame_header();
      status = next_event(decoder_.get());
    }
    if (status == JXL_DEC_NEED_IMAGE_OUT_BUFFER) {
      set_buffers();
      status = next_event(decoder_.get());
    }
    row_ = 0;
    damaged_ = false;
    if (status != JXL_DEC_FULL_IMAGE && !cut(status)) return finish();
    if (black_ >= 0) add_black();
    Frame frame;
    frame.number = number_++;
    frame.pts = time_;
    if (animated_ && duration_ != no_end) {
      frame.duration = duration_;
      time_ += duration_;
    }
    return frame;
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t rows = std::min(std::max(at_most, 1u), track_.height - row_);
    const auto bytes = static_cast<std::size_t>(row_bytes(*track_.pixels, 0, track_.width));
    return next_strip(rows, pixels_.get() + row_ * bytes, damaged_);
  }

 private:
  // ---- Boxes ----

  // EXIF and XMP may come after the picture: read all boxes, up to the end of the container.
  void read_boxes(Picture& picture) {
    const DecoderHandle decoder = open_decoder(file_, JXL_DEC_BOX, source_.name());
    JxlDecoderSetDecompressBoxes(decoder.get(), JXL_TRUE);
    std::string type, content;
    std::uint64_t total = 0;
    bool begun = false;
    for (;;) {
      const JxlDecoderStatus status = next_event(decoder.get());
      if (status == JXL_DEC_BOX_NEED_MORE_OUTPUT) {
        const std::size_t have = content.size() - JxlDecoderReleaseBoxBuffer(decoder.get());
        grow(decoder.get(), content, have, total);
        continue;
      }
      if (!type.empty()) content.resize(content.size() - JxlDecoderReleaseBoxBuffer(decoder.get()));
      if (status != JXL_DEC_BOX && status != JXL_DEC_SUCCESS) {
        return damage("truncated or damaged in a box", "what follows is left out");
      }
      if (!type.empty()) add_box(picture, type, content);
      total += content.size();
      type.clear();
      content.clear();
      end_ = file_.size();
      if (status == JXL_DEC_SUCCESS) return;
      JxlBoxType name{};
      if (JxlDecoderGetBoxType(decoder.get(), name, JXL_TRUE) != JXL_DEC_SUCCESS)
        return damage("damaged boxes", "what follows is left out");
      const std::string_view found(name, sizeof name);
      if (found == "JXL " && begun) {  // another picture follows
        end_ = file_.size() - JxlDecoderReleaseInput(decoder.get());
        return;
      }
      begun = true;
      if (found == "jbrd") from_jpeg_ = true;
      if (found != "Exif" && found != "xml " && found != "jumb") continue;
      type = found;
      grow(decoder.get(), content, 0, total);
    }
  }

  void grow(JxlDecoder* decoder, std::string& content, std::size_t have, std::uint64_t total) const {
    constexpr std::size_t least = 16 << 10;
    const std::size_t size = std::max(least, have * 2);
    check_metadata(source_.name(), total + size, "JPEG XL: metadata");
    content.resize(size);
    JxlDecoderSetBoxBuffer(decoder, reinterpret_cast<std::uint8_t*>(content.data()) + have, size - have);
  }

  void add_box(Picture& picture, const std::string& type, std::string& content) const {
    if (type == "jumb") return left_out_("JUMBF", "it is not read");
    const auto& all = picture.attachments;
    const std::string name = type == "Exif" ? "exif" : "xmp";
    if (std::ranges::find(all, name, &Attachment::name) != all.end())
      return left_out_("further " + std::string(type == "Exif" ? "EXIF" : "XMP"), "the first is read");
    if (type == "xml ") {
      picture.attachments.push_back({"xmp", std::move(content), 0});
    } else if (content.size() > 4) {
      // An offset to its header comes first. Its orientation only repeats the picture's, which is applied.
      const std::uint32_t offset = load_be<std::uint32_t>(content.data());
      if (offset < content.size() - 4)
        picture.attachments.push_back({"exif", exif_with_orientation(content.substr(4 + offset), 1), 0});
    }
  }

  // ---- The picture ----

  void open() {
    decoder_ = open_decoder(file_, JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FRAME | JXL_DEC_FULL_IMAGE,
                            source_.name());
    runner_.reset(JxlThreadParallelRunnerCreate(nullptr, std::clamp(std::thread::hardware_concurrency(), 1u, 8u)));
    if (runner_ == nullptr) fail("no memory", Status::Resources);
    JxlDecoderSetParallelRunner(decoder_.get(), JxlThreadParallelRunner, runner_.get());
  }

  void expect(JxlDecoderStatus wanted) {
    const JxlDecoderStatus status = next_event(decoder_.get());
    if (status == wanted) return;
    fail(status == JXL_DEC_NEED_MORE_INPUT ? "truncated in the header" : "damaged header");
  }

  void read_info() {
    expect(JXL_DEC_BASIC_INFO);
    if (JxlDecoderGetBasicInfo(decoder_.get(), &info_) != JXL_DEC_SUCCESS) fail("damaged header");
    const bool turned = info_.orientation >= JXL_ORIENT_TRANSPOSE;
    track_.width = turned ? info_.ysize : info_.xsize;
    track_.height = turned ? info_.xsize : info_.ysize;
    if (track_.width == 0 || track_.height == 0) fail("a picture without size");
    check_pixels(source_.name(), track_.width, track_.height);
    const bool alpha = info_.alpha_bits != 0, gray = info_.num_color_channels == 1;
    const std::uint32_t bits = std::max(info_.bits_per_sample, info_.alpha_bits);
    const bool floats = info_.exponent_bits_per_sample != 0 || bits > 16;
    track_.pixels = &pixel_format(name_of_format(gray, alpha, floats ? 32 : bits > 8 ? 16 : 8));
    if (!floats && bits != 8 && bits != 16) track_.bits = static_cast<int>(bits);
    track_.alpha = !alpha ? Alpha::None : info_.alpha_premultiplied != 0 ? Alpha::Premultiplied : Alpha::Straight;
    // The frame, and what libjxl takes: floats of all channels.
    const std::uint64_t pixels = std::uint64_t{track_.width} * track_.height;
    check_memory(
        source_.name(),
        strip_bytes(*track_.pixels, track_.width, track_.height) +
            saturating_multiply(pixels, 4 * std::uint64_t{info_.num_color_channels + info_.num_extra_channels}),
        "a JPEG XL frame");
    read_extra_channels();
    animated_ = info_.have_animation != 0;
    if (!animated_) return;
    const JxlAnimationHeader& times = info_.animation;
    track_.time_base = {static_cast<std::int64_t>(times.tps_denominator),
                        static_cast<std::int64_t>(times.tps_numerator)};
    track_.loop = times.num_loops;
  }

  static std::string_view name_of_format(bool gray, bool alpha, int bits) {
    if (bits == 32) return alpha ? "rgbaf32le" : gray ? "grayf32le" : "rgbf32le";
    if (bits == 16) return gray ? (alpha ? "ya16le" : "gray16le") : (alpha ? "rgba64le" : "rgb48le");
    return gray ? (alpha ? "ya8" : "gray") : (alpha ? "rgba" : "rgb24");
  }

  void read_extra_channels() {
    std::uint32_t others = info_.num_extra_channels - (info_.alpha_bits != 0 ? 1 : 0);
    for (std::uint32_t i = 0; i < info_.num_extra_channels; ++i) {
      JxlExtraChannelInfo channel{};
      if (JxlDecoderGetExtraChannelInfo(decoder_.get(), i, &channel) != JXL_DEC_SUCCESS) fail("damaged header");
      if (channel.type == JXL_CHANNEL_BLACK && black_ < 0) black_ = static_cast<int>(i);
      if (channel.type == JXL_CHANNEL_SPOT_COLOR || channel.type == JXL_CHANNEL_BLACK) --others;  // both are applied
    }
    if (others != 0)
      left_out_(std::to_string(others) + (others == 1 ? " extra channel" : " extra channels"), "only alpha is read");
  }

  void read_color(Picture& picture) {
    expect(JXL_DEC_COLOR_ENCODING);
    const bool gray = track_.pixels->model == Model::Gray;
    track_.color.matrix = gray ? 2 : 0;
    track_.color.range = Range::Full;
    if (black_ >= 0) {
      warn_("JPEG XL: CMYK: converted to RGB, without its profile");
      return;
    }
    JxlColorEncoding encoding{};
    const bool encoded = JxlDecoderGetColorAsEncodedProfile(decoder_.get(), nullptr, JXL_COLOR_PROFILE_TARGET_DATA,
                                                            &encoding) == JXL_DEC_SUCCESS;
    if (encoded) set_numbers(encoding, track_.color);
    const bool complete = track_.color.transfer != 2 && (gray || track_.color.primaries != 2);
    std::size_t size = 0;
    if (!complete &&
        JxlDecoderGetICCProfileSize(decoder_.get(), nullptr, JXL_COLOR_PROFILE_TARGET_DATA, &size) == JXL_DEC_SUCCESS) {
      check_metadata(source_.name(), size, "JPEG XL: a colour profile");
      std::string profile(size, '\0');
      auto* const into = reinterpret_cast<std::uint8_t*>(profile.data());
      if (size != 0 && JxlDecoderGetColorAsICCProfile(decoder_.get(), nullptr, JXL_COLOR_PROFILE_TARGET_DATA, into,
                                                      size) == JXL_DEC_SUCCESS)
        picture.attachments.push_back({"icc", std::move(profile), 0});
    }
    const bool own = JxlDecoderGetColorAsEncodedProfile(decoder_.get(), nullptr, JXL_COLOR_PROFILE_TARGET_ORIGINAL,
                                                        &encoding) == JXL_DEC_SUCCESS;
    if (info_.uses_original_profile == 0 && !own)
      left_out_("the colour profile of the original", "the picture is coded without it; its pixels become sRGB");
  }

  void describe() {
    Json meta{{"format", "JPEG XL"}, {"bits", info_.bits_per_sample}};
    if (info_.exponent_bits_per_sample != 0) meta["samples"] = "float";
    // As jxlinfo: only XYB is surely lossy.
    meta["coding"] = from_jpeg_                         ? "a JPEG without loss"
                     : info_.uses_original_profile != 0 ? "possibly lossless"
                                                        : "lossy (XYB)";
    track_.rest = write_json(Json{{"meta", meta}});
  }

  // ---- Frames ----

  void read_frame_header() {
    JxlFrameHeader frame{};
    if (JxlDecoderGetFrameHeader(decoder_.get(), &frame) == JXL_DEC_SUCCESS) duration_ = frame.duration;
  }

  void set_buffers() {
    const JxlPixelFormat format = layout(static_cast<std::uint32_t>(track_.pixels->components));
    const std::uint64_t bytes = strip_bytes(*track_.pixels, track_.width, track_.height);
    if (pixels_ == nullptr) pixels_ = std::make_unique<std::byte[]>(bytes);
    if (JxlDecoderSetImageOutBuffer(decoder_.get(), &format, pixels_.get(), bytes) != JXL_DEC_SUCCESS)
      fail("pixels that libjxl cannot deliver");
    if (black_ < 0) return;
    const JxlPixelFormat single = layout(1);
    const std::uint64_t size = bytes / static_cast<unsigned>(track_.pixels->components);
    check_memory(source_.name(), size, "a black channel of JPEG XL");
    ink_.resize(size);
    if (JxlDecoderSetExtraChannelBuffer(decoder_.get(), &single, ink_.data(), size,
                                        static_cast<std::uint32_t>(black_)) != JXL_DEC_SUCCESS)
      fail("pixels that libjxl cannot deliver");
  }

  [[nodiscard]] JxlPixelFormat layout(std::uint32_t channels) const {
    constexpr std::array types{JXL_TYPE_UINT8, JXL_TYPE_UINT16, JXL_TYPE_FLOAT};
    return {channels, types[static_cast<std::size_t>(track_.pixels->sample)], JXL_LITTLE_ENDIAN, 0};
  }

  // Cyan, magenta and yellow are stored as red, green and blue without black.
  void add_black() {
    switch (track_.pixels->sample) {
      case Sample::U8:
        return multiply<std::uint8_t>([](unsigned a, unsigned b) { return (a * b + 127) / 255; });
      case Sample::U16:
        return multiply<std::uint16_t>([](unsigned a, unsigned b) { return (a * b + 32767u) / 65535u; });
      case Sample::F32:
        return multiply<float>([](float a, float b) { return a * b; });
    }
  }
  template <class T>
  void multiply(auto by) {
    auto* at = reinterpret_cast<T*>(pixels_.get());
    const auto* const ink = reinterpret_cast<const T*>(ink_.data());
    const int components = track_.pixels->components;
    const int colors = components - (track_.pixels->alpha ? 1 : 0);
    for (std::size_t i = 0; i < ink_.size() / sizeof(T); ++i, at += components) {
      for (int c = 0; c < colors; ++c) at[c] = static_cast<T>(by(at[c], ink[i]));
    }
  }

  // The frame is not complete. Return whether a part of it can be shown.
  bool cut(JxlDecoderStatus status) {
    const std::string what = status == JXL_DEC_NEED_MORE_INPUT ? "truncated" : "damaged";
    const std::string place = animated_ ? " in frame " + std::to_string(number_) + " of the animation" : "";
    ended_ = true;
    const bool shows = salvage_ && pixels_ != nullptr && JxlDecoderFlushImage(decoder_.get()) == JXL_DEC_SUCCESS;
    if (!shows && number_ == 0) fail(what + place);
    damage(what + place, shows ? "it is blurred" : "the rest is left out");
    damaged_ = true;
    return shows;
  }

  std::optional<Frame> finish() {
    if (number_ == 0) fail("no frame");
    ended_ = true;
    const std::size_t left = JxlDecoderReleaseInput(decoder_.get());
    decoder_.reset();
    pixels_.reset();
    source_.seek(start_ + (end_ != 0 ? end_ : file_.size() - left));
    return std::nullopt;
  }

  DecoderHandle decoder_;
  Runner runner_;
  JxlBasicInfo info_{};
  std::vector<std::byte> file_;
  std::uint64_t start_ = 0, end_ = 0;  // of the container, in the source and in the file; 0: no container
  bool from_jpeg_ = false, animated_ = false, ended_ = false, damaged_ = false;
  int black_ = -1;  // the extra channel of CMYK
  std::unique_ptr<std::byte[]> pixels_;
  std::vector<std::byte> ink_;
  std::uint32_t duration_ = 0;
  std::uint64_t number_ = 0;
  std::int64_t time_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<JxlReader>(context); }

}  // namespace sl::jxl
