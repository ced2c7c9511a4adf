// Conversion of JPEG's planes against libjpeg itself: decoder and encoder, sample for sample.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <jpeglib.h>

#include "libcore/media/track.h"
#include "libcore/pixels/kernels.h"
#include "tests/unit/libcore/pixels/convert_frames.h"

namespace {

using namespace convert_frames;

struct Sampling {
  const char* format;
  int h, v;
};
constexpr Sampling samplings[] = {
    {"yuv444p", 1, 1}, {"yuv422p", 2, 1}, {"yuv420p", 2, 2}, {"yuv440p", 1, 2}, {"yuv411p", 4, 1}};

sl::Track yuv_track(const char* format, unsigned width, unsigned height) {
  sl::Track track;
  track.pixels = &sl::pixel_format(format);
  track.width = width;
  track.height = height;
  track.color.matrix = 6;
  track.color.range = sl::Range::Full;
  track.color.chroma = sl::Chroma::Center;
  return track;
}

sl::Track rgb_track(unsigned width, unsigned height) {
  sl::Track track = yuv_track("rgb24", width, height);
  track.color.matrix = 0;
  return track;
}

// A compressor at quality 95 of one sampling; `write` is called between start and finish.
template <class Write>
Bytes compress(unsigned width, unsigned height, J_COLOR_SPACE space, const Sampling& sampling, Write write) {
  jpeg_compress_struct jpeg;
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &data, &size);
  jpeg.image_width = width;
  jpeg.image_height = height;
  jpeg.input_components = 3;
  jpeg.in_color_space = space;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 95, TRUE);
  jpeg.comp_info[0].h_samp_factor = sampling.h;
  jpeg.comp_info[0].v_samp_factor = sampling.v;
  jpeg.raw_data_in = space == JCS_YCbCr ? TRUE : FALSE;
  jpeg_start_compress(&jpeg, TRUE);
  write(jpeg);
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  Bytes file(data, data + size);
  std::free(data);
  return file;
}

Bytes encode(const Bytes& rgb, unsigned width, unsigned height, const Sampling& sampling) {
  return compress(width, height, JCS_RGB, sampling, [&](jpeg_compress_struct& jpeg) {
    while (jpeg.next_scanline < height) {
      auto* row = const_cast<JSAMPROW>(rgb.data() + std::size_t{jpeg.next_scanline} * width * 3);
      jpeg_write_scanlines(&jpeg, &row, 1);
    }
  });
}

// `read` is called when it has started, `raw` for planes instead of R'G'B'.
template <class Read>
void decompress(const Bytes& file, bool raw, Read read) {
  jpeg_decompress_struct jpeg;
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, file.data(), file.size());
  jpeg_read_header(&jpeg, TRUE);
  jpeg.raw_data_out = raw ? TRUE : FALSE;
  jpeg_start_decompress(&jpeg);
  read(jpeg);
  jpeg_abort_decompress(&jpeg);
  jpeg_destroy_decompress(&jpeg);
}

Bytes decode_rgb(const Bytes& file, unsigned width) {
  Bytes rgb;
  decompress(file, false, [&](jpeg_decompress_struct& jpeg) {
    rgb.resize(std::size_t{width} * jpeg.output_height * 3);
    while (jpeg.output_scanline < jpeg.output_height) {
      JSAMPROW row = rgb.data() + std::size_t{jpeg.output_scanline} * width * 3;
      jpeg_read_scanlines(&jpeg, &row, 1);
    }
  });
  return rgb;
}

