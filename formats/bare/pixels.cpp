// Raw pixels in and out: the samples of each plane, rows packed or `stride` apart, and nothing else.
//
// Rows of a single plane pass as they come. A picture of several planes waits for the last one of them.

#include <sys/uio.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "formats/bare/shape.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "libcore/base/limits.h"
#include "libcore/media/image.h"

namespace sl {

extern const FormatInfo bare_info;

namespace {

constexpr std::string_view gathering = "a picture of several planes";

class RawDecoder final : public StillDecoder {
 public:
  explicit RawDecoder(const DecodeContext& context)
      : StillDecoder(context, "raw pixels"), shape_(context.options.value<RawShape>("raw").value()) {}

  Picture header() override {
    check_pixels(source_.name(), shape_.size.width, shape_.size.height);
    if (pictures_ == 0 && source_.skip(shape_.skip) < shape_.skip) fail("is shorter than what skip passes over");
    track_.pixels = shape_.pixels;
    track_.width = shape_.size.width;
    track_.height = shape_.size.height;
    track_.color.matrix = shape_.pixels->model == Model::Rgb ? 0 : 2;
    track_.color.range = shape_.pixels->model == Model::Yuv ? Range::Unknown : Range::Full;
    track_.alpha = shape_.pixels->alpha ? Alpha::Straight : Alpha::None;
    track_.rest = R"({"meta":{"format":"raw"}})";
    if (is_film()) {
      track_.rate = shape_.rate;
      track_.time_base = {shape_.rate.den, shape_.rate.num};
    }
    if (shape_.pixels->planes > 1) {
      whole_ = Image(track_, source_.name(), gathering);
    } else {
      check_memory(source_.name(),
                   strip_bytes(*shape_.pixels, track_.width, std::min(strip_rows(track_), track_.height)),
                   "a strip of rows");
    }
    Picture picture;
    picture.track = track_;
    return picture;
  }

  // Without a rate each picture is a page, so a stream of its own.
  std::optional<Frame> next_frame() override {
    if (!is_film() && row_ != 0) return std::nullopt;
    if (cut_ || (pictures_ != 0 && source_.peek(1).empty())) return std::nullopt;
    Frame frame;
    frame.number = is_film() ? pictures_ : 0;
    frame.pts = static_cast<std::int64_t>(frame.number);
    if (is_film()) frame.duration = 1;
    ++pictures_;
    row_ = 0;
    taken_ = source_.position();
    return frame;
  }

  bool next_page() override {
    row_ = 0;
    return !is_film() && !cut_ && !source_.peek(1).empty();
  }

  Strip read_rows(std::uint32_t at_most) override {
    if (shape_.pixels->planes > 1) return whole_rows(at_most);
    const std::uint32_t rows = std::min(std::max(at_most, 1U), track_.height - row_);
    const auto row = static_cast<std::size_t>(row_bytes(*shape_.pixels, 0, track_.width));
    if (rows_.size() < rows * row) rows_.resize(rows * row);
    std::uint32_t done = 0;
    while (done < rows && !cut_) {
      if (done > 0 && source_.would_wait(row)) break;
      const std::uint32_t ready = source_.would_wait((rows - done) * row) ? 1 : rows - done;
      done += take_rows(0, ready, rows_.data() + done * row);
    }
    if (done > 0) return next_strip(done, rows_.data(), false);
    std::memset(rows_.data(), 0, rows * row);
    return next_strip(rows, rows_.data(), true);
  }

 private:
  [[nodiscard]] bool is_film() const { return shape_.rate.num > 0; }

  // Take rows of a plane; return how many came. If the input ends before them, the rest is lost.
  std::uint32_t take_rows(int plane, std::uint32_t rows, std::byte* to) {
    const auto row = static_cast<std::size_t>(row_bytes(*shape_.pixels, plane, track_.width));
    const std::uint64_t gap = stored_row(shape_, plane) - row;
    const std::uint32_t at_once = gap == 0 ? rows : 1;
    for (std::uint32_t done = 0; done < rows; done += at_once) {
      const std::size_t got = source_.read_all({to + done * row, at_once * row});
      if (got < at_once * row) {
        cut();
        return done + static_cast<std::uint32_t>(got / row);
      }
      if (gap != 0) source_.skip(gap);  // the last one of a file may be missing
    }
    return rows;
  }

