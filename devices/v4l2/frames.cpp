// Numbers, times and samples of a camera's frames.

#include "devices/v4l2/frames.h"

#include <linux/videodev2.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/json.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/events.h"

namespace sl::v4l2 {

namespace {

constexpr std::uint16_t track_number = 1;
constexpr Rational microseconds{1, 1'000'000};  // the unit of the driver's stamps

// Bytes `bytes[0..n)` of each group of `group` bytes.
template <int n>
void pick(const std::byte* from, std::size_t group, const std::array<std::uint8_t, 4>& bytes, std::byte* to,
          std::size_t groups) {
  for (std::size_t i = 0; i < groups; ++i, from += group) {
    for (int k = 0; k < n; ++k) *to++ = from[bytes[static_cast<std::size_t>(k)]];
  }
}

void pick_row(const std::byte* from, std::size_t group, const WirePlane& plane, std::byte* to, std::size_t groups) {
  constexpr std::array picks{pick<1>, pick<2>, pick<3>, pick<4>};
  picks.at(plane.count - 1u)(from, group, plane.bytes, to, groups);
}

// Samples of `bits` in the low bits of 16 to the whole range of 16.
void widen(std::byte* row, std::size_t samples, int bits) {
  for (std::size_t i = 0; i < samples; ++i) {
    std::uint16_t value = 0;
    std::memcpy(&value, row + 2 * i, 2);
    value = static_cast<std::uint16_t>(value << (16 - bits) | value >> (2 * bits - 16));
    std::memcpy(row + 2 * i, &value, 2);
  }
}

// Whether a packet can be decoded without others. Drivers do not always say.
bool is_key(const Format& format, const Buffer& buffer, std::span<const std::byte> packet) {
  if (format.codec == "mjpeg" || (buffer.flags & V4L2_BUF_FLAG_KEYFRAME) != 0) return true;
  if (format.codec != "h264") return (buffer.flags & (V4L2_BUF_FLAG_PFRAME | V4L2_BUF_FLAG_BFRAME)) == 0;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(packet.data());
  for (std::size_t i = 0; i + 3 < packet.size(); ++i) {
    if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1 && (bytes[i + 3] & 31) == 5) return true;  // IDR slice
  }
  return false;
}

bool is_jpeg(std::span<const std::byte> packet) {
  return packet.size() > 4 && packet[0] == std::byte{0xff} && packet[1] == std::byte{0xd8};
}

}  // namespace

Frames::Frames(Writer& out, Identity camera, bool names_camera)
    : out_(out), camera_(std::move(camera)), names_camera_(names_camera) {}

Track Frames::describe() const {
  const Format& format = picture_.format;
  Track track;
  track.codec = format.codec;
  track.time_base = microseconds;
  track.live = true;
  track.width = picture_.mode.size.width;
  track.height = picture_.mode.size.height;
  track.rate = picture_.mode.rate;
  track.sample_aspect = picture_.sample_aspect;
  track.fields = picture_.fields;
  if (format.is_raw()) {
    track.pixels = &pixel_format(format.pixels);
    track.color = color_of(picture_.color, track.pixels);
    track.bits = format.bits;
    if (track.pixels->alpha) track.alpha = picture_.premultiplied ? Alpha::Premultiplied : Alpha::Straight;
  }  // packets carry their colour themselves
  constexpr std::array stamps{"end of frame", "start of exposure", "taken from the driver"};
  Json meta{{"stamp", stamps.at(static_cast<std::size_t>(picture_.stamp))},
            {"fourcc", fourcc_name(picture_.mode.fourcc)}};
  Json rest;
  if (names_camera_) {
    rest["source"] = camera_.serial.empty() ? camera_.bus : camera_.serial;
    rest["title"] = camera_.card;
    meta.update({{"driver", camera_.driver}, {"bus", camera_.bus}});
  }
  rest["meta"] = meta;
  track.rest = write_json(rest);
  // The light of a frame fell before its end, by exposure and read-out: one interval at most. A start of exposure is
  // as good as the driver's interrupt. Without stamps it may also have waited in each of the buffers.
  const std::int64_t interval =
      track.rate.num != 0 ? rescale(1, {track.rate.den, track.rate.num}, {1, ns_per_second}) : ns_per_second;
  const std::int64_t uncertainty = picture_.stamp == Stamp::StartOfExposure
                                       ? std::min<std::int64_t>(interval, 1'000'000)
                                   : picture_.stamp == Stamp::EndOfFrame ? interval
                                                                         : 4 * interval;
  set_clock(track, monotonic_clock_id(), uncertainty);
  return track;
}

void Frames::announce(const Picture& picture, const std::string& gap_why) {
  picture_ = picture;
  const Track track = describe();
  strip_rows_ = picture.format.is_copied() ? strip_rows(track) : track.height;
  gap_why_ = gap_why;
  waits_for_key_ = !picture.format.is_raw();
  last_sequence_.reset();
  out_.track(track_number, track);
  out_.flush();
}

std::int64_t Frames::elapsed(const Buffer& buffer) const { return first_ ? buffer.stamp - *first_ : 0; }

// Extend the driver's sequence beyond 32 bits, and continue it over a restart after a gap. If a driver does
// not count, or goes back, count here.
void Frames::number(const Buffer& buffer) {
  if (last_sequence_) {
    const std::uint32_t step = buffer.sequence - *last_sequence_;
    number_ = step == 0 || step > 1u << 31 ? next_ : number_ + step;
  } else {
    number_ = std::max<std::uint64_t>(next_, count_ == 0 ? buffer.sequence : 0);
    if (count_ == 0) next_ = number_;
  }
  last_sequence_ = buffer.sequence;
  if (number_ > next_) write_dropped(out_, track_number, next_, number_ - 1, "the driver had no buffer, or no frame");
  next_ = number_ + 1;
}

