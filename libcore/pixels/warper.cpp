// Which rows are needed and ready; units of rows of the new picture, made in several threads.

#include "libcore/pixels/warper.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/convert/rows.h"
#include "libcore/pixels/light.h"
#include "libcore/pixels/ordered.h"
#include "libcore/pixels/sampler.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

constexpr auto margin = static_cast<std::size_t>(sample_margin);

// One axis of a component: where its samples lie on the picture.
struct Place {
  int shift = 0;
  bool on_luma = false;
  [[nodiscard]] double step() const { return 1 << shift; }
  [[nodiscard]] double of_sample(std::uint32_t i) const { return on_luma ? (i * step()) + 0.5 : (i + 0.5) * step(); }
  void to_samples(double* places, std::size_t count) const {
    if (shift == 0) return;
    const double scale = 1 / step(), offset = on_luma ? 0.5 - 0.5 * scale : 0;
    for (std::size_t i = 0; i < count; ++i) places[i] = places[i] * scale + offset;
  }
};

// A component: a ring of its rows, each between margins of background.
struct Part {
  int number;
  Place across, down;
  std::uint32_t width, height;
  std::size_t sample_bytes;
  std::array<std::byte, 4> background{};
  std::size_t stride = 0;
  std::uint32_t capacity = 0;
  std::shared_ptr<std::byte[]> memory;
  std::vector<const std::byte*> rows;  // from row -margin on

  [[nodiscard]] std::uint64_t bytes_for(std::uint32_t kept) const {
    return std::uint64_t{std::min(height, (kept >> down.shift) + 3) + 1} * (width + 2 * margin) * sample_bytes;
  }
  void fill(std::byte* at, std::size_t samples) const {
    for (std::size_t i = 0; i < samples; ++i) std::memcpy(at + i * sample_bytes, background.data(), sample_bytes);
  }
  // The last row of the memory is background.
  template <class Take>
  void reserve(std::uint32_t kept, const Take& take) {
    capacity = std::min(height, (kept >> down.shift) + 3);
    stride = (width + 2 * margin) * sample_bytes;
    memory = take(stride * (capacity + 1));
    fill(memory.get() + stride * capacity, width + 2 * margin);
    rows.assign(height + 2 * margin, memory.get() + stride * capacity + margin * sample_bytes);
  }
  void load(std::uint32_t y, const std::byte* samples) {
    std::byte* row = memory.get() + stride * (y % capacity);
    fill(row, margin);
    std::memcpy(row + margin * sample_bytes, samples, width * sample_bytes);
    fill(row + (margin + width) * sample_bytes, margin);
    rows[y + margin] = row + margin * sample_bytes;
  }
};

std::vector<Part> parts_of(const Track& track) {
  const PixelFormat& format = *track.pixels;
  const Chroma siting = convert::decide(track, track).from.chroma;
  const auto placed = convert::components_of(format, format.model);
  std::vector<Part> parts;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const convert::Component& c = placed[i];
    if (!c.exists()) continue;
    Part part{};
    part.number = static_cast<int>(i);
    part.across = {c.shift_x, siting != Chroma::Center};
    part.down = {c.shift_y, siting == Chroma::TopLeft};
    part.width = (track.width + (1U << c.shift_x) - 1) >> c.shift_x;
    part.height = (track.height + (1U << c.shift_y) - 1) >> c.shift_y;
    part.sample_bytes = static_cast<std::size_t>(format.sample_bytes());
    parts.push_back(std::move(part));
  }
  return parts;
}

