// Each tile is a HEIF file of its own for libheif, and several of them are decoded at once.

#include "formats/heif/grid.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>
#include <utility>

#include "libcore/base/error.h"

namespace sl::heif {

namespace {

constexpr std::array planes_of_yuv{heif_channel_Y, heif_channel_Cb, heif_channel_Cr, heif_channel_Alpha};
constexpr unsigned most_threads = 8;

}  // namespace

std::optional<Strip> planes_of(heif_image* image) {
  const bool gray = heif_image_get_colorspace(image) == heif_colorspace_monochrome;
  const bool alpha = heif_image_has_channel(image, heif_channel_Alpha) != 0;
  if (!gray && heif_image_get_colorspace(image) != heif_colorspace_YCbCr) return std::nullopt;
  const int bits = heif_image_get_bits_per_pixel_range(image, heif_channel_Y);
  if (bits < 8 || bits > 16 || (gray && alpha)) return std::nullopt;
  if (alpha && heif_image_get_bits_per_pixel_range(image, heif_channel_Alpha) != bits) return std::nullopt;
  std::string name = bits == 8 ? "gray" : "gray16le";
  if (!gray) {
    const heif_chroma chroma = heif_image_get_chroma_format(image);
    name = (alpha ? "yuva" : "yuv") +
           std::string(chroma == heif_chroma_420   ? "420p"
                       : chroma == heif_chroma_422 ? "422p"
                                                   : "444p") +
           (bits == 8 ? "" : std::to_string(bits) + "le");
  }
  const PixelFormat* const format = find_pixel_format(name);
  if (format == nullptr) return std::nullopt;
  const auto width = static_cast<std::uint32_t>(heif_image_get_primary_width(image));
  const auto height = static_cast<std::uint32_t>(heif_image_get_primary_height(image));
  std::array<Plane, 4> planes{};
  for (int p = 0; p < format->planes; ++p) {
    const heif_channel channel = planes_of_yuv[static_cast<std::size_t>(p)];
    int stride = 0;
    std::uint8_t* const data = heif_image_get_plane(image, channel, &stride);
    const bool fits =
        data != nullptr && stride > 0 && heif_image_get_bits_per_pixel_range(image, channel) == bits &&
        static_cast<std::uint64_t>(heif_image_get_width(image, channel)) == plane_width(*format, p, width) &&
        static_cast<std::uint32_t>(heif_image_get_height(image, channel)) == plane_rows(*format, p, height);
    if (!fits) return std::nullopt;  // a turn of odd chroma
    planes[static_cast<std::size_t>(p)] = {reinterpret_cast<std::byte*>(data), static_cast<std::size_t>(stride),
                                           static_cast<std::size_t>(plane_width(*format, p, width)),
                                           plane_rows(*format, p, height)};
  }
  return Strip{.format = format, .width = width, .rows = height, .planes = planes};
}

GridReader::GridReader(std::span<const std::byte> file, PrimaryItem item, std::string name)
    : file_(file), item_(std::move(item)), name_(std::move(name)) {
  decode(first_);
  next_ = 1;
}

bool GridReader::fits() const {
  const Strip& tile = first_.planes;
  if (tile.format == nullptr || tile.format->model != Model::Yuv || item_.columns == 0) return false;
  const std::uint32_t rows = item_.tiles / item_.columns;
  const auto covers = [](std::uint64_t count, std::uint64_t size, std::uint64_t whole) {
    return size > 0 && count * size >= whole && (count - 1) * size < whole;
  };
  return tile.width == item_.tile_width && tile.rows == item_.tile_height && tile.width % 2 == 0 &&
         tile.rows % 2 == 0 && covers(item_.columns, tile.width, item_.width) && covers(rows, tile.rows, item_.height);
}

void GridReader::decode(Tile& tile) const {
  constexpr std::array chromas{heif_chroma_monochrome, heif_chroma_420, heif_chroma_422, heif_chroma_444};
  const auto check = [&](const heif_error& error) {
    if (error.code == heif_error_Ok) return;
    throw Error(error.code == heif_error_Memory_allocation_error ? Status::Limit : Status::Data,
                name_ + ": HEIF: " + message(error) + " in tile " + std::to_string(tile.number + 1) + " of " +
                    std::to_string(item_.tiles));
  };
  const std::string bytes = file_of_tile(file_, tile.number);
  if (bytes.empty()) {
    throw Error(Status::Data, name_ + ": HEIF: tile " + std::to_string(tile.number + 1) + " of " +
                                  std::to_string(item_.tiles) + " is missing");
  }
  const Context context(heif_context_alloc());
  check(heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(), nullptr));
  heif_image_handle* handle = nullptr;
  check(heif_context_get_primary_image_handle(context.get(), &handle));
  const Handle kept(handle);
  const std::unique_ptr<heif_decoding_options, Release<heif_decoding_options_free>> options(
      heif_decoding_options_alloc());
  options->strict_decoding = 1;
  heif_image* image = nullptr;
  check(heif_decode_image(handle, &image, item_.chroma == 0 ? heif_colorspace_monochrome : heif_colorspace_YCbCr,
                          chromas[static_cast<std::size_t>(item_.chroma)], options.get()));
  tile.image.reset(image);
  heif_error warning{};
  if (heif_image_get_decoding_warnings(image, 0, &warning, 1) > 0) check(warning);
  if (const auto planes = planes_of(image)) tile.planes = *planes;
}

Strip GridReader::next() {
  const PixelFormat& format = this->format();
  const auto cores = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, most_threads));
  if (!jobs_) {
    jobs_.emplace(
        cores, [this](Tile& tile) { decode(tile); }, [this](Tile& tile) { ready_.push_back(std::move(tile)); });
    band_.resize(static_cast<std::size_t>(strip_bytes(format, item_.width, std::min(item_.tile_height, item_.height))));
    ready_.push_back(std::move(first_));
    first_.planes.format = &format;
    rows_ = {.format = &format};
  }
  const std::uint32_t first = rows_.first + rows_.rows;
  const std::uint32_t rows = std::min(item_.tile_height, item_.height - first);
  rows_ = packed_strip(format, item_.width, rows, band_.data());
  rows_.first = first;
  for (std::uint32_t column = 0; column < item_.columns; ++column) {
    while (ready_.empty()) {
      if (next_ == item_.tiles) {
        jobs_->finish();
      } else {
        Tile tile;
        tile.number = next_++;
        jobs_->push(std::move(tile));
      }
    }
    put(ready_.front());
    ready_.pop_front();
  }
  return rows_;
}

void GridReader::put(const Tile& tile) {
  const PixelFormat& format = *rows_.format;
  const Strip& from = tile.planes;
  const std::uint32_t left = tile.number % item_.columns * item_.tile_width;
  if (from.format != &format || from.width != item_.tile_width || from.rows != item_.tile_height) {
    throw Error(Status::Data, name_ + ": HEIF: tile " + std::to_string(tile.number + 1) + " is of another kind");
  }
  const std::uint32_t width = std::min(from.width, item_.width - left);
  for (int p = 0; p < format.planes; ++p) {
    const Plane &in = from.planes[static_cast<std::size_t>(p)], &out = rows_.planes[static_cast<std::size_t>(p)];
    const auto place = static_cast<std::size_t>(row_bytes(format, p, left)),
               bytes = static_cast<std::size_t>(row_bytes(format, p, width));
    for (std::uint32_t y = 0; y < out.rows; ++y)
      std::memcpy(out.row<std::byte>(y) + place, in.row<std::byte>(y), bytes);
  }
}

}  // namespace sl::heif
