// Which rows are needed and ready, and their making in several threads, a unit of rows each.

#include "libcore/pixels/separable.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/convert/rows.h"
#include "libcore/pixels/ordered.h"
#include "libcore/pixels/separable_component.h"
#include "libcore/pixels/weigh.h"

namespace sl {

namespace {

// A component, and its place in the picture.
struct Part {
  int number, shift_y;
  bool in_place;  // its rows are made in the output strip
  std::unique_ptr<separable::Component> component;

  [[nodiscard]] std::uint32_t rows_of(std::uint32_t rows) const { return (rows + (1U << shift_y) - 1) >> shift_y; }
};

std::vector<Part> parts_of(const Track& from, const Track& to, const Separable::MakeComponent& make) {
  const PixelFormat& format = *from.pixels;
  const Chroma siting = convert::decide(from, from).from.chroma;
  const auto placed = convert::components_of(format, format.model);
  std::vector<Part> parts;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const convert::Component& c = placed[i];
    if (!c.exists()) continue;
    const AxisPlace across{from.width, to.width, c.shift_x, siting != Chroma::Center};
    const AxisPlace down{from.height, to.height, c.shift_y, siting == Chroma::TopLeft};
    const bool in_place = c.step == 1 && format.low_bits == 0;
    parts.push_back({static_cast<int>(i), c.shift_y, in_place, make(format, across, down)});
  }
  return parts;
}

// Rows of the frame that one thread makes at a time: a full set of lanes for chroma too, but of wide pictures fewer.
std::uint32_t unit_rows_of(const Track& to) {
  constexpr std::uint64_t most = 4 << 20;  // bytes
  const std::uint32_t alignment = strip_alignment(to), full = weigh::lanes << to.pixels->shift_y;
  return strip_bytes(*to.pixels, to.width, full) <= most ? std::max(alignment, full) : alignment;
}

// The work of one thread: rows of a strip, and the memory for it.
struct Unit {
  Strip strip;
  std::vector<std::byte> samples, gathered;
  separable::Scratch scratch;
};

}  // namespace

struct Separable::State {
  Track to;
  std::uint32_t height_in;
  convert::InputRows input;
  convert::RowReader reader;
  std::vector<Part> parts;
  std::uint32_t unit_rows;
  std::vector<Unit> units;
  std::uint32_t loaded = 0, made = 0, needed = 0;  // rows of the frame; `needed` for the next batch
  struct Rows {
    std::uint32_t first, end;
  };
  std::vector<Rows> damaged;  // of the input, those that rows still to be made may be made of
  const Emit* emit = nullptr;
  Ordered<Unit*> team;

  State(const Track& from, const Track& target, const MakeComponent& make_component, int threads)
      : to(target),
        height_in(from.height),
        input(*from.pixels, from.width),
        reader(*from.pixels, from.pixels->model, from.width),
        parts(parts_of(from, target, make_component)),
        unit_rows(unit_rows_of(target)),
        units(static_cast<std::size_t>(std::max(threads, 1))),
        team(
            threads, [this](Unit*& unit) { make(*unit); }, [this](Unit*& unit) { (*emit)(unit->strip); }) {
    reserve();
  }

  [[nodiscard]] std::uint32_t batch_rows() const { return unit_rows * static_cast<std::uint32_t>(units.size()); }

  // Take the memory of the rings. More threads than 12 MiB of rows are for would only fill the cache.
  void reserve() {
    constexpr std::uint64_t enough = 12 << 20;
    while (units.size() > 1 && memory(true) > enough) units.pop_back();
    check_memory("frame", memory(true), "rows to weigh");
    memory(false);
  }

  // Return the bytes of all rings, and take them unless `measure`: those rows that a batch reaches, and those that luma
  // runs ahead of chroma.
  std::uint64_t memory(bool measure) {
    double furthest = 0;
    for (const Part& part : parts) {
      const Axis& rows = part.component->rows();
      const double after = rows.first() + rows.radius() + part.component->delay() + 3;
      furthest = std::max(furthest, after * (1 << part.shift_y));
    }
    std::uint64_t bytes = strip_bytes(*to.pixels, to.width, unit_rows) * units.size() * 2;
    for (const Part& part : parts) {
      const Axis& rows = part.component->rows();
      const double batch = rows.reach_of(part.rows_of(batch_rows())) - 2 * rows.radius();
      const double most = batch + furthest / (1 << part.shift_y) - rows.first() + rows.radius() + 4;
      const auto kept = static_cast<std::uint32_t>(std::min(most, static_cast<double>(rows.in())));
      bytes += part.component->reserve(kept, measure) + part.component->scratch_bytes() * units.size();
    }
    return bytes;
  }

  void start() {
    loaded = made = 0;
    damaged.clear();
    needed = needed_for(next_end());
  }

  [[nodiscard]] std::uint32_t next_end() const { return std::min(to.height - made, batch_rows()) + made; }

