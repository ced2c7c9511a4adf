// Planes to components, their differences, and those to bytes; and back.

#include "libcore/packing/packed_strip.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "libcore/base/endian.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/packing/byte_coder.h"
#include "libcore/packing/residuals.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/wire.h"

namespace sl::packing {

namespace {

constexpr std::uint8_t damaged_flag = 1, color_flag = 2;
constexpr std::size_t predictor_bytes = 1, segment_head_bytes = 5;

[[noreturn]] void bad(const std::string& what) { throw Error(Status::Data, what); }

// A plane as it lies in memory: `lanes` components side by side.
struct Layer {
  std::byte* data = nullptr;
  std::size_t width = 0;  // samples of one component in a row
  std::uint32_t rows = 0;
  std::size_t lanes = 1;
};

std::size_t lanes_of(const PixelFormat& format, int plane) {
  switch (format.packing) {
    case Packing::Interleaved:
      return static_cast<std::size_t>(format.components);
    case Packing::SemiPlanar:
      return plane == 1 ? 2 : 1;
    case Packing::Packed422:
      return 4;
    default:
      return 1;
  }
}

std::vector<Layer> layers_of(const Strip& strip) {
  std::vector<Layer> layers;
  for (int i = 0; i < strip.format->planes; ++i) {
    const Plane& plane = strip.planes[static_cast<std::size_t>(i)];
    assert(plane.rows < 2 || plane.stride == row_bytes(*strip.format, i, strip.width));
    const std::size_t lanes = lanes_of(*strip.format, i);
    layers.push_back({plane.data, plane.width / lanes, plane.rows, lanes});
  }
  return layers;
}

// Sound is a plane with a row for each moment.
std::vector<Layer> layers_of(const Track& track, std::byte* samples, std::uint32_t moments) {
  return {{samples, track.channels, moments, 1}};
}

std::size_t sample_bytes_of(const Track& track) {
  if (track.kind == Kind::Video) return static_cast<std::size_t>(track.pixels->sample_bytes());
  return sample_frame_bytes(track) / track.channels;
}

std::size_t components_of(const Track& track) {
  if (track.kind == Kind::Audio) return 1;
  return static_cast<std::size_t>(track.pixels->packing == Packing::Packed422 ? 4 : track.pixels->components);
}

// Whether red and blue may be sent less green, and where they are among the components.
bool has_color(const Track& track) {
  return track.kind == Kind::Video && track.pixels->model == Model::Rgb && track.pixels->sample != sl::Sample::F32;
}
struct ColorPlaces {
  std::size_t green, one, other;
};
ColorPlaces color_places(const PixelFormat& format) {
  return format.packing == Packing::Planar ? ColorPlaces{0, 1, 2} : ColorPlaces{1, 0, 2};
}

std::uint64_t raw_bytes_of(const Track& track, std::uint32_t rows) {
  if (track.kind == Kind::Audio) return saturating_multiply(sample_frame_bytes(track), rows);
  return strip_bytes(*track.pixels, track.width, rows);
}

std::uint64_t largest_of(const Track& track, std::uint64_t raw_bytes) {
  return raw_bytes + components_of(track) * (predictor_bytes + sample_bytes_of(track) * segment_head_bytes);
}

}  // namespace

StripHead read_strip_head(const Track& track, std::uint32_t next, std::span<const std::byte> bytes) {
  StripHead head;
  head.first = load_le<std::uint32_t>(bytes.data());
  head.rows = load_le<std::uint32_t>(bytes.data() + 4);
  head.length = load_le<std::uint32_t>(bytes.data() + 8);
  const auto flags = load_le<std::uint32_t>(bytes.data() + 12);
  head.damaged = (flags & damaged_flag) != 0;
  head.color = (flags & color_flag) != 0;
  if (flags > (damaged_flag | color_flag) || (head.color && !has_color(track))) bad("it has unknown flags");
  const std::uint64_t end = std::uint64_t{head.first} + head.rows;
  const bool picture = track.kind == Kind::Video;
  const std::string which =
      (picture ? "rows " : "samples ") + std::to_string(head.first) + " to " + std::to_string(end);
  if (head.first != next || head.rows == 0 || end > (picture ? track.height : ~std::uint32_t{0})) {
    bad(which + ", but " + std::to_string(next) + " is next");
  }
  const std::uint64_t raw = raw_bytes_of(track, head.rows);
  if (picture) {
    const std::uint32_t alignment = strip_alignment(track);
    if (head.rows % alignment != 0 && end != track.height) {
      bad(which + ", not a multiple of " + std::to_string(alignment));
    }
    if (raw + wire::rows_prefix_bytes > wire_limit::rows_body && head.rows > alignment) {
      bad(which + " are over 1 MiB, which could be less");
    }
    if (raw + wire::rows_prefix_bytes > wire_limit::body) bad(which + " do not fit a record of the wire");
  } else if (raw > most_sound_bytes && head.rows > 1) {
    bad(which + " are over 1 MiB, which could be less");
  }
  if (head.length > largest_of(track, raw)) {
    bad(which + " in " + std::to_string(head.length) + " bytes, more than they need");
  }
  return head;
}

struct StripCoder::State {
  ByteCoder coder;
  std::vector<std::byte> out, components, differences, bytes;

