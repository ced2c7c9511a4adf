// TIFF out. Strips and tiles are compressed by several threads: each has a small file of libtiff in memory, of one
// strip or tile, whose bytes go into the real file. So all compressions work alike, and bytes do not depend on the
// threads.
//
// libtiff goes back to fill in what it knows last. In a file that can be changed it does so there; what goes into a
// pipe is kept in memory until it is complete.

#include <algorithm>
#include <cstring>
#include <utility>

#include "formats/picture.h"
#include "formats/tiff/file.h"
#include "formats/tiff/metadata.h"
#include "formats/tiff/tiff.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/format_choice.h"
#include "libcore/pixels/ordered.h"

namespace sl::tiff {

namespace {

constexpr std::uint64_t strip_bytes_wanted = 1 << 20;
constexpr std::uint64_t largest_classic = 0xf0000000;  // of pixels; offsets have 32 bits

std::uint16_t compression_of(std::string_view name) {
  if (name == "none") return COMPRESSION_NONE;
  if (name == "lzw") return COMPRESSION_LZW;
  if (name == "packbits") return COMPRESSION_PACKBITS;
  if (name == "jpeg") return COMPRESSION_JPEG;
  if (name == "g4") return COMPRESSION_CCITTFAX4;
  if (name == "zstd") return COMPRESSION_ZSTD;
  if (name == "lzma") return COMPRESSION_LZMA;
  return name == "webp" ? COMPRESSION_WEBP : COMPRESSION_ADOBE_DEFLATE;
}

// How a page is stored.
struct Layout {
  std::uint32_t width = 0, height = 0, columns = 0, rows = 0;  // of the page, of a strip or tile
  std::uint16_t samples = 1, bits = 8, photometric = 0, format = SAMPLEFORMAT_UINT, compression = 1, predictor = 1;
  std::uint16_t alpha = 0;             // kind, or 0 for none
  bool tiled = false, packed = false;  // packed: eight pixels in a byte
  int quality = 75;

  [[nodiscard]] std::size_t row_bytes() const {
    return packed ? (columns + 7) / 8 : std::size_t{columns} * samples * bits / 8;
  }

  // Set all tags that say how pixels are stored.
  void set(File& file, std::uint32_t page_width, std::uint32_t page_height) const {
    TIFF* const tif = file.get();
    bool good = TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, page_width) != 0 &&
                TIFFSetField(tif, TIFFTAG_IMAGELENGTH, page_height) != 0 &&
                TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, packed ? 1 : bits) != 0 &&
                TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, samples) != 0 &&
                TIFFSetField(tif, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) != 0 &&
                TIFFSetField(tif, TIFFTAG_COMPRESSION, compression) != 0 &&
                TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, photometric) != 0;
    if (format != SAMPLEFORMAT_UINT) good = good && TIFFSetField(tif, TIFFTAG_SAMPLEFORMAT, format) != 0;
    if (alpha != 0) good = good && TIFFSetField(tif, TIFFTAG_EXTRASAMPLES, 1, &alpha) != 0;
    if (tiled) {
      good = good && TIFFSetField(tif, TIFFTAG_TILEWIDTH, columns) != 0 &&
             TIFFSetField(tif, TIFFTAG_TILELENGTH, rows) != 0;
    } else {
      good = good && TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, rows) != 0;
    }
    if (predictor != 1) good = good && TIFFSetField(tif, TIFFTAG_PREDICTOR, predictor) != 0;
    if (compression == COMPRESSION_JPEG) {
      // Each strip has its own tables; they are the same in all.
      good = good && TIFFSetField(tif, TIFFTAG_JPEGQUALITY, quality) != 0 &&
             TIFFSetField(tif, TIFFTAG_JPEGTABLESMODE, 0) != 0;
      if (photometric == PHOTOMETRIC_YCBCR) {
        good = good && TIFFSetField(tif, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB) != 0 &&
               TIFFSetField(tif, TIFFTAG_YCBCRSUBSAMPLING, 2, 2) != 0;
      }
    }
    if (compression == COMPRESSION_WEBP) good = good && TIFFSetField(tif, TIFFTAG_WEBP_LEVEL, quality) != 0;
    file.check(good);
  }
};

