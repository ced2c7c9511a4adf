// From tags to a Track.

#include "formats/tiff/page.h"

#include <algorithm>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl::tiff {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw Error(Status::Data, name + ": TIFF: " + what + (what.ends_with("supported") ? "" : " is not supported"));
}

void read_colours(File& file, const std::string& name, Page& page) {
  std::uint16_t ink_set = INKSET_CMYK;
  switch (page.photometric) {
    case PHOTOMETRIC_MINISWHITE:
      page.inverted = true;
      break;
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_MASK:
      break;
    case PHOTOMETRIC_RGB:
      page.colours = Colours::Rgb;
      break;
    case PHOTOMETRIC_PALETTE:
      page.colours = Colours::Palette;
      break;
    case PHOTOMETRIC_SEPARATED:
      TIFFGetField(file.get(), TIFFTAG_INKSET, &ink_set);
      if (ink_set != INKSET_CMYK || page.samples < 4)
        refuse(name, std::to_string(page.samples) + " inks other than CMYK");
      page.colours = Colours::Cmyk;
      page.converted = "CMYK";
      break;
    case PHOTOMETRIC_CIELAB:
      page.colours = Colours::Lab;
      page.converted = "CIE L*a*b*";
      break;
    case PHOTOMETRIC_ICCLAB:
      page.colours = Colours::IccLab;
      page.converted = "ICC L*a*b*";
      break;
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV:
      page.colours = page.photometric == PHOTOMETRIC_LOGL ? Colours::Gray : Colours::LogLuv;
      page.converted = page.photometric == PHOTOMETRIC_LOGL ? "LogL" : "LogLuv";
      break;
    case PHOTOMETRIC_YCBCR:
      if (page.compression == COMPRESSION_JPEG) {
        page.colours = Colours::Rgb;
      } else {
        page.colours = Colours::Rendered;
      }
      break;
    default:
      refuse(name, "photometric interpretation " + std::to_string(page.photometric));
  }
}

// Of the samples after the colours, the first may be alpha.
void read_alpha(File& file, Page& page) {
  const int colours = page.colour_samples();
  std::uint16_t count = 0;
  const std::uint16_t* kinds = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds) == 0) count = 0;
  for (int i = 0; i < page.samples - colours; ++i) {
    const std::uint16_t kind = i < count ? kinds[i] : std::uint16_t{EXTRASAMPLE_UNSPECIFIED};
    // Writers that know no tag for it write a fourth sample, or a second one, that is alpha.
    if (kind == EXTRASAMPLE_UNSPECIFIED && (page.samples != colours + 1 || colours == 4)) continue;
    page.alpha = colours + i;
    page.track.alpha = kind == EXTRASAMPLE_ASSOCALPHA ? Alpha::Premultiplied : Alpha::Straight;
    return;
  }
}

// The samples that leave: 8 or 16 bits, or floats.
Sample sample_of(const Page& page, const std::string& name) {
  if (page.colours == Colours::Rendered) return Sample::U8;
  if (page.colours == Colours::LogLuv || page.photometric == PHOTOMETRIC_LOGL) return Sample::F32;
  if (page.real()) {
    if (page.bits != 16 && page.bits != 24 && page.bits != 32 && page.bits != 64) {
      refuse(name, "floats of " + std::to_string(page.bits) + " bits");
    }
    return Sample::F32;
  }
  if (page.format != SAMPLEFORMAT_UINT && page.format != SAMPLEFORMAT_INT && page.format != SAMPLEFORMAT_VOID) {
    refuse(name, "complex samples");
  }
  if (page.bits == 0 || page.bits > 64) refuse(name, "samples of " + std::to_string(page.bits) + " bits");
  if (page.colours != Colours::Palette) return page.bits <= 8 ? Sample::U8 : Sample::U16;
  const auto exact = [&](std::uint16_t v) { return v % 257 == 0; };
  const auto fits = [&](auto&& good) {
    return std::ranges::all_of(page.palette, [&](const std::uint16_t* colour) {
      return std::ranges::all_of(std::span(colour, std::size_t{1} << page.bits), good);
    });
  };
  const bool bytes = fits([](std::uint16_t v) { return v < 256; }),
             high = fits([](std::uint16_t v) { return (v & 255) == 0; });
  return bytes || high || fits(exact) ? Sample::U8 : Sample::U16;
}

void make_track(Page& page, Sample sample) {
  Track& track = page.track;
  const bool gray = page.colours == Colours::Gray, alpha = page.alpha >= 0;
  const int kind = sample == Sample::U8 ? 0 : sample == Sample::U16 ? 1 : 2;
  constexpr std::array<std::array<std::string_view, 4>, 3> names{{{"gray", "ya8", "rgb24", "rgba"},
                                                                  {"gray16le", "ya16le", "rgb48le", "rgba64le"},
                                                                  {"grayf32le", "rgbaf32le", "rgbf32le", "rgbaf32le"}}};
  track.pixels = &pixel_format(names[static_cast<std::size_t>(kind)][(gray ? 0 : 2) + (alpha ? 1 : 0)]);
  track.width = page.width;
  track.height = page.height;
  track.color.matrix = track.pixels->model == Model::Gray ? 2 : 0;
  track.color.range = Range::Full;
  if (!track.pixels->alpha) track.alpha = Alpha::None;
  const int whole = sample == Sample::U8 ? 8 : 16;
  if (sample != Sample::F32 && page.colours != Colours::Palette && page.bits < whole) track.bits = page.bits;
  if (page.colours == Colours::LogLuv || page.photometric == PHOTOMETRIC_LOGL) track.color.transfer = 8;  // linear
  if (page.colours == Colours::LogLuv) track.color.primaries = 1;
  if (page.colours == Colours::Lab || page.colours == Colours::IccLab)
    track.color.primaries = 1, track.color.transfer = 13;
}

}  // namespace

