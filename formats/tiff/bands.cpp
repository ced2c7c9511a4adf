// Bytes are read by the caller's thread, in the order of rows. Each worker has a handle of libtiff for itself, that
// decodes these bytes and reads no file.

#include "formats/tiff/bands.h"

#include <algorithm>
#include <cstring>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl::tiff {

namespace {

constexpr std::uint64_t large_strip = 4 << 20;  // decoded bytes
constexpr std::uint64_t large_band = 32 << 20;  // above it, threads would hold too much
constexpr int max_threads = 8;

// Return memory that was used before, or none.
std::vector<std::byte> take_spare(std::vector<std::vector<std::byte>>& spare) {
  if (spare.empty()) return {};
  std::vector<std::byte> memory = std::move(spare.back());
  spare.pop_back();
  return memory;
}

// Whether libtiff fails if the data does not fill a strip or tile.
bool fills_or_fails(std::uint16_t compression) {
  return compression == COMPRESSION_NONE || compression == COMPRESSION_LZW || compression == COMPRESSION_DEFLATE ||
         compression == COMPRESSION_ADOBE_DEFLATE || compression == COMPRESSION_ZSTD ||
         compression == COMPRESSION_LZMA || compression == COMPRESSION_PACKBITS;
}

}  // namespace

struct BandReader::Worker {
  Worker(Source& source, std::uint64_t start, std::uint64_t directory)
      : store(source, start), file(store, "rmh", source.name()) {
    file.check(TIFFSetSubDirectory(file.get(), directory) != 0);
    page = read_page(file, source.name());
    (void)file.take_warnings();  // of the directory, which the caller has read too
    rows.emplace(page);
  }
  SourceStore store;
  File file;
  Page page;
  std::optional<RowConverter> rows;
  std::vector<std::vector<std::byte>> planes;  // decoded
};

BandReader::BandReader(Source& source, std::uint64_t start, File& file, const Page& page, std::uint64_t directory,
                       bool salvage)
    : source_(source),
      start_(start),
      file_(file),
      page_(page),
      directory_(directory),
      salvage_(salvage),
      band_rows_(page.band_rows),
      planes_(page.planar ? page.samples : 1),
      pixel_bytes_(static_cast<std::size_t>(page.track.pixels->components * page.track.pixels->sample_bytes())) {
  plan();
}

BandReader::~BandReader() = default;

void BandReader::plan() {
  TIFF* const tif = file_.get();
  const std::string& name = source_.name();
  const std::uint64_t out_row = std::uint64_t{page_.width} * pixel_bytes_;
  if (page_.colours == Colours::Rendered) {
    // libtiff's own picture, as many bytes as ours, and the samples that it is made of.
    check_memory(name, saturating_multiply(out_row, std::uint64_t{band_rows_} * 3),
                 "a row of strips or tiles of a TIFF");
    return;
  }
  chunk_row_bytes_ = page_.tiled ? TIFFTileRowSize64(tif) : TIFFScanlineSize64(tif);
  const std::uint64_t tile_row =
      (std::uint64_t{page_.tile_width} * page_.bits * (page_.planar ? 1 : page_.samples) + 7) / 8;
  file_.check(chunk_row_bytes_ >= tile_row);
  if (chunk_row_bytes_ < tile_row) throw Error(Status::Data, name + ": TIFF: its rows are too short");
  const std::uint64_t chunk = saturating_multiply(chunk_row_bytes_, band_rows_);
  by_lines_ = !page_.tiled && planes_ == 1 && chunk > large_strip;
  if (by_lines_) {
    band_rows_ = std::min(band_rows_,
                          std::max(1u, static_cast<std::uint32_t>((256u << 10) / std::max<std::uint64_t>(out_row, 1))));
    check_memory(name, saturating_multiply(out_row, band_rows_) + chunk_row_bytes_, "a strip of rows");
    rows_.emplace(page_);
    line_.resize(static_cast<std::size_t>(chunk_row_bytes_));
    return;
  }
  const std::uint64_t band = saturating_multiply(out_row, band_rows_), decoded = saturating_multiply(chunk, planes_);
  check_memory(name, saturating_multiply(band, 2) + decoded, "a row of strips or tiles of a TIFF");
  const int cores = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, max_threads);
  const bool one = page_.height <= band_rows_ || page_.compression == COMPRESSION_NONE;
  threads_ = one || band > large_band ? 1 : cores;
  for (int i = 0; i < threads_; ++i) workers_.push_back(std::make_unique<Worker>(source_, start_, directory_));
  in_place_ = !page_.tiled && planes_ == 1 && workers_[0]->rows->copies() && chunk_row_bytes_ == out_row;
  jobs_.emplace(
      threads_, [this](Job& job) { decode(job); }, [this](Job& job) { take_back(job); });
}

