// Reads the cells of test cards: the mean of the middle of each cell, against the middle between the darkest and the
// brightest of them.

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>

#include "card_reader.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert.h"
#include "libcore/wire/reader.h"

namespace sl::pattern {

namespace {

Track as_gray(const Track& from) {
  Track track = from;
  track.pixels = &pixel_format("gray");
  track.alpha = Alpha::None;
  track.color.matrix = 2;
  track.color.range = Range::Full;
  return track;
}

class CardReader {
 public:
  explicit CardReader(const Track& track) : gray_(as_gray(track)), converter_(track, gray_) {}

  void push(const Strip& strip) {
    if (strip.first == 0) {
      sums_ = {};
      counts_ = {};
    }
    converter_.push(strip, [this](const Strip& made) {
      for (std::uint32_t y = 0; y < made.rows; ++y) add_row(made.first + y, made.planes[0].row<std::uint8_t>(y));
    });
  }

  [[nodiscard]] std::optional<TimeCode> code() const {
    std::array<double, TimeCode::bits> levels{};
    for (std::size_t i = 0; i < levels.size(); ++i) {
      if (counts_[i] == 0) return std::nullopt;
      levels[i] = static_cast<double>(sums_[i]) / static_cast<double>(counts_[i]);
    }
    const auto [dark, bright] = std::ranges::minmax(levels);
    constexpr double min_contrast = 32;
    if (bright - dark < min_contrast) return std::nullopt;
    std::array<bool, TimeCode::bits> cells{};
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = levels[i] > (dark + bright) / 2;
    return code_of(cells);
  }

 private:
  // Cells n of `count` along `size` pixels: the middle half of them, at least one pixel.
  static std::pair<std::uint32_t, std::uint32_t> middle(double n, double count, std::uint32_t size) {
    const auto first = static_cast<std::uint32_t>((n + 0.25) / count * size);
    const auto last = static_cast<std::uint32_t>((n + 0.75) / count * size);
    return {first, std::max(last, first + 1)};
  }

  void add_row(std::uint32_t y, const std::uint8_t* row) {
    for (int r = 0; r < TimeCode::rows; ++r) {
      const auto [top, bottom] = middle(TimeCode::top + r, TimeCode::of_height, gray_.height);
      if (y < top || y >= bottom) continue;
      for (int c = 0; c < TimeCode::columns; ++c) {
        const auto [left, right] = middle(c, TimeCode::columns, gray_.width);
        const auto cell = static_cast<std::size_t>(r * TimeCode::columns + c);
        for (std::uint32_t x = left; x < std::min(right, gray_.width); ++x) sums_[cell] += row[x];
        counts_[cell] += right - left;
      }
    }
  }

  Track gray_;
  Converter converter_;
  std::array<std::uint64_t, TimeCode::bits> sums_{}, counts_{};
};

}  // namespace

void read_cards(Reader& in, const std::function<void(const Frame&, const std::optional<TimeCode>&)>& found) {
  std::map<std::uint16_t, std::unique_ptr<CardReader>> readers;
  while (const auto record = in.next()) {
    if (record->type == wire::Type::Start) readers.clear();
    if (record->type == wire::Type::Track) readers.erase(record->track);
    if (record->type != wire::Type::Rows) continue;
    auto& reader = readers[record->track];
    if (!reader) reader = std::make_unique<CardReader>(in.track(record->track));
    const Strip strip = in.strip();
    reader->push(strip);
    if (strip.last) found(in.frame(record->track), reader->code());
  }
}

}  // namespace sl::pattern