void Frames::lose(const char* why) { write_dropped(out_, track_number, number_, number_, why); }

bool Frames::is_short(const Buffer& buffer) const {
  const Format& format = picture_.format;
  for (int i = 0; i < format.planes; ++i) {
    const PlanePlace& place = picture_.places.at(static_cast<std::size_t>(i));
    const Size& size = picture_.mode.size;
    const std::uint64_t end = place.offset + std::uint64_t{place.stride} * (format.rows(i, size.height) - 1) +
                              format.row_bytes(i, size.width);
    const Buffer::Memory& memory = buffer.memory.at(place.memory);
    if (end > memory.all.size() || place.stride < format.row_bytes(i, size.width)) {
      throw Error(Status::Data, camera_.path + ": the driver's buffer of " + std::to_string(memory.all.size()) +
                                    " bytes holds no picture of this size");
    }
    if (end > memory.used) return true;
  }
  return false;
}

bool Frames::write(const Buffer& buffer) {
  const Format& format = picture_.format;
  number(buffer);
  const Buffer::Memory& packet = buffer.memory.at(0);
  const auto bytes = packet.all.first(packet.used);
  const bool reported = (buffer.flags & V4L2_BUF_FLAG_ERROR) != 0;
  const bool key = format.is_raw() || is_key(format, buffer, bytes);
  const char* fault = packet.used == 0                             ? "an empty buffer"
                      : format.is_raw()                            ? nullptr
                      : format.codec == "mjpeg" && !is_jpeg(bytes) ? "not a JPEG"
                      : reported                                   ? "damaged, says the driver"
                      : waits_for_key_ && !key                     ? "before the first key frame"
                                                                   : nullptr;
  if (fault != nullptr) {
    waits_for_key_ = waits_for_key_ || (reported && format.codec != "mjpeg");
    lose(fault);
    return false;
  }
  waits_for_key_ = false;
  const bool damaged = reported || (format.is_raw() && is_short(buffer));

  Frame frame;
  frame.number = number_;
  frame.capture = buffer.stamp;
  if (!first_) first_ = frame.capture;
  // Stamps that go back would make a stream out of order.
  frame.pts = std::max((frame.capture - *first_) / 1000, next_pts());
  const Rational& rate = picture_.mode.rate;
  if (rate.num != 0) frame.duration = rescale(1, {rate.den, rate.num}, microseconds);
  if (!format.is_raw()) frame.dts = frame.pts;
  frame.wall = utc_now() - (monotonic_now() - frame.capture);
  frame.flags = (key ? frame_flag::key : 0) | (damaged ? frame_flag::damaged : 0);
  if (picture_.fields == Fields::Top || picture_.fields == Fields::Bottom) {
    frame.flags |= frame_flag::interlaced | (picture_.fields == Fields::Top ? frame_flag::top_first : 0);
  }
  if (!gap_why_.empty()) {
    frame.flags |= frame_flag::discontinuity;
    write_gap(out_, track_number, next_pts(), frame.pts, std::exchange(gap_why_, {}));
  }
  out_.frame(track_number, frame);
  if (format.is_raw()) {
    write_rows(buffer, damaged);
  } else {
    out_.bytes(track_number, bytes, true, damaged);
  }
  last_pts_ = frame.pts;
  ++count_;
  return true;
}

// Write straight out of the driver's memory; if the wire lacks the format, through a strip's worth of memory.
void Frames::write_rows(const Buffer& buffer, bool damaged) {
  const Format& format = picture_.format;
  const PixelFormat& pixels = pixel_format(format.pixels);
  const auto& [width, height] = picture_.mode.size;
  for (std::uint32_t first = 0; first < height; first += strip_rows_) {
    const std::uint32_t rows = std::min(strip_rows_, height - first);
    Strip strip;
    if (format.is_copied()) {
      rows_.resize(static_cast<std::size_t>(strip_bytes(pixels, width, rows)));
      strip = packed_strip(pixels, width, rows, rows_.data());
    } else {
      strip = packed_strip(pixels, width, rows, const_cast<std::byte*>(buffer.memory.at(0).all.data()));
    }
    strip.first = first;
    strip.last = first + rows == height;
    strip.damaged = damaged;
    for (std::size_t i = 0; i < static_cast<std::size_t>(pixels.planes); ++i) {
      const WirePlane& wire = format.wire.at(i);
      const CameraPlane& camera = format.camera.at(wire.from);
      const PlanePlace& place = picture_.places.at(wire.from);
      const std::byte* from = buffer.memory.at(place.memory).all.data() + place.offset +
                              std::uint64_t{place.stride} * (first >> camera.shift_y);
      Plane& plane = strip.planes.at(i);
      if (wire.count == 0) {
        plane.data = const_cast<std::byte*>(from);  // only read
        plane.stride = place.stride;
        continue;
      }
      const auto groups = static_cast<std::size_t>(format.row_bytes(wire.from, width) / camera.bytes);
      for (std::uint32_t y = 0; y < plane.rows; ++y) {
        pick_row(from + std::size_t{place.stride} * y, camera.bytes, wire, plane.row<std::byte>(y), groups);
        if (pixels.sample == Sample::U16 && format.bits < 16) widen(plane.row<std::byte>(y), groups, format.bits);
      }
    }
    out_.rows(track_number, strip);
  }
}

}  // namespace sl::v4l2