void BandReader::take_back(Job& job) {
  for (Chunk& chunk : job.chunks) spare_bytes_.push_back(std::move(chunk.bytes));
  ready_.push_back(std::move(job.band));
}

Band BandReader::next() {
  while (ready_.empty()) {
    if (next_row_ >= page_.height) {
      jobs_->finish();
      continue;
    }
    Job job;
    Band& band = job.band;
    band.pixels = take_spare(spare_pixels_);
    band.first = next_row_;
    band.rows = std::min(band_rows_, page_.height - next_row_);
    if (by_lines_) band.rows = std::min(band.rows, page_.band_rows - next_row_ % page_.band_rows);
    next_row_ += band.rows;
    if (!jobs_) {
      band.pixels.resize(std::size_t{page_.width} * pixel_bytes_ * band.rows);
      by_lines_ ? read_lines(band) : render(band);
      return std::move(band);
    }
    for (std::uint32_t column = 0; column < page_.across; ++column) {
      for (std::size_t plane = 0; plane < planes_; ++plane) {
        Chunk& chunk = job.chunks.emplace_back();
        chunk.bytes = take_spare(spare_bytes_);
        const auto sample = static_cast<std::uint16_t>(plane);
        chunk.index = page_.tiled ? TIFFComputeTile(file_.get(), column * page_.tile_width, band.first, 0, sample)
                                  : TIFFComputeStrip(file_.get(), band.first, sample);
        read_chunk(chunk);
        if (!chunk.failure.empty() && !salvage_) fail(band, chunk.failure);
      }
    }
    jobs_->push(std::move(job));
  }
  Band band = std::move(ready_.front());
  ready_.pop_front();
  return band;
}

void BandReader::fail(Band& band, const std::string& what) const {
  const std::string line = what + " at row " + std::to_string(band.first);
  if (!salvage_) throw Error(Status::Data, source_.name() + ": TIFF: " + line);
  if (band.damage.empty()) band.damage = line;
}

// Memory is taken as bytes come, not by the file's promise.
void BandReader::read_chunk(Chunk& chunk) {
  constexpr std::uint64_t piece = 1 << 20;
  const std::uint64_t offset = TIFFGetStrileOffset(file_.get(), chunk.index);
  const std::uint64_t size = TIFFGetStrileByteCount(file_.get(), chunk.index);
  file_.rethrow();
  if (offset == 0 || size == 0) {
    chunk.failure = "missing data";
    return;
  }
  const std::uint64_t decoded = saturating_multiply(chunk_row_bytes_, page_.band_rows);
  // Nothing that compresses needs more than this; the rest cannot be data of this strip.
  if (size > 2 * decoded + (1 << 20)) {
    chunk.failure = "a size of " + std::to_string(size) + " bytes";
    return;
  }
  SourceStore store(source_, start_);
  store.seek(offset);
  chunk.bytes.resize(std::min(chunk.bytes.size(), static_cast<std::size_t>(size)));
  for (std::size_t have = 0; have < size;) {
    const auto more = static_cast<std::size_t>(std::min(piece, size - have));
    chunk.bytes.resize(std::max(chunk.bytes.size(), have + more));
    const std::size_t count = store.read(std::span(chunk.bytes).subspan(have, more));
    have += count;
    if (count == more) continue;
    chunk.failure = "truncated";
    chunk.bytes.resize(have);
    return;
  }
}

void BandReader::decode(Job& job) {
  std::unique_ptr<Worker> worker;
  {
    const std::lock_guard lock(mutex_);
    worker = std::move(workers_.back());
    workers_.pop_back();
  }
  job.band.pixels.resize(std::size_t{page_.width} * pixel_bytes_ * job.band.rows);
  std::exception_ptr failure;
  try {
    for (std::size_t column = 0; column < page_.across; ++column) decode_chunk(*worker, job, column);
  } catch (...) {
    failure = std::current_exception();
  }
  job.band.warnings = worker->file.take_warnings();
  {
    const std::lock_guard lock(mutex_);
    workers_.push_back(std::move(worker));
  }
  if (failure) std::rethrow_exception(failure);
}