// The planes before upsampling, cut to the sizes that the wire gives them.
Bytes decode_planes(const Bytes& file, const sl::Track& track) {
  Bytes packed(sl::strip_bytes(*track.pixels, track.width, track.height));
  sl::Strip strip =
      sl::packed_strip(*track.pixels, track.width, track.height, reinterpret_cast<std::byte*>(packed.data()));
  decompress(file, true, [&](jpeg_decompress_struct& jpeg) {
    const int group = jpeg.max_v_samp_factor * DCTSIZE;
    std::vector<Bytes> buffers(3);
    for (unsigned top = 0; top < track.height; top += static_cast<unsigned>(group)) {
      std::vector<std::vector<JSAMPROW>> rows(3);
      JSAMPARRAY arrays[3];
      for (int c = 0; c < 3; ++c) {
        const auto& info = jpeg.comp_info[c];
        const std::size_t stride = info.width_in_blocks * DCTSIZE + 64;
        const int count = info.v_samp_factor * DCTSIZE;
        buffers[c].resize(stride * static_cast<std::size_t>(count));
        for (int y = 0; y < count; ++y) rows[c].push_back(buffers[c].data() + stride * static_cast<std::size_t>(y));
        arrays[c] = rows[c].data();
      }
      jpeg_read_raw_data(&jpeg, arrays, static_cast<JDIMENSION>(group));
      for (int c = 0; c < 3; ++c) {
        const sl::Plane& plane = strip.planes[static_cast<std::size_t>(c)];
        const unsigned first = top / static_cast<unsigned>(jpeg.max_v_samp_factor / jpeg.comp_info[c].v_samp_factor);
        for (unsigned y = 0; y < rows[c].size() && first + y < plane.rows; ++y) {
          std::copy_n(rows[c][y], plane.width, plane.row<std::uint8_t>(first + y));
        }
      }
    }
  });
  return packed;
}