// Set the background of parts of `track`, which are those of `from`, or of its Light.
void paint(std::vector<Part>& parts, const Track& from, bool light, bool linear, const Rgba& color) {
  Track tiny = working(from, WorkingSpace::Decided);
  tiny.width = tiny.height = 16;
  Track floats = working(tiny, WorkingSpace::FloatRgba);
  std::vector<float> pixels;
  for (int i = 0; i < 16 * 16; ++i) pixels.insert(pixels.end(), {color.red, color.green, color.blue, color.alpha});
  Strip strip = packed_strip(*floats.pixels, 16, 16, reinterpret_cast<std::byte*>(pixels.data()));
  strip.last = true;
  const auto take = [&](const Strip& made) {
    if (made.first != 0) return;
    convert::InputRows rows(*made.format, made.width);
    rows.add(made);
    convert::RowReader reader(*made.format, made.format->model, made.width);
    for (Part& part : parts) {
      std::memcpy(part.background.data(), reader.row(rows, part.number, 0), part.sample_bytes);
    }
  };
  Converter converter(floats, tiny);
  std::optional<Light> lights;
  if (light) lights.emplace(tiny, tiny, linear);
  converter.push(strip, [&](const Strip& made) { lights ? lights->enter(made, take) : take(made); });
}

struct Rows {
  std::uint32_t first = 0, end = 0;
};

// The work of one thread, and memory for it.
struct Unit {
  Strip strip;
  std::vector<std::byte> samples;
  SamplePlan plan;
};

}  // namespace

struct Warper::State {
  Move move;
  Track to, from_floats, to_floats;
  std::optional<Light> light;
  std::unique_ptr<WarpMap> map;
  KernelTable table;
  convert::InputRows input;
  convert::RowReader reader;
  std::vector<Part> parts;
  std::uint32_t height_in, unit_rows;
  std::vector<Rows> needed;              // of each unit, rows of the input
  std::vector<std::uint32_t> kept_from;  // the first row that a unit or a later one needs
  std::vector<Unit> units;
  std::uint32_t loaded = 0, made = 0;  // rows of the input; units
  std::vector<Rows> damaged;
  const Emit* emit = nullptr;
  Ordered<Unit*> team;

  State(const Track& from, const Size& size, std::unique_ptr<WarpMap> wanted, const Settings& settings)
      : to(from),
        map(std::move(wanted)),
        table(settings.kernel),
        input(*work_track(from, size, settings).pixels, from.width),
        reader(*from_floats.pixels, from_floats.pixels->model, from.width),
        parts(parts_of(from_floats)),
        height_in(from.height),
        unit_rows(unit_rows_of(to_floats)),
        units(static_cast<std::size_t>(std::max(settings.threads, 1))),
        team(
            settings.threads, [this](Unit*& unit) { make(*unit); },
            [this](Unit*& unit) { light ? light->leave(unit->strip, *emit) : (*emit)(unit->strip); }) {
    paint(parts, from, light.has_value(), settings.linear, settings.background);
    plan(settings);
  }

  // Set the tracks, and the way through light.
  const Track& work_track(const Track& from, const Size& size, const Settings& settings) {
    if (from.fields == Fields::Top || from.fields == Fields::Bottom) {
      throw Error(Status::Data,
                  "the two fields of interlaced frames, which are different moments, would be mixed (sl-deinterlace "
                  "makes one of them)");
    }
    check_pixels("frame", size.width, size.height);
    if (std::max(from.width, from.height) > (1U << 20)) {
      throw Error(Status::Limit,
                  "a picture of " + size_text({from.width, from.height}) + " pixels is too long to be warped");
    }
    const bool turned = turn_of(from.orientation).swap;
    move = scale_to(from, turned ? Size{size.height, size.width} : size);
    move.step_x = move.step_y = 1;
    move.shape = {1, 1};
    move.scatters = true;
    to = with_same_matrix(from, moved_track(from, move));
    from_floats = from;
    to_floats = to;
    if (settings.kernel != Kernel::Nearest && Light::needed(from, settings.linear)) {
      light.emplace(from, to, settings.linear);
      from_floats = light->from();
      to_floats = light->to();
    }
    return from_floats;
  }

