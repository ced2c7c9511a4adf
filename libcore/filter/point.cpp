// The parts of the point filters that do not depend on their kernel: streams, ranges, alpha, tables.

#include "libcore/filter/point.h"

#include <cmath>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/filter/pictures.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/convert/rows.h"
#include "libcore/pixels/working_space.h"
#include "libcore/wire/events.h"

namespace sl {

using wire::Type;

// ---- Streams ----

void pass_untied(Reader& in, const wire::Header& record, Writer& out) {
  const bool tied = wire::is_ancillary(record.type) && record.type != Type::Stage && record.type != Type::Event &&
                    (record.flags & wire::tied_to_pixels) != 0;
  if (!tied || (record.track != 0 && !in.track(record.track).is_raw_video())) return in.pass(record, out);
  std::string name = "record " + std::to_string(static_cast<int>(record.type));
  if (record.type == Type::Attachment) {
    const Attachment attachment = wire::read_attachment(record, in.body());
    if (attachment.bytes.empty()) return in.pass(record, out);
    name = "attachment " + attachment.name;
  }
  report_not_carried(out, record.track, name, "it belongs to pixels that are changed");
}

bool drop_geometry(Frame& frame) {
  if (frame.metadata.find("\"geometry\"") == std::string::npos) return false;
  Json metadata = parse_json(frame.metadata, wire_limit::long_json);
  if (metadata.erase("geometry") == 0) return false;
  frame.metadata = metadata.empty() ? std::string() : write_json(metadata);
  return true;
}

namespace {

class MappedPictures {
 public:
  MappedPictures(const Track& from, const Track& to, const std::function<void(const Track&, const Strip&)>& work)
      : steps_(from), work_(work) {
    steps_.convert_to(to);
  }
  [[nodiscard]] const Track& track() const { return steps_.track(); }
  [[nodiscard]] bool is_in_place() const { return steps_.empty(); }
  void push(const Strip& strip, const Step::Emit& emit) {
    steps_.push(strip, [&](const Strip& rows) {
      work_(track(), rows);
      emit(rows);
    });
  }