// The formulas of libjpeg's tables, for every pair of chroma values and many colours.
TEST(ConvertJpegKernels, AreLibjpegsIntegers) {
  const auto saturated = [](int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); };
  Bytes y(256), cb(256), cr(256), rgb(768);
  for (int row = 0; row < 256 * 5; ++row) {
    for (int x = 0; x < 256; ++x) {
      const auto i = static_cast<std::size_t>(x);
      y[i] = static_cast<std::uint8_t>(row / 256 * 60 + x % 16);
      cb[i] = static_cast<std::uint8_t>(row % 256);
      cr[i] = static_cast<std::uint8_t>(x);
    }
    sl::kernels::ycc_to_rgb(y.data(), cb.data(), cr.data(), rgb.data(), 256);
    for (std::size_t i = 0; i < 256; ++i) {
      const int b = cb[i] - 128, r = cr[i] - 128;
      ASSERT_EQ(rgb[3 * i], saturated(y[i] + ((91881 * r + 32768) >> 16)));
      ASSERT_EQ(rgb[3 * i + 1], saturated(y[i] + ((-22554 * b - 46802 * r + 32768) >> 16)));
      ASSERT_EQ(rgb[3 * i + 2], saturated(y[i] + ((116130 * b + 32768) >> 16)));
    }
    const Bytes colours = noise(768, static_cast<unsigned>(row));
    sl::kernels::rgb_to_ycc(colours.data(), y.data(), cb.data(), cr.data(), 256);
    for (std::size_t i = 0; i < 256; ++i) {
      const int r = colours[3 * i], g = colours[3 * i + 1], b = colours[3 * i + 2];
      ASSERT_EQ(y[i], (19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
      ASSERT_EQ(cb[i], (-11059 * r - 21709 * g + 32768 * b + (128 << 16) + 32767) >> 16);
      ASSERT_EQ(cr[i], (32768 * r - 27439 * g - 5329 * b + (128 << 16) + 32767) >> 16);
    }
  }
}

class ConvertJpeg : public testing::TestWithParam<Sampling> {};

TEST_P(ConvertJpeg, GivesThePixelsOfLibjpegsDecoder) {
  const Sampling& sampling = GetParam();
  for (unsigned size = 0; size < 160; ++size) {
    const unsigned width = 1 + size * 7 % 33, height = 1 + size * 5 % 34;
    const Bytes file = encode(noise(std::size_t{width} * height * 3, size), width, height, sampling);
    const sl::Track from = yuv_track(sampling.format, width, height);
    const Bytes expected = decode_rgb(file, width), planes = decode_planes(file, from);
    for (const unsigned cut : {0U, 1U, 16U, 1000U}) {
      ASSERT_EQ(convert(from, rgb_track(width, height), planes, cut, size), expected)
          << sampling.format << " " << width << "x" << height << " cut " << cut;
    }
  }
}

TEST_P(ConvertJpeg, GivesThePixelsOfLibjpegsDecoderAtSizesOfVectors) {
  const Sampling& sampling = GetParam();
  for (const unsigned width : {255U, 256U, 257U, 511U, 512U, 513U, 514U, 1025U}) {
    const unsigned height = 19;
    const Bytes file = encode(noise(std::size_t{width} * height * 3, width), width, height, sampling);
    const sl::Track from = yuv_track(sampling.format, width, height);
    ASSERT_EQ(convert(from, rgb_track(width, height), decode_planes(file, from), 4), decode_rgb(file, width));
  }
}

TEST_P(ConvertJpeg, GivesThePlanesOfLibjpegsEncoder) {
  const Sampling& sampling = GetParam();
  // No way to see the encoder's planes but through its DCT: the bytes of a file made of our planes must equal the bytes
  // of a file made of RGB. Whole blocks only: beyond the picture's edge the encoder's own padding differs.
  for (const unsigned blocks : {1U, 2U, 3U}) {
    const unsigned width = blocks * 32, height = 64 / blocks / 32 * 32 + 32;
    const Bytes rgb = noise(std::size_t{width} * height * 3, blocks);
    const sl::Track to = yuv_track(sampling.format, width, height);
    const Bytes planes = convert(rgb_track(width, height), to, rgb, 0, blocks);

    Bytes copy = planes;
    const sl::Strip strip = sl::packed_strip(*to.pixels, width, height, reinterpret_cast<std::byte*>(copy.data()));
    const unsigned group = static_cast<unsigned>(sampling.v) * DCTSIZE;
    const Bytes ours = compress(width, height, JCS_YCbCr, sampling, [&](jpeg_compress_struct& jpeg) {
      for (unsigned top = 0; top < height; top += group) {
        std::vector<std::vector<JSAMPROW>> rows(3);
        JSAMPARRAY arrays[3];
        for (unsigned c = 0; c < 3; ++c) {
          const unsigned v = c == 0 ? 1 : static_cast<unsigned>(sampling.v);
          for (unsigned y = top / v; y < (top + group) / v; ++y) {
            rows[c].push_back(strip.planes[c].row<std::uint8_t>(y));
          }
          arrays[c] = rows[c].data();
        }
        jpeg_write_raw_data(&jpeg, arrays, group);
      }
    });
    ASSERT_EQ(ours, encode(rgb, width, height, sampling)) << sampling.format << " " << width << "x" << height;
  }
}

// At an odd size, the samples at the edge are as if the picture's last row and column were repeated.
TEST_P(ConvertJpeg, RepeatsTheEdgeInTheEncoder) {
  const Sampling& sampling = GetParam();
  for (unsigned height = 1; height < 10; ++height) {
    for (unsigned width = 1; width < 10; ++width) {
      const Bytes rgb = noise(std::size_t{width} * height * 3, width * 16 + height);
      const unsigned wide = (width + 3) / 4 * 4, high = (height + 3) / 4 * 4;
      Bytes padded(std::size_t{wide} * high * 3);
      for (unsigned y = 0; y < high; ++y) {
        for (unsigned x = 0; x < wide; ++x) {
          for (unsigned c = 0; c < 3; ++c) {
            padded[(y * wide + x) * 3 + c] = rgb[(std::min(y, height - 1) * width + std::min(x, width - 1)) * 3 + c];
          }
        }
      }
      const sl::Track small = yuv_track(sampling.format, width, height), large = yuv_track(sampling.format, wide, high);
      Bytes ours = convert(rgb_track(width, height), small, rgb, 0);
      Bytes reference = convert(rgb_track(wide, high), large, padded, 0);
      const auto view = [](const sl::Track& track, Bytes& bytes) {
        return sl::packed_strip(*track.pixels, track.width, track.height, reinterpret_cast<std::byte*>(bytes.data()));
      };
      const sl::Strip a = view(small, ours), b = view(large, reference);
      for (std::size_t p = 0; p < 3; ++p) {
        for (unsigned y = 0; y < a.planes[p].rows; ++y) {
          for (unsigned x = 0; x < a.planes[p].width; ++x) {
            ASSERT_EQ(a.planes[p].row<std::uint8_t>(y)[x], b.planes[p].row<std::uint8_t>(y)[x]);
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Samplings, ConvertJpeg, testing::ValuesIn(samplings),
                         [](const auto& info) { return std::string(info.param.format); });

}  // namespace
