// JPEG out, by rows of MCUs.
//
// If a strip holds whole rows of MCUs and its planes are whole blocks wide, libjpeg gets pointers to the strip's rows,
// and nothing is copied. Other rows are gathered first, so the output depends on the picture and not on how it was
// cut. Beyond the right and lower edge the last samples are repeated.

#include <jerror.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>

#include "formats/jpeg/codec.h"
#include "formats/jpeg/markers.h"
#include "formats/picture.h"
#include "libcore/base/limits.h"
#include "libcore/base/size_text.h"
#include "libcore/pixels/format_choice.h"

namespace sl::jpeg {
namespace {

constexpr std::uint32_t max_pixels_a_side = JPEG_MAX_DIMENSION;

class JpegEncoder final : public Encoder {
 public:
  explicit JpegEncoder(const EncodeContext& context);
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;
  ~JpegEncoder() override { jpeg_destroy_compress(&jpeg_); }

  Track accept(const Track& offered) override;
  void begin(const Picture& picture) override;
  void begin_frame(const Frame& frame) override;
  void write_rows(const Strip& strip) override;
  void end_frame() override {}
  void flush() override;
  void finish() override;

 private:
  static JpegEncoder& of(void* jpeg) {
    return *static_cast<JpegEncoder*>(static_cast<j_common_ptr>(jpeg)->client_data);
  }

  // Rows of one plane that wait for the rest of their row of MCUs, or that must be widened to whole blocks.
  struct Pending {
    std::vector<std::byte> bytes;
    std::size_t width = 0, padded_width = 0;
  };

  void write_buffered();
  void check_coefficient_memory(const Track& track) const;
  void gather(const Strip& strip);
  void write_unit(const Strip& rows);
  [[nodiscard]] bool in_place(const Strip& strip) const;

