// Prices the loss of each of the encoder's formats, and takes the cheapest.

#include "formats/av/encode/pixel_choice.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <vector>

#include "libcore/pixels/format_choice.h"

namespace sl::av {

namespace {

// Return the format of the wire with these samples, RGB of 8 bits in any order.
const PixelFormat* rows_for(AVPixelFormat format) {
  if (const PixelFormat* same = wire_format(format)) return same;
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  constexpr std::uint64_t other =
      AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER;
  if (description == nullptr || (description->flags & other) != 0) return nullptr;
  if ((description->flags & AV_PIX_FMT_FLAG_RGB) == 0 || (description->flags & AV_PIX_FMT_FLAG_PLANAR) != 0) {
    return nullptr;
  }
  if (description->comp[0].depth != 8 || description->comp[0].step < 3) return nullptr;
  return find_pixel_format((description->flags & AV_PIX_FMT_FLAG_ALPHA) != 0 ? "rgba" : "rgb24");
}

bool is_full_range_only(AVPixelFormat format) {
  return std::string_view(av_get_pix_fmt_name(format)).starts_with("yuvj");
}

std::vector<AVPixelFormat> formats_of(const AVCodec& codec, const FilmContainer& container) {
  std::vector<AVPixelFormat> list;
  if (codec.pix_fmts != nullptr) {
    for (const AVPixelFormat* format = codec.pix_fmts; *format != AV_PIX_FMT_NONE; ++format) {
      // JPEG is full range; FFmpeg lists other formats for users who insist.
      if (codec.id != AV_CODEC_ID_MJPEG || is_full_range_only(*format)) list.push_back(*format);
    }
    return list;
  }
  // The encoder takes any format; Y4M has names for planes of grey and YCbCr only.
  for (const PixelFormat& format : pixel_formats()) {
    const bool planes = format.packing == Packing::Planar || format.components == 1;
    const bool y4m = planes && !format.alpha && format.sample != Sample::F32 && format.model != Model::Rgb &&
                     !format.name.starts_with("yuv440") && format.name != "yuv410p";
    const AVPixelFormat known = av_format(format);
    if (known != AV_PIX_FMT_NONE && (container.muxer != "yuv4mpegpipe" || y4m)) list.push_back(known);
  }
  return list;
}

int price(const PixelNeeds& needs, const PixelFormat& source, const PixelFormat& rows, AVPixelFormat format) {
  return loss(needs, rows) + (rows.packing != source.packing ? 2 : 0) + (wire_format(format) == nullptr ? 1 : 0) +
         (is_full_range_only(format) ? 1 : 0);
}

// Whether the codec is for watching: then players restrict the format.
bool is_for_watching(AVCodecID codec) {
  constexpr std::array ids{AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP8, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1};
  return std::ranges::find(ids, codec) != ids.end();
}

PixelNeeds needs_of(const Track& track, const AVCodec& codec, const FilmContainer& container, bool keep) {
  const PixelFormat& source = *track.pixels;
  PixelNeeds needs{source.model, source.bits, source.shift_x, source.shift_y, source.alpha};
  if (track.color.matrix == 0 && source.model == Model::Yuv) needs.model = Model::Rgb;
  if (source.model == Model::Gray) needs.shift_x = needs.shift_y = 1;  // constant chroma: the least of it
  if (keep || !is_for_watching(codec.id) || std::string_view(codec.name) == "libx264rgb") return needs;
  const bool hdr = track.color.transfer == 16 || track.color.transfer == 18;  // PQ, HLG
  const int most = codec.id == AV_CODEC_ID_H264 && !hdr ? 8 : 10;
  return {Model::Yuv, std::clamp(source.bits, 8, most), 1, 1,
          source.alpha && container.alpha && codec.id == AV_CODEC_ID_VP9};
}

Color color_of(const Track& track, const PixelFormat& rows, AVPixelFormat format) {
  Color color = track.color;
  const bool was_yuv = track.pixels->model == Model::Yuv && color.matrix != 0;
  switch (rows.model) {
    case Model::Rgb:
      if (was_yuv || track.pixels->model == Model::Gray) color.range = Range::Full;
      color.matrix = 0;
      color.chroma = Chroma::Unknown;
      break;
    case Model::Yuv:
      if (!was_yuv) {
        const bool names_matrix = color.matrix != 0 && color.matrix != 2;
        if (!names_matrix) color.matrix = track.height < 720 ? 6 : 1;
        color.range = Range::Limited;
        color.chroma = rows.shift_x != 0 ? Chroma::Left : Chroma::Unknown;
      }
      if (is_full_range_only(format)) {
        if (!was_yuv) color.chroma = Chroma::Center;
        color.range = Range::Full;
      }
      break;
    case Model::Gray:
      break;
  }
  return color;
}

AVPixelFormat asked_for(const std::string& name, const std::vector<AVPixelFormat>& formats, const AVCodec& codec) {
  std::string known;
  for (const AVPixelFormat format : formats) {
    if (rows_for(format) == nullptr) continue;
    const std::string other = av_get_pix_fmt_name(format);
    if (other == name || (rows_for(format)->name == name && other != name && !other.starts_with("yuvj"))) return format;
    known += (known.empty() ? "" : ", ") + other;
  }
  throw Error(Status::Usage, "--pixels: " + std::string(codec.name) + " does not take \"" + printable(name, 40) +
                                 "\"; it takes " + known);
}

}  // namespace

PixelChoice choose_pixels(const Track& track, const AVCodec& codec, const FilmContainer& container,
                          const std::string& asked) {
  PixelChoice choice;
  choice.rows = track;
  const std::vector<AVPixelFormat> formats = formats_of(codec, container);
  const bool named = !asked.empty() && asked != "keep";
  if (named) {
    choice.format = asked_for(asked, formats, codec);
  } else {
    const PixelNeeds needs = needs_of(track, codec, container, asked == "keep");
    int least = -1;
    for (const AVPixelFormat format : formats) {
      const PixelFormat* rows = rows_for(format);
      if (rows == nullptr) continue;
      const int cost = price(needs, *track.pixels, *rows, format);
      if (least >= 0 && cost >= least) continue;
      least = cost;
      choice.format = format;
    }
  }
  if (choice.format == AV_PIX_FMT_NONE) {
    throw Error(Status::Data, std::string(codec.name) + " takes no pixel format that the wire has");
  }
  const PixelFormat& rows = *rows_for(choice.format);
  choice.rows.pixels = &rows;
  choice.rows.color = color_of(track, rows, choice.format);
  choice.rows.alpha = rows.alpha ? Alpha::Straight : Alpha::None;
  choice.rows.bits = 0;
  return choice;
}

}  // namespace sl::av