int Page::colour_samples() const {
  switch (colours) {
    case Colours::Gray:
    case Colours::Palette:
      return 1;
    case Colours::Cmyk:
      return 4;
    default:
      return samples < 3 && (colours == Colours::Lab || colours == Colours::IccLab) ? 1 : 3;
  }
}

std::string compression_name(std::uint16_t compression) {
  switch (compression) {
    case COMPRESSION_NONE:
      return "none";
    case COMPRESSION_CCITTRLE:
    case COMPRESSION_CCITTRLEW:
      return "CCITT RLE";
    case COMPRESSION_CCITTFAX3:
      return "CCITT group 3";
    case COMPRESSION_CCITTFAX4:
      return "CCITT group 4";
    case COMPRESSION_LZW:
      return "LZW";
    case COMPRESSION_OJPEG:
      return "JPEG (old style)";
    case COMPRESSION_JPEG:
      return "JPEG";
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_DEFLATE:
      return "deflate";
    case COMPRESSION_PACKBITS:
      return "PackBits";
    case COMPRESSION_NEXT:
      return "NeXT RLE";
    case COMPRESSION_THUNDERSCAN:
      return "ThunderScan";
    case COMPRESSION_SGILOG:
    case COMPRESSION_SGILOG24:
      return "SGI Log";
    case COMPRESSION_LZMA:
      return "LZMA";
    case COMPRESSION_ZSTD:
      return "zstd";
    case COMPRESSION_WEBP:
      return "WebP";
    default:
      return "compression " + std::to_string(compression);
  }
}

Page read_page(File& file, const std::string& name) {
  TIFF* const tif = file.get();
  Page page;
  TIFFGetField(tif, TIFFTAG_IMAGEWIDTH, &page.width);
  TIFFGetField(tif, TIFFTAG_IMAGELENGTH, &page.height);
  if (page.width == 0 || page.height == 0) {
    throw Error(Status::Data,
                name + ": TIFF: a picture of " + std::to_string(page.width) + "x" + std::to_string(page.height));
  }
  if (page.width > wire_limit::number || page.height > wire_limit::number) refuse(name, "such a size");
  check_pixels(name, page.width, page.height);
  page.bits = file.value<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  page.samples = file.value<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  page.format = file.value<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  page.compression = file.value<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  page.planar =
      file.value<std::uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE && page.samples > 1;
  if (TIFFIsCODECConfigured(page.compression) == 0) refuse(name, compression_name(page.compression));
  if (TIFFGetField(tif, TIFFTAG_PHOTOMETRIC, &page.photometric) == 0) {
    page.photometric = page.samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;  // as other readers guess
  }
  if (page.samples == 0) refuse(name, "a picture without samples");
  read_colours(file, name, page);
  if (page.samples < page.colour_samples()) refuse(name, "colour of " + std::to_string(page.samples) + " samples");
  if (page.colours == Colours::Palette) {
    if (page.bits > 16 ||
        TIFFGetField(tif, TIFFTAG_COLORMAP, &page.palette[0], &page.palette[1], &page.palette[2]) == 0) {
      throw Error(Status::Data, name + ": TIFF: no colour map");
    }
  }
  if (page.photometric == PHOTOMETRIC_YCBCR && page.compression == COMPRESSION_JPEG) {
    TIFFSetField(tif, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  }
  if (page.photometric == PHOTOMETRIC_LOGL || page.photometric == PHOTOMETRIC_LOGLUV) {
    if (page.compression != COMPRESSION_SGILOG && page.compression != COMPRESSION_SGILOG24) {
      refuse(name, "LogLuv in " + compression_name(page.compression));
    }
    TIFFSetField(tif, TIFFTAG_SGILOGDATAFMT, SGILOGDATAFMT_FLOAT);
    page.bits = 32;
    page.format = SAMPLEFORMAT_IEEEFP;
  }
  if (page.colours == Colours::Rendered) {
    std::array<char, 1024> reason{};
    if (TIFFRGBAImageOK(tif, reason.data()) == 0) {
      file.check(true);
      refuse(name, printable(reason.data(), 200));
    }
    page.alpha = -1;
    TIFFSetField(tif, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);  // libtiff turns what it renders; here rows stay
  } else {
    read_alpha(file, page);
  }
  page.tiled = TIFFIsTiled(tif) != 0;
  if (page.tiled) {
    page.tile_width = file.value<std::uint32_t>(TIFFTAG_TILEWIDTH, 0);
    page.band_rows = file.value<std::uint32_t>(TIFFTAG_TILELENGTH, 0);
    if (page.tile_width == 0 || page.band_rows == 0) throw Error(Status::Data, name + ": TIFF: tiles of no size");
    check_pixels(name, page.tile_width, page.band_rows);
    page.across = (page.width - 1) / page.tile_width + 1;
  } else {
    page.tile_width = page.width;
    page.band_rows = std::min(page.height, file.value<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, page.height));
    if (page.band_rows == 0) throw Error(Status::Data, name + ": TIFF: strips of no rows");
  }
  const Sample sample = sample_of(page, name);
  if (page.converted.empty() && sample == Sample::U16 && page.bits > 16 && page.colours != Colours::Palette) {
    page.converted = std::to_string(page.bits) + "-bit integers";
  }
  if (page.converted.empty() && page.real() && page.bits == 64) page.converted = "64-bit floats";
  if (page.converted.empty() && page.format == SAMPLEFORMAT_INT) page.converted = "signed integers";
  make_track(page, sample);
  return page;
}

}  // namespace sl::tiff