  template <class T>
  static T* memory(std::vector<std::byte>& held, std::uint64_t bytes) {
    if (held.size() < bytes) held.resize(static_cast<std::size_t>(bytes));
    return reinterpret_cast<T*>(held.data());
  }

  template <class T>
  std::span<const std::byte> pack(const Track& track, StripHead head, const std::vector<Layer>& layers) {
    const std::uint64_t raw = raw_bytes_of(track, head.rows);
    T* const apart = memory<T>(components, raw);
    T* const changed = memory<T>(differences, raw);
    struct Component {
      Samples<T> samples;
      Predictor predictor;
    };
    std::vector<Component> all;
    std::size_t at = 0;
    const bool sound = track.kind == Kind::Audio;
    for (const Layer& layer : layers) {
      const T* from = reinterpret_cast<const T*>(layer.data);
      const std::size_t count = layer.width * layer.rows;
      if (layer.lanes != 1) {
        Residuals<T>::split_lanes(from, count * layer.lanes, layer.lanes, apart + at);
        from = apart + at;
      }
      for (std::size_t lane = 0; lane < layer.lanes; ++lane, from += count, at += count) {
        const Samples<const T> samples{from, layer.width, layer.rows};
        const Predictor predictor = Residuals<T>::choose_predictor(samples, sound);
        Residuals<T>::subtract_prediction(predictor, samples, changed + at);
        all.push_back({{changed + at, layer.width, layer.rows}, predictor});
      }
    }
    if (has_color(track)) {
      const ColorPlaces places = color_places(*track.pixels);
      const Samples<T>&green = all[places.green].samples, &one = all[places.one].samples;
      head.color = Residuals<T>::is_smaller_less(one.data, green.data, green.count());
      if (head.color) {
        Residuals<T>::subtract(one.data, green.data, green.count());
        Residuals<T>::subtract(all[places.other].samples.data, green.data, green.count());
      }
    }
    std::byte* const start = memory<std::byte>(out, StripHead::bytes + largest_of(track, raw));
    std::byte* end = start + StripHead::bytes;
    for (const Component& component : all) {
      *end++ = static_cast<std::byte>(component.predictor);
      const std::size_t count = component.samples.count();
      const std::uint8_t* segment = reinterpret_cast<const std::uint8_t*>(component.samples.data);
      if constexpr (sizeof(T) > 1) {
        auto* const split = memory<std::uint8_t>(bytes, sizeof(T) * count);
        Residuals<T>::split_bytes(component.samples.data, count, split);
        segment = split;
      }
      for (std::size_t i = 0; i < sizeof(T); ++i, segment += count) {
        const ByteCoder::Coded coded =
            coder.encode({segment, count}, {reinterpret_cast<std::uint8_t*>(end + segment_head_bytes), count});
        *end = static_cast<std::byte>(coded.method);
        store_le(end + 1, static_cast<std::uint32_t>(coded.bytes));
        end += segment_head_bytes + coded.bytes;
      }
    }
    head.length = static_cast<std::uint32_t>(end - start - static_cast<std::ptrdiff_t>(StripHead::bytes));
    store_le(start, head.first);
    store_le(start + 4, head.rows);
    store_le(start + 8, head.length);
    store_le(start + 12, std::uint32_t{(head.damaged ? damaged_flag : 0U) | (head.color ? color_flag : 0U)});
    return {start, end};
  }

