// Splitting rows into components and putting them together.

#include "libcore/pixels/convert/rows.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "libcore/pixels/kernels.h"

namespace sl::convert {

namespace {

bool is_chroma_plane(const PixelFormat& format, std::size_t plane) {
  return format.model == Model::Yuv && (plane == 1 || (plane == 2 && format.planes > 2));
}

std::size_t component_width(const Component& component, std::uint32_t width) {
  return (std::size_t{width} + (1U << component.shift_x) - 1) >> component.shift_x;
}

template <class T>
void gather(const std::byte* row, const Component& from, std::size_t count, int low_bits, std::byte* to) {
  const T* in = reinterpret_cast<const T*>(row) + from.offset;
  T* out = reinterpret_cast<T*>(to);
  const auto step = static_cast<std::size_t>(from.step);
  for (std::size_t i = 0; i < count; ++i) out[i] = in[i * step];
  if constexpr (sizeof(T) == 2) {
    if (low_bits != 0) std::transform(out, out + count, out, [=](T v) { return static_cast<T>(v >> low_bits); });
  }
}

template <class T>
void scatter(const std::byte* from, std::size_t count, int low_bits, const Component& to, std::byte* row) {
  const T* in = reinterpret_cast<const T*>(from);
  T* out = reinterpret_cast<T*>(row) + to.offset;
  const auto step = static_cast<std::size_t>(to.step);
  for (std::size_t i = 0; i < count; ++i) {
    if constexpr (sizeof(T) == 2) {
      out[i * step] = static_cast<T>(in[i] << low_bits);
    } else {
      out[i * step] = in[i];
    }
  }
}

// Whether the kernels for three and four integer samples side by side do it.
bool whole_pixels(const PixelFormat& format) {
  return format.packing == Packing::Interleaved && format.components >= 3 && format.sample != Sample::F32;
}

int last_component(const PixelFormat& format) { return format.alpha ? alpha_component : 2; }

template <class T>
std::array<T*, 4> as(std::array<std::vector<std::byte>, 4>& rows) {
  std::array<T*, 4> typed;
  for (std::size_t i = 0; i < 4; ++i) typed[i] = reinterpret_cast<T*>(rows[i].data());
  return typed;
}

}  // namespace

std::array<Component, 4> components_of(const PixelFormat& format, Model model) {
  std::array<Component, 4> list;
  const int colours = format.components - (format.alpha ? 1 : 0);
  for (int i = 0; i < colours; ++i) {
    Component& c = list[static_cast<std::size_t>(i)];
    const bool chroma = model == Model::Yuv && i > 0;
    if (chroma) c.shift_x = format.shift_x, c.shift_y = format.shift_y;
    switch (format.packing) {
      case Packing::Planar:
        c.plane = model == Model::Rgb ? (i + 2) % 3 : i;
        break;  // planes are G, B, R
      case Packing::Interleaved:
        c.plane = 0, c.offset = i, c.step = format.components;
        break;
      case Packing::SemiPlanar:
        c.plane = chroma ? 1 : 0;
        if (chroma) c.offset = i - 1, c.step = 2;
        break;
      case Packing::Packed422: {
        const int luma_first = format.name == "yuyv422" ? 1 : 0;
        c.plane = 0;
        c.offset = chroma ? luma_first + 2 * (i - 1) : 1 - luma_first;
        c.step = chroma ? 4 : 2;
        break;
      }
    }
  }
  if (format.alpha) {
    const bool planar = format.packing == Packing::Planar;
    list[alpha_component] = {planar ? format.planes - 1 : 0, planar ? 0 : colours, planar ? 1 : format.components};
  }
  return list;
}

InputRows::InputRows(const PixelFormat& format, std::uint32_t width) : format_(format) {
  for (int plane = 0; plane < format.planes; ++plane) {
    held_[static_cast<std::size_t>(plane)].row_bytes = row_bytes(format, plane, width);
  }
}

std::uint32_t InputRows::first_of(std::size_t plane) const {
  return is_chroma_plane(format_, plane) ? strip_.first >> format_.shift_y : strip_.first;
}

void InputRows::add(const Strip& strip) {
  strip_ = strip;
  if (strip.first == 0) {
    for (KeptRows& held : held_) held.bytes.clear();
  }
}

const std::byte* InputRows::row(int plane, std::uint32_t y) const {
  const auto p = static_cast<std::size_t>(plane);
  const std::uint32_t first = first_of(p);
  if (y >= first) {
    assert(y - first < strip_.planes[p].rows);
    return strip_.planes[p].data + strip_.planes[p].stride * (y - first);
  }
  const KeptRows& held = held_[p];
  assert(y >= held.first && held.row_bytes * (y - held.first) < held.bytes.size());
  return held.bytes.data() + held.row_bytes * (y - held.first);
}

void InputRows::keep(std::uint32_t first, std::uint32_t first_chroma) {
  for (std::size_t p = 0; p < static_cast<std::size_t>(format_.planes); ++p) {
    KeptRows& held = held_[p];
    const std::uint32_t strip_first = first_of(p), strip_end = strip_first + strip_.planes[p].rows;
    const std::uint32_t from = is_chroma_plane(format_, p) ? first_chroma : first;
    if (from < strip_first) {
      held.bytes.erase(held.bytes.begin(),
                       held.bytes.begin() + static_cast<std::ptrdiff_t>(held.row_bytes * (from - held.first)));
    } else {
      held.bytes.clear();
    }
    held.first = from;
    for (std::uint32_t y = std::max(from, strip_first); y < strip_end; ++y) {
      const std::byte* row = strip_.planes[p].data + strip_.planes[p].stride * (y - strip_first);
      held.bytes.insert(held.bytes.end(), row, row + held.row_bytes);
    }
  }
}

RowReader::RowReader(const PixelFormat& format, Model model, std::uint32_t width)
    : format_(format), components_(components_of(format, model)), width_(width) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (components_[i].exists() && (components_[i].step > 1 || format.low_bits != 0)) {
      rows_[i].resize(this->width(static_cast<int>(i)) * static_cast<std::size_t>(format.sample_bytes()));
    }
  }
}

