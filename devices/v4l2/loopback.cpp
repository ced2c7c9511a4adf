// A picture is laid out as the driver asks, and given to it in a buffer.

#include "devices/v4l2/loopback.h"

#include <linux/videodev2.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/base/report.h"
#include "libcore/process/sandbox.h"
#include "libcore/process/signals.h"

namespace sl::v4l2 {

using wire::Type;

namespace {

// The track of pictures in other pixels.
Track with_pixels(const Track& from, std::string_view name) {
  Track to = from;
  to.pixels = &pixel_format(name);
  if (to.pixels->model != from.pixels->model) {
    to.color.matrix = to.pixels->model == Model::Rgb ? 0 : 2;
    to.color.range = Range::Unknown;
    to.color.chroma = Chroma::Unknown;
  }
  if (!to.pixels->alpha) to.alpha = Alpha::None;
  return to;
}

}  // namespace

void Loopback::prepare(SandboxPlan& plan) {
  const bool is_number = std::ranges::all_of(device, [](unsigned char c) { return std::isdigit(c) != 0; });
  opened_.emplace(is_number ? "/dev/video" + device : device, Direction::Output);
  if (!format.empty() && !is_format_name(format))
    bad_value("--format", format, "is no format of the kernel's or the wire's");
  plan.device_requests = OutputBuffers::requests();
  plan.device_requests.insert(plan.device_requests.end(), {VIDIOC_S_FMT, VIDIOC_S_PARM});
}

void Loopback::run(Reader& in) {
  std::uint16_t number = 0;
  bool any = false;
  while (const auto record = in.next()) {
    if (record->type == Type::Start) number = 0;
    if (record->type == Type::Frame && number == 0 && in.track(record->track).is_raw_video()) number = record->track;
    if (record->track != number || number == 0) continue;
    if (record->type == Type::Frame) {
      const Track& track = in.track(number);
      if (!any) {
        set(track);
      } else if (track.pixels != from_.pixels || track.width != from_.width || track.height != from_.height) {
        throw Error(Status::Data, in.name() + ": frame " + std::to_string(in.frame(number).number) +
                                      " changes size or format, which a camera cannot do");
      }
      any = true;
      row_ = 0;
    } else if (record->type == Type::Rows) {
      const Strip rows = in.strip();
      if (converter_) {
        converter_->push(rows, [this](const Strip& made) { put(made); });
      } else {
        put(rows);
      }
      if (rows.last) send();
    }
  }
  if (!any) throw Error(Status::Data, in.name() + ": has no pictures");
}

// Set the device to the pictures' own format, or to one that they are converted to: those that most programs take.
void Loopback::set(const Track& track) {
  from_ = track;
  std::vector<std::uint32_t> order;
  for (const std::string_view pixels :
       {track.pixels->name, std::string_view("yuyv422"), std::string_view("yuv420p"), std::string_view("nv12"),
        std::string_view("uyvy422"), std::string_view("rgb24")}) {
    for (const std::uint32_t fourcc : contiguous_formats()) {
      const bool is_wanted = format.empty() ? find_format(fourcc)->pixels == pixels : is_called(fourcc, format);
      if (is_wanted) order.push_back(fourcc);
    }
  }
  for (const std::uint32_t fourcc : order) {
    to_ = with_pixels(track, find_format(fourcc)->pixels);
    if (!try_set(to_, fourcc)) continue;
    if (Converter::needed(from_, to_)) converter_.emplace(from_, to_);
    return;
  }
  throw Error(Status::Unavailable, opened_->identity().path + ": takes no pictures of " + std::to_string(track.width) +
                                       "x" + std::to_string(track.height) + " in " +
                                       (format.empty() ? "any format that can be made" : printable(format, 20)) +
                                       (opened_->identity().driver == "v4l2 loopback"
                                            ? ": while a program reads it, its size and format stay"
                                            : ""));
}

bool Loopback::try_set(const Track& track, std::uint32_t fourcc) {
  v4l2_format set{};
  set.type = opened_->buffer_type();
  set.fmt.pix.width = track.width;
  set.fmt.pix.height = track.height;
  set.fmt.pix.pixelformat = fourcc;
  set.fmt.pix.field = V4L2_FIELD_NONE;
  const DriverColor color = driver_color_of(track.color);
  set.fmt.pix.colorspace = color.colorspace;
  set.fmt.pix.xfer_func = color.transfer;
  set.fmt.pix.ycbcr_enc = color.encoding;
  set.fmt.pix.quantization = color.quantization;
  if (!opened_->try_ask(VIDIOC_S_FMT, &set)) {
    if (errno == EINVAL) return false;
    throw opened_->failure("");
  }
  const v4l2_pix_format& pix = set.fmt.pix;
  if (pix.pixelformat != fourcc || pix.width != track.width || pix.height != track.height) return false;
  format_ = *find_format(fourcc);
  places_ = contiguous_places(format_, {track.width, track.height}, pix.bytesperline);
  std::uint64_t size = pix.sizeimage;
  for (int p = 0; p < format_.planes; ++p) {
    const PlanePlace& place = places_.at(static_cast<std::size_t>(p));
    size = std::max(size, place.offset + std::uint64_t{place.stride} * format_.rows(p, track.height));
  }
  check_memory(opened_->identity().path, size, "a frame");
  picture_.assign(static_cast<std::size_t>(size), std::byte{0});
  if (track.rate.num != 0) {
    v4l2_streamparm rate{};
    rate.type = opened_->buffer_type();
    rate.parm.output.timeperframe = {static_cast<std::uint32_t>(track.rate.den),
                                     static_cast<std::uint32_t>(track.rate.num)};
    (void)opened_->try_ask(VIDIOC_S_PARM, &rate);  // for the programs that read it; not all drivers know rates
  }
  return true;
}

void Loopback::put(const Strip& rows) {
  const PixelFormat& pixels = *to_.pixels;
  for (int p = 0; p < format_.planes; ++p) {
    const PlanePlace& place = places_.at(static_cast<std::size_t>(p));
    const Plane& plane = rows.planes.at(static_cast<std::size_t>(p));
    const std::uint32_t first = plane_rows(pixels, p, row_);
    for (std::uint32_t y = 0; y < plane.rows; ++y) {
      std::memcpy(picture_.data() + place.offset + std::size_t{first + y} * place.stride, plane.row<std::byte>(y),
                  std::min<std::size_t>(place.stride, plane.width * static_cast<std::size_t>(pixels.sample_bytes())));
    }
  }
  row_ += rows.rows;
}

void Loopback::send() {
  if (!buffers_) buffers_.emplace(*opened_);
  while (!buffers_->send(picture_)) {
    check_interrupt();
    pollfd room{opened_->fd(), POLLOUT, 0};
    poll(&room, 1, 100);
  }
}

}  // namespace sl::v4l2
