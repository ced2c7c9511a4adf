// A buffer goes to the driver with a picture and comes back when it was shown.

#include "devices/v4l2/output_buffers.h"

#include <linux/videodev2.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libcore/base/error.h"

namespace sl::v4l2 {

namespace {

constexpr std::uint32_t wanted_buffers = 3;

v4l2_buffer question(const Device& device, std::uint32_t index) {
  v4l2_buffer buffer{};
  buffer.type = device.buffer_type();
  buffer.memory = V4L2_MEMORY_MMAP;
  buffer.index = index;
  return buffer;
}

}  // namespace

OutputBuffers::OutputBuffers(const Device& device) : device_(device) {
  v4l2_requestbuffers request{};
  request.count = wanted_buffers;
  request.type = device.buffer_type();
  request.memory = V4L2_MEMORY_MMAP;
  device.ask(VIDIOC_REQBUFS, &request, "buffers");
  for (std::uint32_t i = 0; i < request.count; ++i) {
    v4l2_buffer buffer = question(device, i);
    device.ask(VIDIOC_QUERYBUF, &buffer, "buffers");
    void* const start = mmap(nullptr, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED, device.fd(),
                             static_cast<off_t>(buffer.m.offset));
    if (start == MAP_FAILED) throw device.failure("buffers");
    memory_.emplace_back(static_cast<std::byte*>(start), buffer.length);
  }
}

OutputBuffers::~OutputBuffers() {
  int type = static_cast<int>(device_.buffer_type());
  if (streaming_) device_.try_ask(VIDIOC_STREAMOFF, &type);
  for (const auto& memory : memory_) munmap(memory.data(), memory.size());
}

bool OutputBuffers::send(std::span<const std::byte> picture) {
  v4l2_buffer buffer = question(device_, unused_);
  if (unused_ < memory_.size()) {
    ++unused_;
  } else if (!device_.try_ask(VIDIOC_DQBUF, &buffer)) {
    if (errno == EAGAIN) return false;
    throw device_.failure("");
  }
  const std::span<std::byte> memory = memory_.at(buffer.index);
  const std::size_t size = std::min(picture.size(), memory.size());
  std::memcpy(memory.data(), picture.data(), size);
  buffer.bytesused = static_cast<std::uint32_t>(size);
  buffer.field = V4L2_FIELD_NONE;
  device_.ask(VIDIOC_QBUF, &buffer, "");
  if (!streaming_) {
    int type = static_cast<int>(device_.buffer_type());
    device_.ask(VIDIOC_STREAMON, &type, "start");
    streaming_ = true;
  }
  return true;
}

std::vector<unsigned long> OutputBuffers::requests() {
  return {VIDIOC_REQBUFS, VIDIOC_QUERYBUF, VIDIOC_QBUF, VIDIOC_DQBUF, VIDIOC_STREAMON, VIDIOC_STREAMOFF};
}

}  // namespace sl::v4l2