  template <class T>
  void unpack(const Track& track, const StripHead& head, std::span<const std::byte> body,
              const std::vector<Layer>& layers) {
    const std::uint64_t raw = raw_bytes_of(track, head.rows);
    struct Component {
      Samples<T> samples;
      Predictor predictor;
    };
    std::vector<Component> all;
    std::size_t at = 0;
    for (const Layer& layer : layers) {
      const std::size_t count = layer.width * layer.rows;
      // Components of their own are made where they belong.
      T* to = layer.lanes == 1 ? reinterpret_cast<T*>(layer.data) : memory<T>(components, raw) + at;
      at += layer.lanes == 1 ? 0 : count * layer.lanes;
      for (std::size_t lane = 0; lane < layer.lanes; ++lane, to += count) {
        const Samples<T> samples{to, layer.width, layer.rows};
        all.push_back({samples, unpack_component(samples, body)});
      }
    }
    if (!body.empty()) bad("bytes are left over");
    if (head.color) {
      const ColorPlaces places = color_places(*track.pixels);
      const Samples<T>& green = all[places.green].samples;
      for (const std::size_t place : {places.one, places.other}) {
        Residuals<T>::add(all[place].samples.data, green.data, green.count());
      }
    }
    for (const Component& component : all) Residuals<T>::add_prediction(component.predictor, component.samples);
    auto first = all.begin();
    for (const Layer& layer : layers) {
      if (layer.lanes != 1) {
        Residuals<T>::join_lanes(first->samples.data, layer.width * layer.rows * layer.lanes, layer.lanes,
                                 reinterpret_cast<T*>(layer.data));
      }
      first += static_cast<std::ptrdiff_t>(layer.lanes);
    }
  }

  // Take the differences of one component from the start of `body`.
  template <class T>
  Predictor unpack_component(const Samples<T>& to, std::span<const std::byte>& body) {
    if (body.empty()) bad("bytes are missing");
    const auto predictor = static_cast<std::uint8_t>(body[0]);
    if (predictor >= predictors) bad("it has an unknown predictor, " + std::to_string(predictor));
    body = body.subspan(predictor_bytes);
    const std::size_t count = to.count();
    auto* const segments =
        sizeof(T) == 1 ? reinterpret_cast<std::uint8_t*>(to.data) : memory<std::uint8_t>(bytes, sizeof(T) * count);
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      if (body.size() < segment_head_bytes) bad("bytes are missing");
      const auto method = static_cast<std::uint8_t>(body[0]);
      const auto length = load_le<std::uint32_t>(body.data() + 1);
      body = body.subspan(segment_head_bytes);
      if (method > static_cast<std::uint8_t>(Method::Zstd)) bad("it has an unknown method, " + std::to_string(method));
      if (length > body.size()) bad("bytes are missing");
      const std::span in(reinterpret_cast<const std::uint8_t*>(body.data()), length);
      if (!coder.decode(static_cast<Method>(method), in, {segments + i * count, count})) bad("its bytes do not unpack");
      body = body.subspan(length);
    }
    if constexpr (sizeof(T) > 1) Residuals<T>::join_bytes(segments, count, to.data);
    return static_cast<Predictor>(predictor);
  }

  // Call `use` with an integer as large as a sample.
  template <class Use>
  static decltype(auto) with_integer(const Track& track, const Use& use) {
    const std::size_t bytes = sample_bytes_of(track);
    if (bytes == 1) return use(std::uint8_t{});
    if (bytes == 2) return use(std::uint16_t{});
    return use(std::uint32_t{});
  }
};

StripCoder::StripCoder() : state_(std::make_unique<State>()) {}
StripCoder::~StripCoder() = default;

std::span<const std::byte> StripCoder::pack(const Track& track, const Strip& strip) {
  const StripHead head{.first = strip.first, .rows = strip.rows, .damaged = strip.damaged};
  return State::with_integer(track, [&]<class T>(T) { return state_->pack<T>(track, head, layers_of(strip)); });
}

std::span<const std::byte> StripCoder::pack(const Track& track, std::uint32_t first,
                                            std::span<const std::byte> samples) {
  const auto moments = static_cast<std::uint32_t>(samples.size() / sample_frame_bytes(track));
  const StripHead head{.first = first, .rows = moments};
  auto* const data = const_cast<std::byte*>(samples.data());  // it is only read
  return State::with_integer(track,
                             [&]<class T>(T) { return state_->pack<T>(track, head, layers_of(track, data, moments)); });
}

void StripCoder::unpack(const Track& track, const StripHead& head, std::span<const std::byte> body, const Strip& to) {
  State::with_integer(track, [&]<class T>(T) { state_->unpack<T>(track, head, body, layers_of(to)); });
}

void StripCoder::unpack(const Track& track, const StripHead& head, std::span<const std::byte> body,
                        std::span<std::byte> to) {
  State::with_integer(
      track, [&]<class T>(T) { state_->unpack<T>(track, head, body, layers_of(track, to.data(), head.rows)); });
}

}  // namespace sl::packing