  EncodeContext context_;
  jpeg_error_mgr errors_{};
  jpeg_destination_mgr output_{};
  jpeg_compress_struct jpeg_{};
  std::vector<JOCTET> buffer_;
  const PixelFormat* format_ = nullptr;
  std::uint32_t width_ = 0, height_ = 0;
  std::uint32_t unit_ = 0;  // rows in one row of MCUs
  bool begun_frame_ = false;
  std::array<Pending, 3> pending_;
  std::uint32_t pending_rows_ = 0;
};

JpegEncoder::JpegEncoder(const EncodeContext& context) : context_(context), buffer_(64 << 10) {
  jpeg_.err = jpeg_std_error(&errors_);
  errors_.error_exit = [](j_common_ptr jpeg) {
    throw Error(status(jpeg), of(jpeg).context_.target.name() + ": JPEG: " + message(jpeg));
  };
  errors_.emit_message = [](j_common_ptr, int) {};
  errors_.output_message = [](j_common_ptr) {};
  jpeg_.client_data = this;
  jpeg_create_compress(&jpeg_);
  jpeg_.mem->max_memory_to_use = static_cast<long>(std::min<std::uint64_t>(limits().memory, LONG_MAX));
  output_.init_destination = [](j_compress_ptr) {};
  output_.empty_output_buffer = [](j_compress_ptr jpeg) -> boolean {
    of(jpeg).output_.free_in_buffer = 0;  // libjpeg has not noted it, and means the whole buffer
    of(jpeg).write_buffered();
    return TRUE;
  };
  output_.term_destination = [](j_compress_ptr jpeg) { of(jpeg).write_buffered(); };
  output_.next_output_byte = buffer_.data();
  output_.free_in_buffer = buffer_.size();
  jpeg_.dest = &output_;
}

void JpegEncoder::write_buffered() {
  const std::size_t count = buffer_.size() - output_.free_in_buffer;
  output_.next_output_byte = buffer_.data();
  output_.free_in_buffer = buffer_.size();
  context_.target.write(std::as_bytes(std::span(buffer_).first(count)));
}

// ---- Setup ----

// Whether these are a JPEG's own samples, however its chroma is subsampled.
bool is_native(const Track& track) {
  const PixelFormat& format = *track.pixels;
  const Color& color = track.color;
  return format.packing == Packing::Planar && !format.alpha && format.sample == Sample::U8 &&
         color.range == Range::Full && (color.matrix == 5 || color.matrix == 6) &&
         (color.chroma == Chroma::Center || color.chroma == Chroma::Unknown || format.name == "yuv444p");
}

Track JpegEncoder::accept(const Track& offered) {
  const std::string& name = context_.target.name();
  if (!offered.is_raw_video()) throw Error(Status::Data, name + ": JPEG holds pictures, not packets or sound");
  if (offered.width > max_pixels_a_side || offered.height > max_pixels_a_side) {
    throw Error(Status::Data, name + ": JPEG: " + size_text({offered.width, offered.height}) +
                                  " is over the format's " + std::to_string(max_pixels_a_side) + " pixels a side");
  }
  if (offered.pixels->model == Model::Gray) {
    Track track = nearest(offered, {"gray"});
    track.color.range = Range::Full;
    return track;
  }
  const std::string subsampling = context_.options.text("subsampling");
  const std::string named = "yuv" + subsampling + "p";
  const bool is_coarse = context_.options.integer("quality") < 90;
  Track track = subsampling != "auto" ? nearest(offered, {named})
                : offered.pixels->model == Model::Yuv
                    ? nearest(offered, {"yuv420p", "yuv422p", "yuv444p", "yuv440p", "yuv411p"})
                    : nearest(offered, {is_coarse ? "yuv420p" : "yuv444p"});
  if (offered.pixels->model == Model::Yuv && is_native(offered) && track.pixels == offered.pixels) return track;
  track.color.matrix = 5;
  track.color.range = Range::Full;
  track.color.chroma = Chroma::Center;
  return track;
}

// Progressive files and tables made for the picture need the coefficients of all of it.
void JpegEncoder::check_coefficient_memory(const Track& track) const {
  if (jpeg_.scan_info == nullptr && jpeg_.optimize_coding == 0) return;
  const auto round_up = [](std::uint64_t pixels, std::uint64_t step) { return (pixels + step - 1) / step * step; };
  std::uint64_t bytes = 0;
  for (int i = 0; i < format_->planes; i++) {
    const std::uint64_t across = std::uint64_t{DCTSIZE} << (i == 0 ? 0 : format_->shift_x);
    const std::uint64_t down = std::uint64_t{DCTSIZE} << (i == 0 ? 0 : format_->shift_y);
    bytes += round_up(track.width, across) / across * (round_up(track.height, down) / down) * sizeof(JBLOCK);
  }
  check_memory(context_.target.name(), bytes, "a JPEG that is progressive or optimized");
}

void JpegEncoder::begin(const Picture& picture) {
  const Track& track = picture.track;
  format_ = track.pixels;
  width_ = track.width;
  height_ = track.height;
  jpeg_.image_width = width_;
  jpeg_.image_height = height_;
  jpeg_.input_components = format_->planes;
  jpeg_.in_color_space = format_->planes == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
  jpeg_set_defaults(&jpeg_);  // the JPEG's own colour space is the same then
  jpeg_set_quality(&jpeg_, static_cast<int>(context_.options.integer("quality")), TRUE);
  jpeg_.comp_info[0].h_samp_factor = 1 << format_->shift_x;
  jpeg_.comp_info[0].v_samp_factor = 1 << format_->shift_y;
  jpeg_.raw_data_in = TRUE;
  jpeg_.optimize_coding = context_.options.flag("optimize") ? TRUE : FALSE;
  jpeg_.restart_in_rows = static_cast<int>(context_.options.integer("restart"));
  if (context_.options.flag("progressive")) jpeg_simple_progression(&jpeg_);
  set_density(&jpeg_, track);
  check_coefficient_memory(track);
  unit_ = static_cast<std::uint32_t>(DCTSIZE) << format_->shift_y;
  jpeg_start_compress(&jpeg_, TRUE);
  write_segments(&jpeg_, picture, context_.left_out);
  for (int i = 0; i < format_->planes; i++) {
    Pending& pending = pending_[static_cast<std::size_t>(i)];
    pending.width = static_cast<std::size_t>(plane_width(*format_, i, width_));
    pending.padded_width = std::size_t{jpeg_.comp_info[i].width_in_blocks} * DCTSIZE;
  }
}

void JpegEncoder::begin_frame(const Frame&) {
  if (begun_frame_) throw Error(Status::Data, context_.target.name() + ": JPEG holds one picture, and here is another");
  begun_frame_ = true;
}

// ---- Rows ----

bool JpegEncoder::in_place(const Strip& strip) const {
  return std::ranges::equal(
      std::span(strip.planes).first(static_cast<std::size_t>(format_->planes)),
      std::span(pending_).first(static_cast<std::size_t>(format_->planes)),
      [](const Plane& plane, const Pending& pending) { return plane.width == pending.padded_width; });
}

void JpegEncoder::write_rows(const Strip& strip) {
  for (std::uint32_t done = 0; done < strip.rows;) {
    const std::uint32_t needed = std::min(unit_ - pending_rows_, height_ - (strip.first + done));
    const std::uint32_t count = std::min(needed, strip.rows - done);
    const Strip part = part_of(strip, done, count);
    if (pending_rows_ == 0 && count == needed && in_place(strip)) {
      write_unit(part);
    } else {
      gather(part);
    }
    done += count;
  }
}

// Append rows to the waiting ones. Write a complete row of MCUs or the picture's last rows.
void JpegEncoder::gather(const Strip& strip) {
  Strip all;
  for (int i = 0; i < format_->planes; i++) {
    Pending& pending = pending_[static_cast<std::size_t>(i)];
    const Plane& plane = strip.planes[static_cast<std::size_t>(i)];
    pending.bytes.resize(pending.padded_width * plane_rows(*format_, i, unit_));
    const std::uint32_t first = plane_rows(*format_, i, pending_rows_);
    for (std::uint32_t y = 0; y < plane.rows; y++) {
      std::byte* row = pending.bytes.data() + pending.padded_width * (first + y);
      std::memcpy(row, plane.row<std::byte>(y), pending.width);
      std::memset(row + pending.width, static_cast<int>(row[pending.width - 1]), pending.padded_width - pending.width);
    }
    all.planes[static_cast<std::size_t>(i)] = {.data = pending.bytes.data(),
                                               .stride = pending.padded_width,
                                               .width = pending.width,
                                               .rows = first + plane.rows};
  }
  pending_rows_ += strip.rows;
  if (pending_rows_ < unit_ && strip.first + strip.rows < height_) return;
  write_unit(all);
  pending_rows_ = 0;
}

// One row of MCUs; at the picture's end it has fewer rows, and the last one is repeated.
void JpegEncoder::write_unit(const Strip& rows) {
  constexpr std::size_t max_rows = MAX_SAMP_FACTOR * DCTSIZE;
  std::array<std::array<JSAMPROW, max_rows>, 3> pointers;
  std::array<JSAMPARRAY, 3> planes{pointers[0].data(), pointers[1].data(), pointers[2].data()};
  for (int i = 0; i < format_->planes; i++) {
    const Plane& plane = rows.planes[static_cast<std::size_t>(i)];
    for (std::uint32_t y = 0; y < plane_rows(*format_, i, unit_); y++) {
      pointers[static_cast<std::size_t>(i)][y] = plane.row<JSAMPLE>(std::min(y, plane.rows - 1));
    }
  }
  jpeg_write_raw_data(&jpeg_, planes.data(), unit_);
}

void JpegEncoder::flush() {
  write_buffered();
  context_.target.flush();
}

void JpegEncoder::finish() { jpeg_finish_compress(&jpeg_); }

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<JpegEncoder>(context); }

}  // namespace sl::jpeg
