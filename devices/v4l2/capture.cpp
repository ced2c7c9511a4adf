// Setting a camera, mapping its buffers, taking and giving them.

#include "devices/v4l2/capture.h"

#include <linux/videodev2.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <numeric>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/media/clock.h"
#include "libcore/media/track.h"

namespace sl::v4l2 {

namespace {

// One is written to the pipe, one is being filled, and two bridge the time until the next read.
constexpr std::uint32_t wanted_buffers = 4;

Rational reduced(std::uint64_t num, std::uint64_t den) {
  if (num == 0 || den == 0) return {};
  const std::uint64_t common = std::gcd(num, den);
  num /= common;
  den /= common;
  if (num > wire_limit::number || den > wire_limit::number) return {};
  return {static_cast<std::int64_t>(num), static_cast<std::int64_t>(den)};
}

// The kernel's documentation leaves the order of interlaced fields to the standard: M/NTSC sends the bottom one first.
Fields fields_of(const Device& device, std::uint32_t field) {
  switch (field) {
    case V4L2_FIELD_NONE:
      return Fields::Progressive;
    case V4L2_FIELD_INTERLACED_TB:
      return Fields::Top;
    case V4L2_FIELD_INTERLACED_BT:
      return Fields::Bottom;
    case V4L2_FIELD_INTERLACED: {
      v4l2_std_id standard = 0;
      if (!device.try_ask(VIDIOC_G_STD, &standard)) return Fields::Top;
      return (standard & V4L2_STD_525_60) != 0 ? Fields::Bottom : Fields::Top;
    }
    default:
      return Fields::Unknown;
  }
}

bool is_woven(std::uint32_t field) {
  return field == V4L2_FIELD_NONE || field == V4L2_FIELD_INTERLACED || field == V4L2_FIELD_INTERLACED_TB ||
         field == V4L2_FIELD_INTERLACED_BT;
}

Stamp stamp_of(std::uint32_t flags) {
  if ((flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) return Stamp::None;
  return (flags & V4L2_BUF_FLAG_TSTAMP_SRC_MASK) == V4L2_BUF_FLAG_TSTAMP_SRC_SOE ? Stamp::StartOfExposure
                                                                                 : Stamp::EndOfFrame;
}

// A question about a buffer, with room for its planes.
struct Question {
  explicit Question(const Device& device, std::size_t memories, std::uint32_t index = 0) {
    buffer.type = device.buffer_type();
    buffer.memory = V4L2_MEMORY_MMAP;
    buffer.index = index;
    if (device.is_multiplanar()) {
      buffer.m.planes = planes.data();
      buffer.length = static_cast<std::uint32_t>(memories);
    }
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  v4l2_buffer buffer{};
  std::array<v4l2_plane, VIDEO_MAX_PLANES> planes{};
};

}  // namespace

std::array<PlanePlace, 3> contiguous_places(const Format& format, const Size& size, std::uint32_t stride) {
  if (stride == 0) stride = static_cast<std::uint32_t>(format.row_bytes(0, size.width));
  std::array<PlanePlace, 3> places{};
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(format.planes); ++i) {
    const CameraPlane &first = format.camera[0], &own = format.camera.at(i);
    const std::uint64_t scaled = std::uint64_t{stride} * own.bytes / first.bytes;
    places.at(i) = {0, offset, static_cast<std::uint32_t>(scaled >> (own.shift_x - first.shift_x))};
    offset += std::uint64_t{places.at(i).stride} * format.rows(static_cast<int>(i), size.height);
  }
  return places;
}

Capture::Capture(const Device& device, const Mode& mode) : device_(device) {
  set_format(mode);
  set_rate(mode.rate);
  find_aspect();
}

Capture::~Capture() {
  int type = static_cast<int>(device_.buffer_type());
  if (streaming_) device_.try_ask(VIDIOC_STREAMOFF, &type);
  for (const auto& buffer : mapped_) {
    for (const Mapping& mapping : buffer) munmap(mapping.start, mapping.length);
  }
  v4l2_requestbuffers none{};
  none.type = device_.buffer_type();
  none.memory = V4L2_MEMORY_MMAP;
  if (!mapped_.empty()) device_.try_ask(VIDIOC_REQBUFS, &none);  // with them the camera cannot be set again
}

void Capture::set_format(const Mode& mode) {
  v4l2_format set{};
  for (const std::uint32_t field : {V4L2_FIELD_ANY, V4L2_FIELD_INTERLACED}) {
    set = {};
    set.type = device_.buffer_type();
    set.fmt.pix.width = mode.size.width;  // these members are the same in both kinds
    set.fmt.pix.height = mode.size.height;
    set.fmt.pix.pixelformat = mode.fourcc;
    set.fmt.pix.field = field;
    device_.ask(VIDIOC_S_FMT, &set, "");
    if (is_woven(set.fmt.pix.field)) break;
  }
  const std::string& name = device_.identity().path;
  const auto format = find_format(set.fmt.pix.pixelformat);
  if (!format) {
    throw Error(Status::Unavailable,
                name + ": gives " + printable(fourcc_name(set.fmt.pix.pixelformat)) + ", which cannot be sent");
  }
  if (!is_woven(set.fmt.pix.field)) throw Error(Status::Unavailable, name + ": gives separate fields");
  picture_.format = *format;
  picture_.mode = {set.fmt.pix.pixelformat, {set.fmt.pix.width, set.fmt.pix.height}, {}};
  picture_.fields = fields_of(device_, set.fmt.pix.field);
  check_pixels(name, set.fmt.pix.width, set.fmt.pix.height);
  if (set.fmt.pix.width == 0 || set.fmt.pix.height == 0) throw Error(Status::Unavailable, name + ": gives no picture");

  const auto note_color = [this](const auto& pix) {
    picture_.color = {pix.colorspace, pix.xfer_func, pix.ycbcr_enc, pix.quantization};
    picture_.premultiplied = (pix.flags & V4L2_PIX_FMT_FLAG_PREMUL_ALPHA) != 0;
  };
  std::vector<std::uint32_t> strides;
  if (device_.is_multiplanar()) {
    const v4l2_pix_format_mplane& pix = set.fmt.pix_mp;
    note_color(pix);
    for (int i = 0; i < std::min<int>(pix.num_planes, VIDEO_MAX_PLANES); ++i) {
      strides.push_back(pix.plane_fmt[i].bytesperline);
    }
  } else {
    note_color(set.fmt.pix);
    strides.push_back(set.fmt.pix.bytesperline);
  }
  lay_out(strides);
}

// One memory holds all planes, or each plane has its own.
void Capture::lay_out(const std::vector<std::uint32_t>& strides) {
  const Format& format = picture_.format;
  const Size& size = picture_.mode.size;
  const auto planes = static_cast<std::size_t>(format.planes);
  memories_ = strides.size();
  if (memories_ == 1) {
    if (format.is_raw()) picture_.places = contiguous_places(format, size, strides[0]);
    return;
  }
  if (memories_ != planes) {
    throw Error(Status::Unavailable, device_.identity().path + ": has " + std::to_string(memories_) +
                                         " planes instead of " + std::to_string(planes));
  }
  for (std::size_t i = 0; i < planes; ++i) picture_.places.at(i) = {i, 0, strides[i]};
}

void Capture::set_rate(const Rational& rate) {
  picture_.mode.rate = rate;
  v4l2_streamparm set{};
  set.type = device_.buffer_type();
  if (rate.num != 0) {
    set.parm.capture.timeperframe = {static_cast<std::uint32_t>(rate.den), static_cast<std::uint32_t>(rate.num)};
    if (!device_.try_ask(VIDIOC_S_PARM, &set) && errno == EBUSY) throw device_.failure("");
  }
  set.parm = {};
  if (!device_.try_ask(VIDIOC_G_PARM, &set) || (set.parm.capture.capability & V4L2_CAP_TIMEPERFRAME) == 0) return;
  const v4l2_fract& interval = set.parm.capture.timeperframe;
  picture_.mode.rate = reduced(interval.denominator, interval.numerator);
}

// The driver states the aspect of the sensor's pixels (height to width); a scaler changes the picture's.
void Capture::find_aspect() {
  v4l2_cropcap sensor{};
  sensor.type = device_.buffer_type();
  if (!device_.try_ask(VIDIOC_CROPCAP, &sensor)) return;
  v4l2_selection cut{};
  cut.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  cut.target = V4L2_SEL_TGT_CROP;
  const Size& size = picture_.mode.size;
  const bool known = device_.try_ask(VIDIOC_G_SELECTION, &cut) && cut.r.width != 0 && cut.r.height != 0;
  const Size area = known ? Size{cut.r.width, cut.r.height} : size;
  const Rational scale_x = reduced(area.width, size.width), scale_y = reduced(size.height, area.height);
  const Rational pixel = reduced(sensor.pixelaspect.denominator, sensor.pixelaspect.numerator);
  if (scale_x.num == 0 || scale_y.num == 0 || pixel.num == 0) return;
  const Rational scale = reduced(static_cast<std::uint64_t>(scale_x.num) * static_cast<std::uint64_t>(scale_y.num),
                                 static_cast<std::uint64_t>(scale_x.den) * static_cast<std::uint64_t>(scale_y.den));
  if (scale.num == 0) return;
  picture_.sample_aspect = reduced(static_cast<std::uint64_t>(scale.num) * static_cast<std::uint64_t>(pixel.num),
                                   static_cast<std::uint64_t>(scale.den) * static_cast<std::uint64_t>(pixel.den));
}

void Capture::start() {
  v4l2_requestbuffers request{};
  request.count = wanted_buffers;
  request.type = device_.buffer_type();
  request.memory = V4L2_MEMORY_MMAP;
  device_.ask(VIDIOC_REQBUFS, &request, "buffers");
  if (request.count < 2) throw Error(Status::Resources, device_.identity().path + ": not enough memory for buffers");
  for (std::uint32_t i = 0; i < request.count; ++i) map(i);
  for (std::uint32_t i = 0; i < request.count; ++i) queue(i);
  int type = static_cast<int>(device_.buffer_type());
  if (!device_.try_ask(VIDIOC_STREAMON, &type)) {
    if (errno != ENOSPC) throw device_.failure("start");
    throw Error(
        Status::Unavailable,
        device_.identity().path + ": the bus has no room for it beside other cameras: try less --size or --rate");
  }
  streaming_ = true;
}

void Capture::map(std::uint32_t index) {
  Question question(device_, memories_, index);
  device_.ask(VIDIOC_QUERYBUF, &question.buffer, "buffers");
  picture_.stamp = stamp_of(question.buffer.flags);
  mapped_.emplace_back();
  for (std::size_t i = 0; i < memories_; ++i) {
    const v4l2_plane& plane = question.planes.at(i);
    const bool multiplanar = device_.is_multiplanar();
    const std::size_t length = multiplanar ? plane.length : question.buffer.length;
    const auto offset = static_cast<off_t>(multiplanar ? plane.m.mem_offset : question.buffer.m.offset);
    void* start = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, device_.fd(), offset);
    if (start == MAP_FAILED) throw device_.failure("buffers");
    mapped_.back().push_back({static_cast<std::byte*>(start), length});
  }
}

void Capture::queue(std::uint32_t index) {
  Question question(device_, memories_, index);
  device_.ask(VIDIOC_QBUF, &question.buffer, "");
}

std::optional<Buffer> Capture::take() {
  Question question(device_, memories_);
  if (!device_.try_ask(VIDIOC_DQBUF, &question.buffer)) {
    if (errno == EAGAIN) return std::nullopt;
    throw device_.failure("");
  }
  const v4l2_buffer& answer = question.buffer;
  const auto& mappings = mapped_.at(answer.index);
  Buffer buffer{answer.index, answer.sequence, answer.flags, answer.field, monotonic_now(), {}};
  if (stamp_of(answer.flags) != Stamp::None) {
    buffer.stamp = answer.timestamp.tv_sec * ns_per_second + answer.timestamp.tv_usec * 1000;
  }
  for (std::size_t i = 0; i < memories_; ++i) {
    const std::span<const std::byte> all(mappings.at(i).start, mappings.at(i).length);
    const bool multiplanar = device_.is_multiplanar();
    const std::size_t skip = multiplanar ? std::min<std::size_t>(question.planes.at(i).data_offset, all.size()) : 0;
    const std::size_t used =
        std::min<std::size_t>(multiplanar ? question.planes.at(i).bytesused : answer.bytesused, all.size());
    buffer.memory.push_back({all.subspan(skip), used - std::min(skip, used)});
  }
  return buffer;
}

void Capture::give_back(const Buffer& buffer) { queue(buffer.index); }

std::vector<unsigned long> Capture::requests() {
  return {VIDIOC_QUERYCAP,    VIDIOC_S_FMT,     VIDIOC_S_PARM,      VIDIOC_G_PARM,        VIDIOC_G_STD, VIDIOC_CROPCAP,
          VIDIOC_G_SELECTION, VIDIOC_REQBUFS,   VIDIOC_QUERYBUF,    VIDIOC_QBUF,          VIDIOC_DQBUF, VIDIOC_STREAMON,
          VIDIOC_STREAMOFF,   VIDIOC_QUERYMENU, VIDIOC_S_EXT_CTRLS, VIDIOC_QUERY_EXT_CTRL};
}

}  // namespace sl::v4l2
