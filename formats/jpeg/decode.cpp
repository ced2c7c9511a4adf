// JPEG in, by rows of MCUs.
//
// jpeg_read_raw_data writes native planes straight into the strip that is handed on: its rows are padded to whole
// blocks, which a Strip's strides allow, so nothing is copied. Before each row of MCUs the decoder asks the source for
// about as many bytes as the last row took; if they would wait, the decoded rows leave at once. A file of several scans
// (progressive, or components in separate scans) needs the coefficients of the whole picture: libjpeg's buffered-image
// mode reads them all before the first row comes out.
//
// libjpeg continues after corrupt data with a warning. Here corrupt data is an error, unless it is being salvaged: then
// later rows are marked.

#include <jerror.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <set>

#include "formats/jpeg/block_means.h"
#include "formats/jpeg/codec.h"
#include "formats/jpeg/input.h"
#include "formats/jpeg/markers.h"
#include "formats/jpeg/mpf.h"
#include "formats/jpeg/output.h"
#include "formats/metadata/orientation.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "formats/wanted.h"
#include "libcore/base/limits.h"
#include "libcore/media/reduced.h"

// Needs jpeglib.h.
#include <jpegint.h>

namespace sl {

extern const Format jpeg_format;

namespace jpeg {
namespace {

// Real files have up to a few dozen; a small file of many scans takes time without end.
constexpr int max_scans = 500;

// One plane of the strip buffer.
struct Buffer {
  std::vector<std::byte> bytes;
  std::size_t stride = 0;
  std::uint32_t unit_rows = 0;  // of this plane in one row of MCUs
};

class JpegDecoder final : public StillDecoder {
 public:
  explicit JpegDecoder(const DecodeContext& context);
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;
  ~JpegDecoder() override { jpeg_destroy_decompress(&jpeg_); }

  Picture header() override;
  Strip read_rows(std::uint32_t at_most) override;

 private:
  enum class Phase : std::uint8_t { Header, Scans, Rows, End };

  static JpegDecoder& of(void* jpeg) {
    return *static_cast<JpegDecoder*>(static_cast<j_common_ptr>(jpeg)->client_data);
  }

  void truncated();
  [[noreturn]] void stop(const std::string& what, Status status = Status::Data);
  void lose(const std::string& what);
  void warning();
  [[nodiscard]] std::string place() const;

  void check_header();
  void choose(const Picture& metadata);
  void leave_out_around(const Rect& part);
  void leave_out_columns();
  void read_scans();
  void reserve(std::uint32_t rows);
  void fill_buffer(std::uint32_t at_most);
  void decode_unit();
  void skip_unit();
  void read_planes(std::size_t unit);
  void read_lines(std::size_t unit);
  void begin(Frame& frame) override;
  void end() override;
  void finish();
  void find_end();

  const FormatOptions& options_;
  const Wanted wanted_;
  std::uint64_t start_;  // position of the picture
  jpeg_error_mgr errors_{};
  jpeg_decompress_struct jpeg_{};
  Input input_;
  SegmentReader segments_;

  Phase phase_ = Phase::Header;
  std::set<int> warned_;
  std::string failure_;   // libjpeg's fatal error
  bool filling_ = false;  // rows are made up from here on
  bool late_segments_ = false;
  bool lost_end_ = false;
  bool header_junk_ = false;  // between its segments
  std::uint64_t body_ = 0;    // position after the header
  std::optional<std::uint32_t> damaged_from_;