  static std::uint32_t unit_rows_of(const Track& track) {
    constexpr std::uint64_t most = 4 << 20;  // bytes
    const std::uint32_t alignment = strip_alignment(track), full = std::max(16U, alignment);
    return strip_bytes(*track.pixels, track.width, full) <= most ? full : alignment;
  }

  // Find the rows that each unit needs, and how many of them are needed at a time.
  void plan(const Settings& settings) {
    const std::uint32_t count = (to.height + unit_rows - 1) / unit_rows;
    int shift = 0;
    for (const Part& part : parts) shift = std::max({shift, part.across.shift, part.down.shift});
    const double reach = static_cast<double>(table.taps() << shift);
    const auto clamped = [&](double row) {
      return static_cast<std::uint32_t>(std::clamp(row, 0.0, static_cast<double>(height_in)));
    };
    for (std::uint32_t k = 0; k < count; ++k) {
      const double top = k * unit_rows, bottom = std::min(to.height, (k + 1) * unit_rows);
      // Samples of chroma may lie outside the pixels that they belong to.
      const WarpMap::Reach rows =
          map->rows(top - 1, bottom + (1 << shift), to.width + (1 << shift), -reach, input_width() + reach);
      Rows need{clamped(std::floor(rows.low - reach)), clamped(std::ceil(rows.high + reach))};
      if (!(rows.low <= rows.high) || need.first >= need.end) need = {height_in, 0};
      needed.push_back(need);
    }
    kept_from.resize(count);
    std::uint32_t first = height_in;
    for (std::uint32_t k = count; k-- > 0;) kept_from[k] = first = std::min(first, needed[k].first);
    const auto most = [this] {
      std::uint32_t rows = 1, end = 0;
      for (std::uint32_t k = 0; k < kept_from.size(); k += static_cast<std::uint32_t>(units.size())) {
        end = std::max(end, batch_end(k));
        if (end > kept_from[k]) rows = std::max(rows, end - kept_from[k]);
      }
      return rows;
    };
    const std::uint32_t kept = most();
    constexpr std::string_view purpose = "what is needed of it at a time";
    std::uint64_t bytes = 0;
    for (const Part& part : parts) bytes += part.bytes_for(kept);
    if (!settings.memory) check_memory("frame", bytes, purpose);
    for (Part& part : parts) {
      part.reserve(kept, [&](std::size_t count) {
        return settings.memory ? settings.memory(count, purpose) : std::shared_ptr<std::byte[]>(new std::byte[count]);
      });
    }
  }

  [[nodiscard]] double input_width() const { return parts.front().width; }

  // The rows that the next batch of units needs.
  [[nodiscard]] std::uint32_t batch_end(std::uint32_t first) const {
    std::uint32_t end = 0;
    for (std::uint32_t k = first; k < needed.size() && k < first + units.size(); ++k)
      end = std::max(end, needed[k].end);
    return end;
  }

  void load(std::uint32_t y) {
    for (Part& part : parts) {
      if ((y & ((1U << part.down.shift) - 1)) != 0) continue;
      const std::uint32_t row = y >> part.down.shift;
      part.load(row, reader.row(input, part.number, row));
    }
    loaded = y + 1;
  }

  void push(const Strip& strip, const Emit& to_caller) {
    emit = &to_caller;
    if (strip.first == 0) {
      loaded = made = 0;
      damaged.clear();
    }
    if (strip.damaged) damaged.push_back({strip.first, strip.first + strip.rows});
    input.add(strip);
    for (std::uint32_t y = strip.first; y < strip.first + strip.rows; ++y) {
      load(y);
      while (made < needed.size() && loaded >= batch_end(made)) make_batch();
    }
  }