class TiffEncoder final : public Encoder {
 public:
  explicit TiffEncoder(const EncodeContext& context)
      : target_(context.target),
        left_out_(context.left_out),
        threads_(context.threads),
        compression_(compression_of(context.options.text("compress"))),
        quality_(static_cast<int>(context.options.integer("quality"))),
        bits_(context.options.text("bits")),
        tile_(static_cast<std::uint32_t>(context.options.integer("tile"))),
        big_(context.options.flag("bigtiff")) {
    if (tile_ % 16 != 0)
      throw Error(Status::Usage, "TIFF: a tile of " + std::to_string(tile_) + " pixels: it must be a multiple of 16");
    if (compression_ == COMPRESSION_CCITTFAX4 && bits_ != "auto" && bits_ != "1") {
      throw Error(Status::Usage, "TIFF: g4 is for one bit");
    }
    if (bits_ == "1" && (compression_ == COMPRESSION_JPEG || compression_ == COMPRESSION_WEBP)) {
      throw Error(Status::Usage, "TIFF: jpeg and webp are for 8 bits");
    }
  }

  Track accept(const Track& offered) override {
    using Names = std::initializer_list<std::string_view>;
    if (one_bit()) {
      Track track = nearest(offered, Names{"gray"});
      track.bits = 1;
      return track;
    }
    if (compression_ == COMPRESSION_JPEG) return nearest(offered, Names{"gray", "rgb24"});
    if (compression_ == COMPRESSION_WEBP) return nearest(offered, Names{"rgb24", "rgba"});
    if (bits_ == "8") return nearest(offered, Names{"gray", "ya8", "rgb24", "rgba"});
    if (bits_ == "16") return nearest(offered, Names{"gray16le", "ya16le", "rgb48le", "rgba64le"});
    return nearest(offered, Names{"gray", "ya8", "rgb24", "rgba", "gray16le", "ya16le", "rgb48le", "rgba64le",
                                  "grayf32le", "rgbf32le", "rgbaf32le"});
  }

  void begin(const Picture& picture) override {
    finish_page();
    track_ = picture.track;
    make_layout();
    if (!file_) open();
    layout_.set(*file_, layout_.width, layout_.height);
    write_metadata(*file_, *store_, is_big_, picture, left_out_);
    const std::size_t band = layout_.row_bytes() * layout_.rows * across();
    check_memory(target_.name(), saturating_multiply(band, static_cast<std::uint64_t>(threads_) * 3 + 4),
                 "strips or tiles of a TIFF");
    jobs_.emplace(
        threads_, [this](Job& job) { compress(job); }, [this](Job& job) { put(job); });
    rows_held_ = 0;
    next_chunk_ = 0;
  }

  void begin_frame(const Frame& /*frame*/) override {}