  Output output_ = Output::Planes;
  std::optional<BlockMeans> means_;  // instead of libjpeg's decoder
  std::uint32_t whole_width_ = 0;    // of decoded rows
  std::uint32_t whole_height_ = 0;
  std::uint32_t left_ = 0, top_ = 0, bottom_ = 0;  // the columns of the buffers and the rows that are passed on
  bool skips_ = false;                             // what lies above and beside them is not made
  std::array<Buffer, 3> buffers_;
  std::vector<JSAMPLE> line_;     // one row from libjpeg, if its layout is not a plane's
  std::uint32_t unit_ = 0;        // rows in one row of MCUs
  std::uint32_t reserved_ = 0;    // rows that the buffers hold
  std::uint32_t first_ = 0;       // row of the picture at the start of the buffers
  std::uint32_t ready_ = 0;       // rows of the picture that are decoded
  std::uint64_t unit_bytes_ = 0;  // that the last row of MCUs took
};

JpegDecoder::JpegDecoder(const DecodeContext& context)
    : StillDecoder(context, "JPEG"),
      options_(context.options),
      wanted_(wanted_by(context.options)),
      start_(context.source.position()),
      input_(context.source, [this] { truncated(); }),
      segments_(context.source.name(), context.left_out) {
  jpeg_.err = jpeg_std_error(&errors_);
  errors_.error_exit = [](j_common_ptr jpeg) { of(jpeg).stop(message(jpeg), status(jpeg)); };
  errors_.emit_message = [](j_common_ptr jpeg, int level) {
    if (level < 0) of(jpeg).warning();
  };
  errors_.output_message = [](j_common_ptr) {};
  jpeg_.client_data = this;
  jpeg_create_decompress(&jpeg_);
  // Libjpeg never exceeds it; the size of the picture was checked before.
  jpeg_.mem->max_memory_to_use = static_cast<long>(std::min<std::uint64_t>(limits().memory, LONG_MAX));
  input_.attach(&jpeg_);
  jpeg_save_markers(&jpeg_, JPEG_APP0, 16);
  for (int marker = JPEG_APP0 + 1; marker <= JPEG_COM; ++marker) {
    if (marker == JPEG_APP0 + 14 || (marker > JPEG_APP0 + 15 && marker != JPEG_COM)) continue;  // 14: libjpeg reads it
    jpeg_set_marker_processor(&jpeg_, marker, [](j_decompress_ptr jpeg) -> boolean {
      JpegDecoder& decoder = of(jpeg);
      const std::string segment = read_segment(jpeg);
      if (decoder.phase_ != Phase::Header) {
        decoder.late_segments_ = true;
        return TRUE;
      }
      decoder.segments_.add(jpeg->unread_marker, segment, decoder.input_.position() - segment.size());
      return TRUE;
    });
  }
}

void JpegDecoder::truncated() {
  if (phase_ == Phase::Header) stop("truncated in the header");
  lose(phase_ == Phase::End ? "truncated: no end marker" : "truncated");
}

// ---- Errors and warnings ----

std::string JpegDecoder::place() const {
  switch (phase_) {
    case Phase::Header:
      return " in the header";
    case Phase::Scans:
      return " in scan " + std::to_string(jpeg_.input_scan_number) + ", row " +
             std::to_string(std::min(jpeg_.input_iMCU_row * static_cast<JDIMENSION>(jpeg_.max_v_samp_factor) * DCTSIZE,
                                     jpeg_.image_height)) +
             " of " + std::to_string(jpeg_.image_height);
    case Phase::Rows:
      return row_place("at", ready_, whole_height_);
    case Phase::End:
      return " after the last row";
  }
  return {};
}

void JpegDecoder::stop(const std::string& what, Status status) {
  failure_ = what;
  fail(what + (phase_ == Phase::Header ? "" : place()), status);
}

// Report data that cannot be decoded as intended.
void JpegDecoder::lose(const std::string& what) {
  if (!salvage_) {
    if (phase_ == Phase::End) fail(what);
    fail(what + (what == "truncated" && phase_ == Phase::Rows ? row_place("after", ready_, whole_height_) : place()));
  }
  if (phase_ == Phase::End) {
    lost_end_ = true;
    return warn_(what);
  }
  if (damaged_from_) return;
  damaged_from_ = phase_ == Phase::Scans ? 0 : ready_;
  warn_("damaged" + row_place("from", *damaged_from_, whole_height_) + ": " + what +
        (phase_ == Phase::Scans ? place() : ""));
}

void JpegDecoder::warning() {
  const int code = errors_.msg_code;
  ++errors_.num_warnings;
  bool harmless = phase_ == Phase::Header || phase_ == Phase::End;
  switch (code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
      harmless = true;
      break;
    // Cameras leave padding before the next marker. All else, and padding before a restart marker, is coded data that
    // was not understood, and often its only sign: libjpeg passes over codes that its tables do not have.
    // The marker is not counted as used yet.
    case JWRN_EXTRANEOUS_DATA: {
      const int bytes = errors_.msg_parm.i[0], marker = errors_.msg_parm.i[1];
      const bool restart = marker >= JPEG_RST0 && marker <= JPEG_RST0 + 7;
      const bool padding = input_.ends_in_padding(static_cast<std::uint64_t>(bytes));
      header_junk_ = header_junk_ || (phase_ == Phase::Header && !padding);
      harmless = phase_ == Phase::Header || (!restart && padding);
      break;
    }
    default:
      break;
  }
  const std::string text = message(reinterpret_cast<j_common_ptr>(&jpeg_));
  if (!harmless) {
    lose(text);
  } else if (!input_.ended() && warned_.insert(code).second) {
    warn_(text);
  }
}

// ---- Header ----

Picture JpegDecoder::header() {
  jpeg_read_header(&jpeg_, TRUE);
  if (header_junk_) check_header();
  check_pixels(source_.name(), jpeg_.image_width, jpeg_.image_height);
  describe(jpeg_, track_);
  Picture picture{.track = track_, .attachments = {}};
  segments_.put(picture);
  track_ = picture.track;
  choose(picture);
  check_memory(source_.name(), coefficient_bytes(jpeg_), "a JPEG of several scans");
  if (has_jfif_thumbnail(jpeg_)) left_out_("the thumbnail of JFIF", "the picture may change");
  picture.track = track_;
  if (output_ == Output::Cmyk &&
      std::erase_if(picture.attachments, [](const Attachment& attachment) { return attachment.name == "icc"; }) != 0) {
    left_out_("the colour profile", "it is of CMYK, which was converted to RGB without it");
  }
  return picture;
}

// Choose the output: by the options, or by the part and size that the next stage asks for, of the upright picture.
void JpegDecoder::choose(const Picture& metadata) {
  Picture shown = metadata;
  shown.track.width = jpeg_.image_width;
  shown.track.height = jpeg_.image_height;
  take_orientation(shown);
  unsigned shrink = 1U << options_.choice("shrink");
  const bool is_asked = shrink != 1;
  if (!is_asked) shrink = wanted_shrink(wanted_, shown.track);
  const bool means = !is_asked && shrink == DCTSIZE && !salvage_ && BlockMeans::can_read(jpeg_);
  std::optional<Output> output = choose_output(jpeg_, shrink, means, track_);
  if (means && output == Output::Planes) {
    means_.emplace(jpeg_);
  } else if (means) {
    output = choose_output(jpeg_, shrink, false, track_);
  }
  if (!output) stop(std::to_string(jpeg_.num_components) + " components of unknown colour");
  output_ = *output;
  unit_ = static_cast<std::uint32_t>(jpeg_.max_v_samp_factor * jpeg_.min_DCT_scaled_size);
  if (means_) unit_ = means_->rows(0);
  whole_width_ = track_.width;
  whole_height_ = bottom_ = track_.height;
  if (shrink != 1 && !is_asked) set_reduced(track_, Reduced{{jpeg_.image_width, jpeg_.image_height}});
  if (shrink == 1) leave_out_around(wanted_part(wanted_, shown.track));
}

void JpegDecoder::leave_out_around(const Rect& part) {
  if (part == Rect{0, 0, whole_width_, whole_height_}) return;
  set_reduced(track_, Reduced{{whole_width_, whole_height_}, part.x, part.y});
  left_ = static_cast<std::uint32_t>(part.x);
  top_ = static_cast<std::uint32_t>(part.y);
  bottom_ = top_ + part.height;
  track_.width = part.width;
  track_.height = part.height;
}

// A picture that was cut in its header takes the next one's tables and pixels.
void JpegDecoder::check_header() {
  const std::uint64_t end = input_.position();
  if (!source_.can_return(start_)) return;
  input_.seek(start_ + 2);
  skip_damaged(source_, jpeg_format, end);
  if (const std::uint64_t other = source_.position(); other < end) {
    stop("truncated in the header: another picture begins after " + std::to_string(other - start_) + " bytes");
  }
  input_.seek(end);
}

// ---- Rows ----

void JpegDecoder::begin(Frame& frame) {
  body_ = input_.position();
  phase_ = jpeg_.buffered_image != 0 ? Phase::Scans : Phase::Rows;
  if (means_) return;
  jpeg_start_decompress(&jpeg_);
  const bool is_part = track_.width != whole_width_ || track_.height != whole_height_;
  skips_ = is_part && phase_ == Phase::Rows && output_ == Output::Planes;
  if (skips_) leave_out_columns();
  if (phase_ == Phase::Scans) read_scans();
  if (damaged_from_) frame.flags |= frame_flag::damaged;
}

// Let libjpeg pass over the columns of MCUs beside the part, as jpeg_crop_scanline does, which knows no planes.
void JpegDecoder::leave_out_columns() {
  const int blocks = jpeg_.comps_in_scan == 1 ? 1 : jpeg_.max_h_samp_factor;
  const auto unit = static_cast<std::uint32_t>(blocks * DCTSIZE);
  jpeg_.master->first_iMCU_col = left_ / unit;
  jpeg_.master->last_iMCU_col = (left_ + track_.width - 1) / unit;
  left_ %= unit;
}

void JpegDecoder::read_scans() {
  for (bool ended = false, complete = false; !complete;) {
    try {
      while (jpeg_consume_input(&jpeg_) != JPEG_REACHED_EOI) {
        if (jpeg_.input_scan_number > max_scans && !ended) stop("more than " + std::to_string(max_scans) + " scans");
      }
      complete = true;
    } catch (const Error&) {
      if (!salvage_ || failure_.empty() || ended) throw;
      // The scans read so far are a picture: end the file here for libjpeg.
      lose(failure_);
      input_.stop();
      ended = true;
      jpeg_.unread_marker = 0;
    }
  }
  phase_ = Phase::Rows;
  jpeg_start_output(&jpeg_, jpeg_.input_scan_number);
}

void JpegDecoder::reserve(std::uint32_t rows) {
  if (rows <= reserved_) return;
  constexpr std::size_t alignment = 64;
  for (int i = 0; i < track_.pixels->planes; i++) {
    Buffer& buffer = buffers_[static_cast<std::size_t>(i)];
    std::size_t width = static_cast<std::size_t>(row_bytes(*track_.pixels, i, whole_width_));
    buffer.unit_rows = unit_;
    if (means_) {
      width = jpeg_.comp_info[i].width_in_blocks;
      buffer.unit_rows = means_->rows(i);
    } else if (output_ == Output::Planes) {
      const jpeg_component_info& component = jpeg_.comp_info[i];
      std::size_t blocks = component.width_in_blocks;
      if (skips_)
        blocks = (jpeg_.master->last_iMCU_col - jpeg_.master->first_iMCU_col + 1) *
                 static_cast<std::size_t>(component.MCU_width);
      width = blocks * static_cast<std::size_t>(component.DCT_scaled_size);
      buffer.unit_rows = static_cast<std::uint32_t>(component.v_samp_factor * component.DCT_scaled_size);
    }
    buffer.stride = (width + alignment - 1) / alignment * alignment;
    buffer.bytes.resize(buffer.stride * buffer.unit_rows * (rows / unit_));
  }
  if (output_ == Output::Cmyk || output_ == Output::Upsampled) {
    line_.resize(std::size_t{whole_width_} * static_cast<std::size_t>(jpeg_.out_color_components));
  }
  reserved_ = rows;
}

Strip JpegDecoder::read_rows(std::uint32_t at_most) {
  const std::uint32_t row = top_ + row_;  // of the whole picture
  while (ready_ <= row) fill_buffer(at_most);
  const std::uint32_t skip = row - first_;
  Strip buffered;
  buffered.format = track_.pixels;
  buffered.width = track_.width;
  buffered.first = first_ - top_;
  buffered.rows = std::min(ready_, bottom_) - first_;
  buffered.last = ready_ >= bottom_;
  for (int i = 0; i < track_.pixels->planes; i++) {
    Buffer& buffer = buffers_[static_cast<std::size_t>(i)];
    buffered.planes[static_cast<std::size_t>(i)] = {
        .data = buffer.bytes.data() + row_bytes(*track_.pixels, i, left_),
        .stride = buffer.stride,
        .width = static_cast<std::size_t>(plane_width(*track_.pixels, i, track_.width)),
        .rows = plane_rows(*track_.pixels, i, buffered.rows)};
  }
  std::uint32_t rows = std::min(buffered.rows - skip, std::max(at_most, strip_alignment(track_)));
  if (damaged_from_ && *damaged_from_ > row) rows = std::min(rows, *damaged_from_ - row);
  Strip strip = part_of(buffered, skip, rows);
  strip.damaged = damaged_from_ && row >= *damaged_from_;
  row_ += rows;
  return strip;
}

void JpegDecoder::fill_buffer(std::uint32_t at_most) {
  const std::uint32_t requested = std::max(unit_, at_most / unit_ * unit_);
  const std::uint32_t whole = (whole_height_ + unit_ - 1) / unit_ * unit_;
  reserve(std::min(requested, whole));
  while (skips_ && ready_ + unit_ <= top_) decode_unit();
  first_ = ready_;
  while (ready_ < bottom_ && ready_ - first_ + unit_ <= requested) {
    // The next row of MCUs may well take more than the last one did.
    if (ready_ > first_ && jpeg_.buffered_image == 0 && input_.would_wait(2 * unit_bytes_)) break;
    decode_unit();
  }
}

// Append one decoded row of MCUs to the pending rows, or pass over it.
void JpegDecoder::decode_unit() {
  const bool is_wanted = !skips_ || ready_ + unit_ > top_;
  const std::size_t unit = is_wanted ? (ready_ - first_) / unit_ : 0;
  const std::uint64_t before = input_.position();
  if (!filling_) {
    try {
      !is_wanted ? skip_unit() : output_ == Output::Planes ? read_planes(unit) : read_lines(unit);
    } catch (const Error&) {
      if (!salvage_ || failure_.empty()) throw;
      lose(failure_);
      input_.stop();
      filling_ = true;
    }
  }
  if (filling_ && is_wanted) {
    for (Buffer& buffer : buffers_) {
      std::fill_n(buffer.bytes.begin() + static_cast<std::ptrdiff_t>(unit * buffer.unit_rows * buffer.stride),
                  buffer.unit_rows * buffer.stride, std::byte{0x80});
    }
  }
  unit_bytes_ = input_.position() - before;
  ready_ = std::min(ready_ + unit_, whole_height_);
}

// Decode the bits of a row of MCUs and not its samples, as jpeg_skip_scanlines does.
void JpegDecoder::skip_unit() {
  const JDIMENSION rows = jpeg_.comps_in_scan == 1 ? static_cast<JDIMENSION>(jpeg_.cur_comp_info[0]->v_samp_factor) : 1;
  for (JDIMENSION i = 0; i < rows * jpeg_.MCUs_per_row; ++i) {
    if (jpeg_.entropy->insufficient_data == FALSE) jpeg_.master->last_good_iMCU_row = jpeg_.input_iMCU_row;
    jpeg_.entropy->decode_mcu(&jpeg_, nullptr);
  }
  ++jpeg_.input_iMCU_row;
  ++jpeg_.output_iMCU_row;
  jpeg_.output_scanline += unit_;
}

void JpegDecoder::read_planes(std::size_t unit) {
  constexpr std::size_t max_rows = MAX_SAMP_FACTOR * DCTSIZE;
  std::array<std::array<JSAMPROW, max_rows>, 3> rows;
  std::array<JSAMPARRAY, 3> planes{rows[0].data(), rows[1].data(), rows[2].data()};
  std::array<Plane, 3> means;
  for (std::size_t i = 0; i < static_cast<std::size_t>(track_.pixels->planes); i++) {
    Buffer& buffer = buffers_[i];
    std::byte* data = buffer.bytes.data() + unit * buffer.unit_rows * buffer.stride;
    for (std::size_t y = 0; y < buffer.unit_rows; y++)
      rows[i][y] = reinterpret_cast<JSAMPROW>(data + y * buffer.stride);
    means[i] = {data, buffer.stride, buffer.stride, buffer.unit_rows};
  }
  if (means_) return means_->read_rows(means);
  jpeg_read_raw_data(&jpeg_, planes.data(), unit_);
}

void JpegDecoder::read_lines(std::size_t unit) {
  const std::size_t count = std::min(unit_, whole_height_ - ready_);
  for (std::size_t y = 0; y < count; y++) {
    const std::size_t row = unit * unit_ + y;
    const bool direct = output_ == Output::Rgb;
    auto* line =
        direct ? reinterpret_cast<JSAMPROW>(buffers_[0].bytes.data() + row * buffers_[0].stride) : line_.data();
    jpeg_read_scanlines(&jpeg_, &line, 1);
    if (direct) continue;
    std::array<JSAMPLE*, 3> planes{};
    for (std::size_t i = 0; i < planes.size(); i++) {
      planes[i] = reinterpret_cast<JSAMPLE*>(buffers_[i].bytes.data() + row * buffers_[i].stride);
    }
    store_line(output_, line_.data(), whole_width_, planes);
  }
}

// Reads to the end of the picture's data, pictures appended to it included, and leaves the source there.
void JpegDecoder::end() {
  phase_ = Phase::End;
  try {
    if (!filling_) finish();
    input_.release();
  } catch (const Error&) {
    if (!salvage_ || failure_.empty()) throw;
    lost_end_ = true;
    warn_(failure_ + place());
  }
  if (late_segments_) left_out_("metadata between the scans", "the header was complete");
  if (lost_end_ || damaged_from_) find_end();
  const std::size_t others = skip_appended(source_, segments_.appended());
  if (others != 0 && !segments_.gain_map()) {
    left_out_("further pictures in the file (MPF), " + std::to_string(others), "the first is read");
  }
}

void JpegDecoder::finish() {
  if (means_) return means_->finish();
  if (ready_ < whole_height_) {  // the rows that follow are not wanted
    if (jpeg_.buffered_image != 0) return;
    input_.release();
    if (!skip_rest(source_)) truncated();
    return input_.reset();
  }
  if (jpeg_.buffered_image != 0) jpeg_finish_output(&jpeg_);
  jpeg_finish_decompress(&jpeg_);
}

// After damage, what libjpeg has used may be another picture's.
void JpegDecoder::find_end() {
  input_.stop();
  if (source_.can_return(body_)) source_.seek(body_);
  skip_damaged(source_, jpeg_format);
}

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<JpegDecoder>(context); }

}  // namespace jpeg
}  // namespace sl
