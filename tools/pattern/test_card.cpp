// The test card.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>

#include "glyphs.h"
#include "libcore/base/time_text.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/pixels/channels.h"
#include "test_card.h"
#include "time_code.h"

namespace sl::pattern {

namespace {

// Places in 24ths of the height (and, if noted, of the width).
constexpr double unit = 1. / TimeCode::of_height;
constexpr double bars_top = 2, bars_bottom = 6, ramp_bottom = 8;
constexpr double text_top = 9, text_bottom = 15;
constexpr double track_top = 16, track_bottom = 18;
constexpr double margin = 3;  // of the width

std::string clock_text(std::int64_t us) {
  std::array<char, 64> text{};
  const std::int64_t ms = us / 1000;
  std::snprintf(text.data(), text.size(), "%02lld:%02lld:%02lld.%03lld", static_cast<long long>(ms / 3600000),
                static_cast<long long>(ms / 60000 % 60), static_cast<long long>(ms / 1000 % 60),
                static_cast<long long>(ms % 1000));
  return text.data();
}

// "2026-11-21 15:40:33.123 UTC": with a space, which is easier to read from afar.
std::string date_text(std::int64_t utc_us) {
  std::string text = utc_text(utc_us * 1000, 3);
  text[text.find('T')] = ' ';
  text.back() = ' ';
  return text + "UTC";
}

}  // namespace

Picture card_background(const PictureOptions& options) {
  std::vector<Patch> patches{{0, 0, 1, 1, {0.5F, 0.5F, 0.5F}}};
  for (int i = 1; i < 16; ++i) {
    const double line = i / 16., half = 0.5 / options.width;
    patches.push_back({line - half, 0, line + half, 1, {0.6F, 0.6F, 0.6F}});
  }
  const double left = margin * unit, width = 1 - 2 * left;
  for (int i = 0; i < 8; ++i) {
    const auto part = [&](int bit) { return (i & bit) != 0 ? 0.F : 0.75F; };
    patches.push_back({left + width * i / 8,
                       bars_top * unit,
                       left + width * (i + 1) / 8,
                       bars_bottom * unit,
                       {part(2), part(4), part(1)}});
  }
  constexpr int steps = 32;
  for (int i = 0; i < steps; ++i) {
    const float level = static_cast<float>(i) / (steps - 1);
    patches.push_back({left + width * i / steps,
                       bars_bottom * unit,
                       left + width * (i + 1) / steps,
                       ramp_bottom * unit,
                       {level, level, level}});
  }
  patches.push_back({left, text_top * unit, 1 - left, text_bottom * unit, {0, 0, 0}});
  patches.push_back({left, track_top * unit, 1 - left, track_bottom * unit, {0, 0, 0}});
  patches.push_back({0, TimeCode::top * unit, 1, (TimeCode::top + TimeCode::rows) * unit, {0, 0, 0}});
  const Picture flat = picture_of(std::move(patches), options);
  return {[flat, options](std::uint64_t number, std::uint32_t y, std::span<float> row) {
            flat.fill(number, y, row);
            // A circle that shows the aspect, outside of the moving parts.
            const double in_units = (y + 0.5) / options.height / unit;
            if (in_units >= text_top && in_units < TimeCode::top + TimeCode::rows) return;
            const double radius = 0.47 * options.height, line = std::max(1., options.height / 360.);
            const double dy = y + 0.5 - options.height / 2.;
            for (std::size_t x = 0; x < row.size() / 3; ++x) {
              const double dx = static_cast<double>(x) + 0.5 - options.width / 2.;
              if (std::abs(std::hypot(dx, dy) - radius) < line)
                std::fill_n(row.begin() + static_cast<std::ptrdiff_t>(3 * x), 3, 1.F);
            }
          },
          false, true};
}

CardPainter::CardPainter(const Track& track) : format_(*track.pixels), width_(track.width), height_(track.height) {
  const Channels channels = channels_of(track);
  const auto code = [&](float value) {
    if (format_.sample != Sample::F32) return static_cast<std::uint32_t>(value) << format_.low_bits;
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
  };
  black_ = code(channels.colour.low);
  white_ = code(channels.colour.high);
}

CardPainter::Box CardPainter::box(double left, double top, double right, double bottom) const {
  const auto place = [](double part, std::uint32_t size) {
    return static_cast<std::uint32_t>(std::lround(part * size));
  };
  return {place(left, width_), place(top, height_), place(right, width_), place(bottom, height_)};
}

// Luma, or all colours of RGB; alpha and chroma stay.
void CardPainter::fill(std::span<std::byte> frame, const Box& box, bool white) const {
  const Strip strip = packed_strip(format_, width_, height_, frame.data());
  const std::uint32_t code = white ? white_ : black_;
  const auto bytes = static_cast<std::size_t>(format_.sample_bytes());
  const int colours = format_.model == Model::Rgb ? 3 : 1;
  // Samples of a plane from one pixel to the next, the first of them, and how many are colours.
  std::size_t step = 1, first = 0, some = 1;
  int planes = colours;
  if (format_.packing == Packing::Interleaved) {
    step = static_cast<std::size_t>(format_.components);
    some = static_cast<std::size_t>(colours);
    planes = 1;
  } else if (format_.packing == Packing::Packed422) {
    step = 2;
    first = format_.name == "uyvy422" ? 1 : 0;
  }
  for (int p = 0; p < planes; ++p) {
    const Plane& plane = strip.planes[static_cast<std::size_t>(p)];
    for (std::uint32_t y = box.top; y < box.bottom; ++y) {
      std::byte* row = plane.row<std::byte>(y);
      if (bytes == 1 && (step == 1 || some == step)) {
        std::memset(row + box.left * step, static_cast<int>(code), (box.right - box.left) * step);
        continue;
      }
      for (std::size_t x = box.left; x < box.right; ++x) {
        for (std::size_t i = 0; i < some; ++i) std::memcpy(row + (x * step + first + i) * bytes, &code, bytes);
      }
    }
  }
}

// One line, in letters as large as the box allows, in its middle.
void CardPainter::write(std::span<std::byte> frame, const Box& box, std::string_view text) const {
  constexpr std::uint32_t advance = 6, height = 8;
  const auto letters = static_cast<std::uint32_t>(text.size());
  const std::uint32_t dot = std::min((box.right - box.left) / (advance * letters), (box.bottom - box.top) / height);
  if (dot == 0) return;  // no room for letters; the cells are still there
  std::uint32_t left = (box.left + box.right - dot * (advance * letters - 1)) / 2;
  const std::uint32_t top = box.top + (box.bottom - box.top - dot * (height - 1)) / 2;
  for (const char letter : text) {
    const Glyph rows = glyph(letter);
    for (std::uint32_t y = 0; y < rows.size(); ++y) {
      for (std::uint32_t x = 0; x < 5; ++x) {
        if ((rows[y] >> (4 - x) & 1) == 0) continue;
        fill(frame, {left + x * dot, top + y * dot, left + (x + 1) * dot, top + (y + 1) * dot}, true);
      }
    }
    left += advance * dot;
  }
}

void CardPainter::paint(std::span<std::byte> frame, const Moment& moment) const {
  const double left = margin * unit;
  fill(frame, box(left, text_top * unit, 1 - left, text_bottom * unit), false);
  const double height = (text_bottom - text_top) / (moment.utc_us ? 3 : 2);
  const auto line = [&](int n) {
    return box(left, (text_top + height * n) * unit, 1 - left, (text_top + height * (n + 1)) * unit);
  };
  std::array<char, 40> number{};
  std::snprintf(number.data(), number.size(), "FRAME %06llu", static_cast<unsigned long long>(moment.number));
  write(frame, line(0), number.data());
  write(frame, line(1), clock_text(moment.time_us));
  if (moment.utc_us) write(frame, line(2), date_text(*moment.utc_us));

  constexpr std::int64_t second = 1'000'000;
  const std::int64_t in_second = moment.time_us % second;
  const Box lane = box(left, track_top * unit, 1 - left, track_bottom * unit);
  fill(frame, lane, false);
  const std::uint32_t wide = std::max((lane.right - lane.left) / 20, 1U);
  const auto at = lane.left + static_cast<std::uint32_t>(in_second * (lane.right - lane.left - wide) / second);
  fill(frame, {at, lane.top, at + wide, lane.bottom}, true);
  if (moment.flash) fill(frame, lane, true);

  const auto cells = cells_of({moment.number & 0xFFFFFFFF, moment.time_us & ((std::int64_t{1} << 44) - 1),
                               moment.utc_us.value_or(0) & ((std::int64_t{1} << 52) - 1)});
  for (int row = 0; row < TimeCode::rows; ++row) {
    for (int column = 0; column < TimeCode::columns; ++column) {
      const double x = 1. / TimeCode::columns;
      fill(frame, box(column * x, (TimeCode::top + row) * unit, (column + 1) * x, (TimeCode::top + row + 1) * unit),
           cells[static_cast<std::size_t>(row * TimeCode::columns + column)]);
    }
  }
}

}  // namespace sl::pattern