  void write_rows(const Strip& strip) override {
    const PixelFormat& format = *track_.pixels;
    const auto pixel = static_cast<std::size_t>(format.components * format.sample_bytes());
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      const std::byte* const row = strip.planes[0].row<std::byte>(y);
      if (rows_held_ == 0) start_band();
      for (std::size_t column = 0; column < across(); ++column) {
        const std::size_t x = column * layout_.columns,
                          width = std::min<std::size_t>(layout_.columns, layout_.width - x);
        std::byte* const to = band_[column].pixels.data() + rows_held_ * layout_.row_bytes();
        layout_.packed ? pack(reinterpret_cast<const std::uint8_t*>(row) + x, width, to)
                       : (void)std::memcpy(to, row + x * pixel, width * pixel);
      }
      ++rows_held_;
      if (rows_held_ == layout_.rows || strip.first + y + 1 == layout_.height) push_band();
    }
  }

  void end_frame() override {
    jobs_->finish();
    page_is_whole_ = true;
  }

  void flush() override {}

  void finish() override {
    finish_page();
    if (!file_) return;
    file_.reset();
    finish_store(*store_, target_);
    store_.reset();
  }

 private:
  struct Job {
    std::uint32_t index = 0, rows = 0;
    std::vector<std::byte> pixels, bytes;
  };

  [[nodiscard]] bool one_bit() const { return bits_ == "1" || compression_ == COMPRESSION_CCITTFAX4; }
  [[nodiscard]] std::size_t across() const { return (layout_.width - 1) / layout_.columns + 1; }

  void make_layout() {
    const PixelFormat& format = *track_.pixels;
    Layout layout;
    layout.width = track_.width;
    layout.height = track_.height;
    layout.samples = static_cast<std::uint16_t>(format.components);
    layout.bits = static_cast<std::uint16_t>(format.sample_bytes() * 8);
    layout.packed = one_bit();
    layout.compression = compression_;
    layout.quality = quality_;
    const bool gray = format.model == Model::Gray;
    layout.photometric = layout.packed && compression_ == COMPRESSION_CCITTFAX4 ? PHOTOMETRIC_MINISWHITE
                         : gray                                                 ? PHOTOMETRIC_MINISBLACK
                                                                                : PHOTOMETRIC_RGB;
    if (compression_ == COMPRESSION_JPEG && !gray) layout.photometric = PHOTOMETRIC_YCBCR;
    if (format.sample == Sample::F32) layout.format = SAMPLEFORMAT_IEEEFP;
    if (format.alpha)
      layout.alpha = track_.alpha == Alpha::Premultiplied ? EXTRASAMPLE_ASSOCALPHA : EXTRASAMPLE_UNASSALPHA;
    const bool predicts = compression_ == COMPRESSION_LZW || compression_ == COMPRESSION_ADOBE_DEFLATE ||
                          compression_ == COMPRESSION_ZSTD || compression_ == COMPRESSION_LZMA;
    if (predicts && !layout.packed)
      layout.predictor = layout.format == SAMPLEFORMAT_IEEEFP ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL;
    layout.tiled = tile_ != 0;
    layout.columns = tile_ != 0 ? tile_ : layout.width;
    const auto rows = static_cast<std::uint32_t>(
        std::max<std::uint64_t>(strip_bytes_wanted / std::max<std::size_t>(layout.row_bytes(), 1), 1));
    layout.rows = tile_ != 0 ? tile_ : std::min(layout.height, (rows + 15) / 16 * 16);  // whole blocks of JPEG
    layout_ = layout;
  }

  void open() {
    const std::uint64_t bytes = saturating_multiply(layout_.row_bytes() * across(), layout_.height);
    store_ = make_store(target_, "a TIFF for a pipe");
    is_big_ = big_ || bytes > largest_classic;
    file_.emplace(*store_, is_big_ ? "w8" : "w", target_.name());
  }

  void start_band() {
    band_.assign(across(), {});
    for (Job& job : band_) {
      job.index = next_chunk_++;
      job.pixels.assign(layout_.row_bytes() * layout_.rows, std::byte{0});
    }
  }

  void push_band() {
    for (Job& job : band_) {
      job.rows = layout_.tiled ? layout_.rows : rows_held_;
      jobs_->push(std::move(job));
    }
    rows_held_ = 0;
  }

  static void pack(const std::uint8_t* row, std::size_t width, std::byte* to) {
    for (std::size_t x = 0; x < width; ++x) {
      if (row[x] >= 128) to[x / 8] |= std::byte{0x80} >> (x % 8);
    }
  }

  // Make the bytes of a strip or tile: those that a file of it alone has.
  void compress(Job& job) const {
    const std::size_t size = layout_.row_bytes() * job.rows;
    if (layout_.photometric == PHOTOMETRIC_MINISWHITE) {
      for (std::byte& byte : std::span(job.pixels).first(size)) byte = ~byte;
    }
    if (layout_.compression == COMPRESSION_NONE) {
      job.bytes = std::move(job.pixels);
      job.bytes.resize(size);
      return;
    }
    MemoryStore store(target_.name(), "a TIFF for a pipe");
    File file(store, "w", target_.name());
    Layout one = layout_;
    one.rows = layout_.tiled ? layout_.rows : job.rows;
    one.set(file, layout_.columns, job.rows);
    const auto written = layout_.tiled
                             ? TIFFWriteEncodedTile(file.get(), 0, job.pixels.data(), static_cast<tmsize_t>(size))
                             : TIFFWriteEncodedStrip(file.get(), 0, job.pixels.data(), static_cast<tmsize_t>(size));
    file.check(written >= 0 && TIFFFlushData(file.get()) != 0);
    const std::uint64_t offset = TIFFGetStrileOffset(file.get(), 0), count = TIFFGetStrileByteCount(file.get(), 0);
    file.check(offset + count <= store.bytes.size());
    job.bytes.assign(store.bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                     store.bytes.begin() + static_cast<std::ptrdiff_t>(offset + count));
    job.pixels = {};
  }

  void put(Job& job) {
    const auto size = static_cast<tmsize_t>(job.bytes.size());
    const auto written = layout_.tiled ? TIFFWriteRawTile(file_->get(), job.index, job.bytes.data(), size)
                                       : TIFFWriteRawStrip(file_->get(), job.index, job.bytes.data(), size);
    file_->check(written == size);
    job.bytes = {};
  }

  // Write the directory of the page. One that was not completed is left out.
  void finish_page() {
    if (!std::exchange(page_is_whole_, false)) return;
    file_->check(TIFFWriteDirectory(file_->get()) != 0);
  }

  Target& target_;
  LeftOut left_out_;
  int threads_;
  std::uint16_t compression_;
  int quality_;
  std::string bits_;
  std::uint32_t tile_;
  bool big_, is_big_ = false;
  Track track_;
  Layout layout_;
  std::unique_ptr<Store> store_;
  std::optional<File> file_;
  std::vector<Job> band_;
  std::uint32_t rows_held_ = 0, next_chunk_ = 0;
  bool page_is_whole_ = false;
  std::optional<Ordered<Job>> jobs_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<TiffEncoder>(context); }

}  // namespace sl::tiff