std::size_t RowReader::width(int component) const {
  return component_width(components_[static_cast<std::size_t>(component)], width_);
}

const std::byte* RowReader::row(const InputRows& in, int component, std::uint32_t y) {
  const auto i = static_cast<std::size_t>(component);
  const Component& from = components_[i];
  const std::byte* row = in.row(from.plane, y);
  if (rows_[i].empty()) return row;
  std::byte* out = rows_[i].data();
  if (whole_pixels(format_)) {
    if (component != 0) return out;
    if (format_.sample == Sample::U8) {
      auto rows = as<std::uint8_t>(rows_);
      kernels::deinterleave(reinterpret_cast<const std::uint8_t*>(row), format_.components, width_, rows.data());
    } else {
      auto rows = as<std::uint16_t>(rows_);
      kernels::deinterleave(reinterpret_cast<const std::uint16_t*>(row), format_.components, width_, rows.data());
    }
    return out;
  }
  switch (format_.sample) {
    case Sample::U8:
      gather<std::uint8_t>(row, from, width(component), 0, out);
      break;
    case Sample::U16:
      gather<std::uint16_t>(row, from, width(component), format_.low_bits, out);
      break;
    case Sample::F32:
      gather<float>(row, from, width(component), 0, out);
      break;
  }
  return out;
}

RowWriter::RowWriter(const PixelFormat& format, Model model, std::uint32_t width)
    : format_(format), components_(components_of(format, model)), width_(width) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (components_[i].exists() && !in_place(components_[i])) {
      rows_[i].resize(this->width(static_cast<int>(i)) * static_cast<std::size_t>(format.sample_bytes()));
    }
  }
}

bool RowWriter::in_place(const Component& component) const { return component.step == 1 && format_.low_bits == 0; }

std::size_t RowWriter::width(int component) const {
  return component_width(components_[static_cast<std::size_t>(component)], width_);
}

std::byte* RowWriter::row(const Strip& out, int component, std::uint32_t y) {
  const auto i = static_cast<std::size_t>(component);
  if (!rows_[i].empty()) return rows_[i].data();
  return out.planes[static_cast<std::size_t>(components_[i].plane)].row<std::byte>(y);
}

void RowWriter::done(const Strip& out, int component, std::uint32_t y) {
  const auto i = static_cast<std::size_t>(component);
  if (rows_[i].empty()) return;
  const Component& to = components_[i];
  const std::byte* in = rows_[i].data();
  std::byte* row = out.planes[static_cast<std::size_t>(to.plane)].row<std::byte>(y);
  if (whole_pixels(format_)) {
    if (component != last_component(format_)) return;
    const bool alpha = format_.alpha;
    if (format_.sample == Sample::U8) {
      auto r = as<std::uint8_t>(rows_);
      const std::uint8_t* const parts[] = {r[0], r[1], r[2], alpha ? r[3] : nullptr};
      kernels::interleave(parts, format_.components, width_, reinterpret_cast<std::uint8_t*>(row));
    } else {
      auto r = as<std::uint16_t>(rows_);
      const std::uint16_t* const parts[] = {r[0], r[1], r[2], alpha ? r[3] : nullptr};
      kernels::interleave(parts, format_.components, width_, reinterpret_cast<std::uint16_t*>(row));
    }
    return;
  }
  const std::size_t count = width(component);
  switch (format_.sample) {
    case Sample::U8:
      scatter<std::uint8_t>(in, count, 0, to, row);
      break;
    case Sample::U16:
      scatter<std::uint16_t>(in, count, format_.low_bits, to, row);
      break;
    case Sample::F32:
      scatter<float>(in, count, 0, to, row);
      break;
  }
  // The sample that two pixels share but an odd width has no second pixel for.
  if (format_.packing == Packing::Packed422 && component == 0 && width_ % 2 == 1) {
    row[static_cast<std::size_t>(to.offset) + 2 * count] = in[count - 1];
  }
}

void load_row(const PixelFormat& format, const std::byte* in, std::size_t count, float* out) {
  switch (format.sample) {
    case Sample::U8:
      kernels::load(reinterpret_cast<const std::uint8_t*>(in), count, out);
      break;
    case Sample::U16:
      kernels::load(reinterpret_cast<const std::uint16_t*>(in), count,
                    static_cast<std::uint16_t>((1U << format.bits) - 1), out);
      break;
    case Sample::F32: {
      constexpr float huge = 1e30F;  // keeps sums finite, so that no NaN arises later
      const auto* samples = reinterpret_cast<const float*>(in);
      for (std::size_t i = 0; i < count; ++i) {
        const float known = samples[i] == samples[i] ? samples[i] : 0;
        out[i] = known > huge ? huge : known < -huge ? -huge : known;
      }
      break;
    }
  }
}

void store_row(const PixelFormat& format, const float* in, std::size_t count, std::byte* out) {
  switch (format.sample) {
    case Sample::U8:
      kernels::store(in, count, 255, reinterpret_cast<std::uint8_t*>(out));
      break;
    case Sample::U16:
      kernels::store(in, count, static_cast<std::uint16_t>((1U << format.bits) - 1),
                     reinterpret_cast<std::uint16_t*>(out));
      break;
    case Sample::F32:
      std::memcpy(out, in, count * sizeof(float));
      break;
  }
}

}  // namespace sl::convert