 private:
  Chain steps_;
  const std::function<void(const Track&, const Strip&)>& work_;
};

}  // namespace

void map_strips(Reader& in, Writer& out, const std::function<Track(const Track&)>& target,
                const std::function<void(const Track&, const Strip&)>& work) {
  each_picture<MappedPictures>(in, out, [&](const Track& from, std::uint16_t) {
    return std::make_unique<MappedPictures>(from, target(from), work);
  });
}

Track curve_track(const Track& track) {
  return working(track, convert::model_of(track) == Model::Yuv ? WorkingSpace::Rgb : WorkingSpace::Straight);
}

Track rgb_track(const Track& track) {
  return working(track, convert::model_of(track) == Model::Rgb ? WorkingSpace::Straight : WorkingSpace::Rgb);
}

// ---- map_colour ----

namespace loops {

void blend(std::byte* bytes, const std::byte* other, std::size_t count, const Mask& mask) {
  const Mask keep = mask;  // in registers: `bytes` may not alias it
  auto* out = reinterpret_cast<std::uint8_t*>(bytes);
  const auto* in = reinterpret_cast<const std::uint8_t*>(other);
  std::size_t i = 0;
  for (; i + keep.size() <= count; i += keep.size()) {
    for (std::size_t k = 0; k < keep.size(); ++k) {
      out[i + k] = static_cast<std::uint8_t>((out[i + k] & ~keep[k]) | (in[i + k] & keep[k]));
    }
  }
  for (std::size_t k = 0; i < count; ++i, ++k) {
    out[i] = static_cast<std::uint8_t>((out[i] & ~keep[k]) | (in[i] & keep[k]));
  }
}

Mask non_colour_mask(const PixelFormat& format) {
  Mask mask{};
  const auto sample = static_cast<std::size_t>(format.sample_bytes());
  for (std::size_t i = 0; i < mask.size(); ++i) {
    const std::size_t component = i / sample;
    const auto components = static_cast<std::size_t>(format.components);
    const bool other = format.packing == Packing::Packed422 ? component % 2 == (format.name == "yuyv422" ? 1 : 0)
                       : format.packing == Packing::Interleaved && format.alpha
                           ? component % components == components - 1
                           : false;
    mask[i] = other ? 0xff : 0;
  }
  return mask;
}

namespace {

template <class T>
void alpha_of(const Strip& strip, int plane, std::uint32_t y, float scale, std::vector<float>& alpha) {
  const PixelFormat& format = *strip.format;
  const auto value = [&](T sample) { return std::clamp(static_cast<float>(sample) * scale, 0.0f, 1.0f); };
  if (format.packing == Packing::Interleaved) {
    const auto step = static_cast<std::size_t>(format.components);
    const T* samples = strip.planes[0].row<T>(y);
    for (std::size_t i = 0; i < alpha.size(); i += step) {
      std::fill_n(alpha.begin() + static_cast<std::ptrdiff_t>(i), step, value(samples[i + step - 1]));
    }
    return;
  }
  const Plane& from = strip.planes[static_cast<std::size_t>(format.planes - 1)];
  const bool is_chroma = format.model == Model::Yuv && plane > 0;
  const int shift_x = is_chroma ? format.shift_x : 0, shift_y = is_chroma ? format.shift_y : 0;
  if (shift_x + shift_y == 0) {
    std::transform(from.row<T>(y), from.row<T>(y) + alpha.size(), alpha.begin(), value);
    return;
  }
  const std::uint32_t rows_end = std::min((y + 1) << shift_y, from.rows);
  for (std::size_t i = 0; i < alpha.size(); ++i) {
    const std::size_t end = std::min((i + 1) << shift_x, from.width);
    float sum = 0;
    int count = 0;
    for (std::uint32_t row = y << shift_y; row < rows_end; ++row) {
      for (std::size_t x = i << shift_x; x < end; ++x, ++count) sum += value(from.row<T>(row)[x]);
    }
    alpha[i] = sum / static_cast<float>(count);
  }
}

}  // namespace

void alpha_row(const Strip& strip, const Channels& channels, int plane, std::uint32_t y, std::vector<float>& alpha) {
  alpha.resize(strip.planes[static_cast<std::size_t>(plane)].width);
  const float scale = channels.largest == 0 ? 1.0f : 1.0f / static_cast<float>(channels.largest);
  switch (strip.format->sample) {
    case Sample::U8:
      return alpha_of<std::uint8_t>(strip, plane, y, scale, alpha);
    case Sample::U16:
      return alpha_of<std::uint16_t>(strip, plane, y, scale, alpha);
    case Sample::F32:
      return alpha_of<float>(strip, plane, y, scale, alpha);
  }
}

}  // namespace loops

// ---- map_curve ----

void map_curve(Reader& in, Writer& out, const Curve& curve) {
  Track known;
  std::unique_ptr<CurveTable> table;
  map_strips(in, out, curve_track, [&](const Track& track, const Strip& strip) {
    if (!table || known.pixels != track.pixels || known.color != track.color) {
      table = std::make_unique<CurveTable>(track, curve);
      known = track;
    }
    table->apply(strip);
  });
}

// ---- map_rgb ----

namespace loops {

struct RgbRows::State {
  Strip strip;
  convert::InputRows input;
  convert::RowReader reader;
  convert::RowWriter writer;
  CodeRange range;

  State(const Track& track, const Strip& s)
      : strip(s),
        input(*track.pixels, track.width),
        reader(*track.pixels, Model::Rgb, track.width),
        writer(*track.pixels, Model::Rgb, track.width),
        range(channels_of(track).colour) {
    input.add(strip);
  }
};

RgbRows::RgbRows(const Track& track, const Strip& strip) : state_(std::make_unique<State>(track, strip)) {
  rows.fill(std::vector<float>(strip.width));
}
RgbRows::~RgbRows() = default;

void RgbRows::load(std::uint32_t y) {
  State& s = *state_;
  for (int i = 0; i < 3; ++i) {
    std::vector<float>& row = rows[static_cast<std::size_t>(i)];
    convert::load_row(*s.strip.format, s.reader.row(s.input, i, s.strip.first + y), row.size(), row.data());
    for (float& v : row) v = (v - s.range.low) / (s.range.high - s.range.low);
  }
}

void RgbRows::store(std::uint32_t y) {
  State& s = *state_;
  for (int i = 0; i < 3; ++i) {
    std::vector<float>& row = rows[static_cast<std::size_t>(i)];
    for (float& v : row) v = v * (s.range.high - s.range.low) + s.range.low;
    convert::store_row(*s.strip.format, row.data(), row.size(), s.writer.row(s.strip, i, y));
    s.writer.done(s.strip, i, y);
  }
  if (!s.writer.has_alpha()) return;
  // Put the pixels together in place, with the alpha that was read with them.
  const std::byte* alpha = s.reader.row(s.input, convert::alpha_component, s.strip.first + y);
  std::byte* place = s.writer.row(s.strip, convert::alpha_component, y);
  if (place != alpha) {
    std::memcpy(place, alpha, s.strip.width * static_cast<std::size_t>(s.strip.format->sample_bytes()));
  }
  s.writer.done(s.strip, convert::alpha_component, y);
}

}  // namespace loops

}  // namespace sl
