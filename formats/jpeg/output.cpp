// From color spaces and sampling factors to pixel formats.

#include "formats/jpeg/output.h"

namespace sl::jpeg {
namespace {

// Return the format of libjpeg's planes, after scaling, or null if no format fits.
const PixelFormat* plane_format(const jpeg_decompress_struct& jpeg) {
  const auto across = [&](int i) { return jpeg.comp_info[i].h_samp_factor * jpeg.comp_info[i].DCT_scaled_size; };
  const auto down = [&](int i) { return jpeg.comp_info[i].v_samp_factor * jpeg.comp_info[i].DCT_scaled_size; };
  if (jpeg.jpeg_color_space == JCS_GRAYSCALE) return &pixel_format("gray");
  if (jpeg.jpeg_color_space != JCS_YCbCr) return nullptr;
  const int widest = jpeg.max_h_samp_factor * jpeg.min_DCT_scaled_size;
  const int highest = jpeg.max_v_samp_factor * jpeg.min_DCT_scaled_size;
  if (across(0) != widest || down(0) != highest || across(1) != across(2) || down(1) != down(2)) return nullptr;
  if (widest % across(1) != 0 || highest % down(1) != 0) return nullptr;
  switch (widest / across(1) * 10 + highest / down(1)) {
    case 11:
      return &pixel_format("yuv444p");
    case 21:
      return &pixel_format("yuv422p");
    case 22:
      return &pixel_format("yuv420p");
    case 12:
      return &pixel_format("yuv440p");
    case 41:
      return &pixel_format("yuv411p");
    case 44:
      return &pixel_format("yuv410p");
    default:
      return nullptr;
  }
}

}  // namespace

std::optional<Output> choose_output(jpeg_decompress_struct& jpeg, unsigned shrink, bool means, Track& track) {
  jpeg.scale_num = 1;
  jpeg.scale_denom = shrink;
  jpeg.buffered_image = jpeg_has_multiple_scans(&jpeg);
  jpeg_calc_output_dimensions(&jpeg);
  // Libjpeg's own transform would make more samples of subsampled components.
  for (int i = 0; means && i < jpeg.num_components; ++i) jpeg.comp_info[i].DCT_scaled_size = 1;
  track.pixels = plane_format(jpeg);
  Output output = Output::Planes;
  switch (jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
    case JCS_YCbCr:
      if (track.pixels != nullptr) {
        jpeg.raw_data_out = TRUE;
      } else {
        output = Output::Upsampled;
        jpeg.out_color_space = JCS_YCbCr;
        track.pixels = &pixel_format("yuv444p");
      }
      break;
    case JCS_RGB:
      output = Output::Rgb;
      jpeg.out_color_space = JCS_RGB;
      track.pixels = &pixel_format("rgb24");
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      output = Output::Cmyk;
      jpeg.out_color_space = JCS_CMYK;
      track.pixels = &pixel_format("rgb24");
      break;
    default:
      return std::nullopt;
  }
  if (!means) jpeg_calc_output_dimensions(&jpeg);  // depends on the color space, which was set above
  track.width = jpeg.output_width;
  track.height = jpeg.output_height;
  track.color = {.primaries = 1, .transfer = 13, .matrix = 5, .range = Range::Full, .chroma = Chroma::Center};
  if (track.pixels->model == Model::Gray) track.color.matrix = 2;
  if (track.pixels->model == Model::Rgb) track.color.matrix = 0;
  if (track.pixels->model != Model::Yuv) track.color.chroma = Chroma::Unknown;
  track.bits = jpeg.data_precision;
  return output;
}

std::uint64_t coefficient_bytes(const jpeg_decompress_struct& jpeg) {
  if (jpeg.buffered_image == 0) return 0;
  std::uint64_t bytes = 0;
  for (int i = 0; i < jpeg.num_components; i++) {
    const jpeg_component_info& component = jpeg.comp_info[i];
    const auto round_up = [](JDIMENSION blocks, int factor) {
      const auto step = static_cast<std::uint64_t>(factor);
      return (blocks + step - 1) / step * step;
    };
    bytes += round_up(component.width_in_blocks, component.h_samp_factor) *
             round_up(component.height_in_blocks, component.v_samp_factor) * sizeof(JBLOCK);
  }
  return bytes;
}

void store_line(Output output, const JSAMPLE* line, std::size_t width, const std::array<JSAMPLE*, 3>& planes) {
  if (output == Output::Upsampled) {
    for (std::size_t x = 0; x < width; x++, line += 3) {
      for (std::size_t i = 0; i < 3; i++) planes[i][x] = line[i];
    }
    return;
  }
  // As Adobe writes it, and everybody reads it, whether an Adobe marker says so or not: 255 is no ink.
  JSAMPLE* out = planes[0];
  for (std::size_t x = 0; x < width; x++, line += 4, out += 3) {
    for (std::size_t i = 0; i < 3; i++) out[i] = static_cast<JSAMPLE>((line[i] * line[3] + 127) / 255);
  }
}

}  // namespace sl::jpeg