void BandReader::decode_chunk(Worker& worker, Job& job, std::size_t column) {
  Band& band = job.band;
  const std::uint32_t rows = page_.tiled ? page_.band_rows : band.rows;
  const auto size = static_cast<std::size_t>(chunk_row_bytes_ * rows);
  worker.planes.resize(planes_);
  std::vector<const std::byte*> lines(planes_);
  for (std::size_t plane = 0; plane < planes_; ++plane) {
    Chunk& chunk = job.chunks[column * planes_ + plane];
    std::vector<std::byte>& decoded = in_place_ ? band.pixels : worker.planes[plane];
    decoded.resize(size);
    if (!fills_or_fails(page_.compression)) std::ranges::fill(decoded, std::byte{0});
    bool good = chunk.failure.empty();
    if (!good) fail(band, chunk.failure);
    good = good && TIFFReadFromUserBuffer(worker.file.get(), chunk.index, chunk.bytes.data(),
                                          static_cast<tmsize_t>(chunk.bytes.size()), decoded.data(),
                                          static_cast<tmsize_t>(size)) != 0;
    if (!good) {
      const std::string what = worker.file.take_error("damaged data");
      if (chunk.failure.empty()) fail(band, what);
      std::ranges::fill(decoded, std::byte{0});
    }
    lines[plane] = decoded.data();
  }
  if (in_place_) return;
  const std::uint32_t x = static_cast<std::uint32_t>(column) * page_.tile_width;
  const std::uint32_t width = std::min(page_.tile_width, page_.width - x);
  for (std::uint32_t y = 0; y < band.rows; ++y) {
    worker.rows->convert(lines, width, band.pixels.data() + (std::size_t{y} * page_.width + x) * pixel_bytes_);
    for (const std::byte*& line : lines) line += chunk_row_bytes_;
  }
}

// A strip of the size of the picture: libtiff reads and decodes it in pieces.
void BandReader::read_lines(Band& band) {
  for (std::uint32_t y = 0; y < band.rows; ++y) {
    if (lost_ && band.first % page_.band_rows == 0) lost_ = false;  // the next strip
    if (!lost_ && TIFFReadScanline(file_.get(), line_.data(), band.first + y, 0) < 0) {
      file_.rethrow();
      lost_ = true;
      fail(band, file_.take_error("damaged data"));
    }
    if (lost_) {
      fail(band, "lost data");
      std::ranges::fill(line_, std::byte{0});
    }
    const std::byte* const line = line_.data();
    rows_->convert({&line, 1}, page_.width, band.pixels.data() + std::size_t{y} * page_.width * pixel_bytes_);
  }
  band.warnings = file_.take_warnings();
}

// libtiff makes RGBA of YCbCr, in strips and tiles whose rows run from bottom to top.
void BandReader::render(Band& band) {
  const std::uint32_t rows = page_.tiled ? page_.band_rows : band.rows;
  std::vector<std::uint32_t> raster(std::size_t{page_.tile_width} * rows);
  for (std::uint32_t x = 0; x < page_.width; x += page_.tile_width) {
    const int good = page_.tiled ? TIFFReadRGBATileExt(file_.get(), x, band.first, raster.data(), 1)
                                 : TIFFReadRGBAStripExt(file_.get(), band.first, raster.data(), 1);
    file_.rethrow();
    if (good == 0) {
      fail(band, file_.take_error("damaged data"));
      std::ranges::fill(raster, 0u);
    }
    const std::uint32_t width = std::min(page_.tile_width, page_.width - x);
    for (std::uint32_t y = 0; y < band.rows; ++y) {
      const std::uint32_t* const from = raster.data() + std::size_t{rows - 1 - y} * page_.tile_width;
      std::byte* to = band.pixels.data() + (std::size_t{y} * page_.width + x) * pixel_bytes_;
      for (std::uint32_t i = 0; i < width; ++i, to += pixel_bytes_) std::memcpy(to, from + i, pixel_bytes_);
    }
  }
  band.warnings = file_.take_warnings();
}

}  // namespace sl::tiff