  void make_batch() {
    for (Unit& unit : units) {
      if (made == needed.size()) break;
      const std::uint32_t first = made * unit_rows, rows = std::min(unit_rows, to.height - first);
      unit.samples.resize(std::max<std::size_t>(unit.samples.size(), strip_bytes(*to_floats.pixels, to.width, rows)));
      unit.strip = packed_strip(*to_floats.pixels, to.width, rows, unit.samples.data());
      unit.strip.first = first;
      unit.strip.last = first + rows == to.height;
      const Rows need = needed[made];
      unit.strip.damaged =
          std::ranges::any_of(damaged, [&](const Rows& d) { return d.first < need.end && d.end > need.first; });
      team.push(&unit);
      ++made;
    }
    team.finish();
  }

  // ---- In any thread ----

  void make(Unit& unit) const {
    switch (to_floats.pixels->sample) {
      case Sample::U8:
        return make_samples<std::uint8_t>(unit);
      case Sample::U16:
        return make_samples<std::uint16_t>(unit);
      case Sample::F32:
        return make_samples<float>(unit);
    }
  }

  template <class T>
  void make_samples(Unit& unit) const {
    convert::RowWriter writer(*to_floats.pixels, to_floats.pixels->model, to.width);
    for (std::size_t first = 0; first < parts.size();) {
      // Parts with the same places share what is computed of these.
      std::size_t end = first + 1;
      while (end < parts.size() && parts[end].across.shift == parts[first].across.shift &&
             parts[end].down.shift == parts[first].down.shift) {
        ++end;
      }
      make_parts<T>(unit, std::span(parts).subspan(first, end - first), writer);
      first = end;
    }
  }

  template <class T>
  void make_parts(Unit& unit, std::span<const Part> same, convert::RowWriter& writer) const {
    const Part& lead = same.front();
    const std::uint32_t shift = static_cast<std::uint32_t>(lead.down.shift);
    const std::uint32_t first = unit.strip.first >> shift, rows = (unit.strip.rows + (1U << shift) - 1) >> shift;
    const std::size_t width = writer.width(lead.number);
    const T largest = static_cast<T>(std::is_same_v<T, float> ? 1 : (1 << to_floats.pixels->bits) - 1);
    std::array<double, SamplePlan::block> u, v;
    std::array<T*, 4> out{};
    for (std::uint32_t y = 0; y < rows; ++y) {
      for (std::size_t p = 0; p < same.size(); ++p) {
        out[p] = reinterpret_cast<T*>(writer.row(unit.strip, same[p].number, y));
      }
      for (std::size_t x = 0; x < width; x += SamplePlan::block) {
        const std::size_t count = std::min(SamplePlan::block, width - x);
        map->places({lead.across.of_sample(static_cast<std::uint32_t>(x)), lead.down.of_sample(first + y)},
                    {lead.across.step(), 0}, count, u.data(), v.data());
        lead.across.to_samples(u.data(), count);
        lead.down.to_samples(v.data(), count);
        plan_samples(table, std::is_same_v<T, std::uint8_t>, u.data(), v.data(), count, lead.width, lead.height,
                     unit.plan);
        for (std::size_t p = 0; p < same.size(); ++p) {
          T background;
          std::memcpy(&background, same[p].background.data(), sizeof(T));
          sample(table, unit.plan, count, reinterpret_cast<const T* const*>(same[p].rows.data()), background, largest,
                 out[p] + x);
        }
      }
      for (const Part& part : same) writer.done(unit.strip, part.number, y);
    }
  }
};

Warper::Warper(const Track& from, const Size& size, std::unique_ptr<WarpMap> map, const Settings& settings)
    : state_(std::make_unique<State>(from, size, std::move(map), settings)) {}
Warper::Warper(Warper&&) noexcept = default;
Warper::~Warper() = default;

const Track& Warper::track() const { return state_->to; }
const Move& Warper::move() const { return state_->move; }

void Warper::push(const Strip& strip, const Emit& emit) {
  State& s = *state_;
  if (!s.light) return s.push(strip, emit);
  s.light->enter(strip, [&](const Strip& floats) { s.push(floats, emit); });
}

}  // namespace sl