  void cut() {
    cut_ = true;
    const std::uint64_t end = source_.position(), frame = stored_bytes(shape_);
    const std::string fitting = fitting_shapes(shape_, end);
    damage("ends in frame " + std::to_string(pictures_) + ", after " + std::to_string(end - taken_) + " of its " +
               std::to_string(frame) + " bytes" +
               (fitting.empty() ? "" : "; all " + std::to_string(end) + " bytes would be " + fitting),
           "the rest of the frame is filled with zero");
  }

  Strip whole_rows(std::uint32_t at_most) {
    if (row_ == 0) read_planes();
    Strip strip = whole_.rows(row_, std::min(at_most, track_.height - row_));
    strip.damaged = cut_;
    row_ += strip.rows;
    return strip;
  }

  void read_planes() {
    const Strip picture = whole_.strip();
    for (int p = 0; p < shape_.pixels->planes; ++p) {
      const Plane& plane = picture.planes[static_cast<std::size_t>(p)];
      const std::uint32_t rows = cut_ ? 0 : take_rows(p, plane.rows, plane.data);
      if (rows < plane.rows) std::memset(plane.row<std::byte>(rows), 0, (plane.rows - rows) * plane.stride);
    }
  }

  RawShape shape_;
  std::uint64_t pictures_ = 0, taken_ = 0;  // begun; bytes before the one in progress
  bool cut_ = false;
  std::vector<std::byte> rows_;
  Image whole_;
};

class RawEncoder final : public Encoder {
 public:
  explicit RawEncoder(const EncodeContext& context) : target_(context.target), left_out_(context.left_out) {}

  Track accept(const Track& offered) override {
    if (!offered.is_raw_video())
      throw Error(Status::Data, target_.name() + ": raw pixels are pictures, not packets or sound");
    Track track = offered;
    if (track.alpha == Alpha::Premultiplied) track.alpha = Alpha::Straight;
    return track;
  }

  void begin(const Picture& picture) override {
    const Track& track = picture.track;
    const Size size{track.width, track.height};
    if (track_.pixels != nullptr) {
      if (track_.pixels == track.pixels && track_.width == size.width && track_.height == size.height) return;
      throw Error(Status::Data, target_.name() + ": raw pixels: the size or the format changes, from " + shape_ +
                                    " to " + size_text(size) + ":" + std::string(track.pixels->name) +
                                    ": number the files, or resize and convert the pictures first");
    }
    track_ = track;
    RawShape shape{size, track.pixels};
    if (track.rate.num > 0) shape.rate = track.rate;
    shape_ = value_text(shape);
    left_out_("size and format", "raw has no place for them; sl-decode --raw " + shape_ + " reads them");
    const bool yuv = track.pixels->model == Model::Yuv;
    if (yuv && (track.color.matrix != 2 || track.color.range != Range::Unknown))
      left_out_("matrix and range of YUV", "raw has no place for them");
    if (track.pixels->planes > 1) whole_ = Image(track, target_.name(), gathering);
  }

  void begin_frame(const Frame& frame) override {
    start_ = target_.position();
    if (track_.rate.num <= 0 && frame.pts > 0) left_out_("the times of frames", "raw has no place for them");
  }

  void write_rows(const Strip& strip) override {
    if (track_.pixels->planes > 1) return whole_.put(strip);
    const Plane& plane = strip.planes[0];
    const auto row = static_cast<std::size_t>(row_bytes(*track_.pixels, 0, track_.width));
    const std::uint32_t at_once = plane.stride == row ? plane.rows : 1;
    for (std::uint32_t y = 0; y < plane.rows; y += at_once) put(plane.row<std::byte>(y), at_once * row);
  }

  void end_frame() override {
    if (!whole_.empty()) put(whole_.bytes().data(), whole_.bytes().size());
    start_.reset();
  }
  void flush() override { target_.flush(); }
  // The last frame of a live stream that was stopped may be incomplete.
  void finish() override {
    if (start_ && target_.can_cut()) target_.cut(*start_);
  }

 private:
  void put(std::byte* data, std::size_t size) {
    iovec piece{data, size};
    target_.write({&piece, 1});
  }

  Target& target_;
  LeftOut left_out_;
  Track track_;
  std::string shape_;
  std::optional<std::uint64_t> start_;  // of the frame in progress
  Image whole_;
};

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<RawDecoder>(context); }
std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<RawEncoder>(context); }

}  // namespace

extern const Format bare_format;
const Format bare_format{
    .info = bare_info,
    .decoder = make_decoder,
    .encoder = make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