  // The input rows that the output rows up to `end` need.
  [[nodiscard]] std::uint32_t needed_for(std::uint32_t end) const {
    std::uint64_t rows = 0;
    for (const Part& part : parts) {
      const Axis::Span reach = part.component->rows().reach(part.rows_of(end) - 1);
      const std::uint64_t last = std::uint64_t{reach.first} + reach.count - 1 + part.component->delay();
      rows = std::max(rows, (last << part.shift_y) + 1);
    }
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(rows, height_in));
  }

  // The first input row that output row `first` needs.
  [[nodiscard]] std::uint32_t oldest_for(std::uint32_t first) const {
    std::uint32_t row = ~0U;
    for (const Part& part : parts) {
      row = std::min(row, part.component->rows().reach(first >> part.shift_y).first << part.shift_y);
    }
    return row;
  }

  void load(std::uint32_t y) {
    for (Part& part : parts) {
      if ((y & ((1U << part.shift_y) - 1)) != 0) continue;
      const std::uint32_t row = y >> part.shift_y;
      part.component->load(row, reader.row(input, part.number, row));
    }
    loaded = y + 1;
  }

  void make_batch(std::uint32_t end, const Emit& to_caller) {
    emit = &to_caller;
    for (std::size_t u = 0; made < end; ++u) {
      Unit& unit = units[u];
      const std::uint32_t rows = std::min(unit_rows, end - made);
      unit.samples.resize(std::max<std::size_t>(unit.samples.size(), strip_bytes(*to.pixels, to.width, rows)));
      unit.strip = packed_strip(*to.pixels, to.width, rows, unit.samples.data());
      unit.strip.first = made;
      unit.strip.last = made + rows == to.height;
      const std::uint32_t oldest = oldest_for(made), after = needed_for(made + rows);
      unit.strip.damaged = std::ranges::any_of(damaged, [&](Rows d) { return d.first < after && d.end > oldest; });
      team.push(&unit);
      made += rows;
    }
    team.finish();
    if (made == to.height) return;
    needed = needed_for(next_end());
    std::erase_if(damaged, [oldest = oldest_for(made)](Rows d) { return d.end <= oldest; });
  }

  // Any thread.
  void make(Unit& unit) const {
    convert::RowWriter writer(*to.pixels, to.pixels->model, to.width);
    std::array<std::byte*, 4> gathered{};
    std::size_t used = 0;
    for (const Part& part : parts) {
      if (!part.in_place) used += part.rows_of(unit.strip.rows) * row_bytes(writer, part);
    }
    unit.gathered.resize(std::max(unit.gathered.size(), used));
    used = 0;
    for (const Part& part : parts) {
      const std::size_t bytes = row_bytes(writer, part);
      const std::uint32_t first = unit.strip.first >> part.shift_y, rows = part.rows_of(unit.strip.rows);
      std::byte*& memory = gathered[static_cast<std::size_t>(part.number)];
      memory = unit.gathered.data() + used;
      if (!part.in_place) used += rows * bytes;
      for (std::uint32_t y = 0; y < rows; y += weigh::lanes) {
        std::array<std::byte*, weigh::lanes> out{};
        const std::uint32_t count = std::min<std::uint32_t>(weigh::lanes, rows - y);
        for (std::uint32_t r = 0; r < count; ++r) {
          out[r] = part.in_place ? writer.row(unit.strip, part.number, y + r) : memory + bytes * (y + r);
        }
        part.component->make(first + y, count, out.data(), unit.scratch);
      }
    }
    if (used != 0) put_together(unit.strip, gathered, writer);
  }

  // Interleave the components that were made apart.
  void put_together(const Strip& strip, const std::array<std::byte*, 4>& gathered, convert::RowWriter& writer) const {
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      for (const Part& part : parts) {
        if (part.in_place || y >= part.rows_of(strip.rows)) continue;
        const std::size_t bytes = row_bytes(writer, part);
        const std::byte* row = gathered[static_cast<std::size_t>(part.number)] + bytes * y;
        std::memcpy(writer.row(strip, part.number, y), row, bytes);
        writer.done(strip, part.number, y);
      }
    }
  }

  [[nodiscard]] std::size_t row_bytes(const convert::RowWriter& writer, const Part& part) const {
    return writer.width(part.number) * static_cast<std::size_t>(to.pixels->sample_bytes());
  }
};

Separable::Separable(const Track& from, const Track& to, const MakeComponent& make, int threads)
    : state_(std::make_unique<State>(from, to, make, threads)) {}
Separable::~Separable() = default;

void Separable::push(const Strip& strip, const Emit& emit) {
  State& s = *state_;
  if (strip.first == 0) s.start();
  if (strip.damaged) s.damaged.push_back({strip.first, strip.first + strip.rows});
  s.input.add(strip);
  for (std::uint32_t y = strip.first; y < strip.first + strip.rows; ++y) {
    s.load(y);
    while (s.made < s.to.height && s.loaded >= s.needed) s.make_batch(s.next_end(), emit);
  }
}

void Separable::flush(const Emit& emit) {
  State& s = *state_;
  const std::uint32_t alignment = strip_alignment(s.to), most = s.next_end();
  std::uint32_t end = s.made;
  while (end + alignment < most && s.needed_for(end + alignment) <= s.loaded) end += alignment;
  if (end > s.made) s.make_batch(end, emit);
}

}  // namespace sl
