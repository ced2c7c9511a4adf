// JPEGs made by libjpeg used plainly, and read by it as the reference, for the tests of JPEG.

#pragma once

#include <cstddef>
#include <cstdio>

#include <gtest/gtest.h>
#include <jpeglib.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <functional>

#include "formats/format.h"
#include "formats/metadata/exif.h"
#include "libcore/base/limits.h"
#include "tests/unit/formats/format_fixture.h"

namespace sl {

extern const Format jpeg_format;

namespace test::jpeg {

using namespace std::literals;

// ---- Libjpeg used plainly ----

struct Spec {
  std::uint32_t width = 47, height = 33;
  J_COLOR_SPACE space = JCS_YCbCr;
  std::vector<std::array<int, 2>> sampling{{2, 2}, {1, 1}, {1, 1}};
  bool progressive = false, arithmetic = false;
  unsigned restart = 0;
  bool adobe = false;
  std::function<void(j_compress_ptr)> segments = [](j_compress_ptr) {};
};

inline int components(J_COLOR_SPACE space) {
  return space == JCS_GRAYSCALE ? 1 : space == JCS_YCbCr || space == JCS_RGB ? 3 : 4;
}

// Interleaved samples, in the file's own colour space.
inline std::vector<JSAMPLE> make_lines(const Spec& spec) {
  const std::size_t row = spec.width * static_cast<std::size_t>(components(spec.space));
  std::vector<JSAMPLE> lines(row * spec.height);
  std::uint32_t state = 7;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    state = state * 1664525u + 1013904223u;
    lines[i] = static_cast<JSAMPLE>(40 + 3 * (i / row) + i % row % 90 + (state >> 27));
  }
  return lines;
}

inline Bytes make_jpeg(const Spec& spec) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &data, &size);
  jpeg.image_width = spec.width;
  jpeg.image_height = spec.height;
  jpeg.input_components = components(spec.space);
  jpeg.in_color_space = spec.space;
  jpeg_set_defaults(&jpeg);
  jpeg_set_colorspace(&jpeg, spec.space);
  for (std::size_t i = 0; i < spec.sampling.size(); ++i) {
    jpeg.comp_info[i].h_samp_factor = spec.sampling[i][0];
    jpeg.comp_info[i].v_samp_factor = spec.sampling[i][1];
  }
  if (spec.progressive) jpeg_simple_progression(&jpeg);
  jpeg.arith_code = spec.arithmetic ? TRUE : FALSE;
  jpeg.restart_interval = spec.restart;
  if (spec.adobe) jpeg.write_Adobe_marker = TRUE;
  jpeg_start_compress(&jpeg, TRUE);
  spec.segments(&jpeg);
  std::vector<JSAMPLE> lines = make_lines(spec);
  for (std::uint32_t y = 0; y < spec.height; ++y) {
    JSAMPROW pointer = lines.data() + y * (lines.size() / spec.height);
    jpeg_write_scanlines(&jpeg, &pointer, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  Bytes bytes(size);
  std::memcpy(bytes.data(), data, size);
  std::free(data);
  return bytes;
}

// The file's planes, cut to their true sizes, packed one after another; or, with `space`, its interleaved lines.
inline Bytes read_jpeg(const Bytes& bytes, unsigned shrink = 1, J_COLOR_SPACE space = JCS_UNKNOWN) {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  jpeg.scale_denom = shrink;
  jpeg.raw_data_out = space == JCS_UNKNOWN ? TRUE : FALSE;
  if (space != JCS_UNKNOWN) jpeg.out_color_space = space;
  jpeg_start_decompress(&jpeg);
  Bytes result;
  if (space != JCS_UNKNOWN) {
    const std::size_t row = jpeg.output_width * static_cast<std::size_t>(jpeg.output_components);
    result.resize(row * jpeg.output_height);
    while (jpeg.output_scanline < jpeg.output_height) {
      auto* line = reinterpret_cast<JSAMPROW>(result.data() + row * jpeg.output_scanline);
      jpeg_read_scanlines(&jpeg, &line, 1);
    }
  } else {
    std::array<std::vector<JSAMPLE>, 3> planes;
    const int unit = jpeg.max_v_samp_factor * jpeg.min_DCT_scaled_size;
    const std::size_t units = (jpeg.output_height + static_cast<unsigned>(unit) - 1) / static_cast<unsigned>(unit);
    for (std::size_t k = 0; k < units; ++k) {
      std::array<std::array<JSAMPROW, 64>, 3> rows{};
      std::array<JSAMPARRAY, 3> pointers{rows[0].data(), rows[1].data(), rows[2].data()};
      for (std::size_t i = 0; i < static_cast<std::size_t>(jpeg.num_components); ++i) {
        const jpeg_component_info& component = jpeg.comp_info[i];
        const auto height = static_cast<std::size_t>(component.v_samp_factor * component.DCT_scaled_size);
        const std::size_t stride = component.width_in_blocks * static_cast<std::size_t>(component.DCT_scaled_size);
        planes[i].resize(stride * height * units);
        for (std::size_t y = 0; y < height; ++y) rows[i][y] = planes[i].data() + (k * height + y) * stride;
      }
      jpeg_read_raw_data(&jpeg, pointers.data(), static_cast<JDIMENSION>(unit));
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(jpeg.num_components); ++i) {
      const jpeg_component_info& component = jpeg.comp_info[i];
      const std::size_t stride = component.width_in_blocks * static_cast<std::size_t>(component.DCT_scaled_size);
      for (JDIMENSION y = 0; y < component.downsampled_height; ++y) {
        const auto* row = reinterpret_cast<const std::byte*>(planes[i].data()) + y * stride;
        result.insert(result.end(), row, row + component.downsampled_width);
      }
    }
  }
  jpeg_destroy_decompress(&jpeg);
  return result;
}

inline Track jpeg_track(std::string_view pixels, std::uint32_t width, std::uint32_t height) {
  Track track = make_track(pixels, width, height);
  track.color = {.primaries = 1, .transfer = 13, .matrix = 5, .range = Range::Full, .chroma = Chroma::Center};
  if (track.pixels->model == Model::Gray) track.color.matrix = 2, track.color.chroma = Chroma::Unknown;
  return track;
}

inline const Attachment* find(const Picture& picture, std::string_view name) {
  const auto found = std::ranges::find(picture.attachments, name, &Attachment::name);
  return found == picture.attachments.end() ? nullptr : &*found;
}

// Return the offset of the first scan's entropy-coded data.
inline std::size_t scan_start(const Bytes& bytes) {
  std::size_t at = 2;
  while (bytes[at + 1] != std::byte{0xda})
    at += 2 + std::to_integer<std::size_t>(bytes[at + 2]) * 256 + std::to_integer<std::size_t>(bytes[at + 3]);
  return at + 2 + std::to_integer<std::size_t>(bytes[at + 3]);
}

// The offset of the first marker of this kind in the header.
inline std::size_t marker(const Bytes& bytes, int code) {
  for (std::size_t at = 2;;
       at += 2 + std::to_integer<std::size_t>(bytes[at + 2]) * 256 + std::to_integer<std::size_t>(bytes[at + 3])) {
    if (bytes[at + 1] == static_cast<std::byte>(code)) return at;
  }
}

}  // namespace test::jpeg

}  // namespace sl
