// The buffers of a video output. Linux 6.1 gives a picture of write() to drivers such as vivid as one of no bytes,
// which they refuse.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "devices/v4l2/device.h"

namespace sl::v4l2 {

class OutputBuffers {
 public:
  // Ask the driver for buffers and map them. The device, whose format is set, outlives them. Throw as Device::ask does.
  explicit OutputBuffers(const Device& device);
  OutputBuffers(const OutputBuffers&) = delete;
  OutputBuffers& operator=(const OutputBuffers&) = delete;
  ~OutputBuffers();

  // Copy a picture into a free buffer and give it to the driver. Return false if none is free now.
  [[nodiscard]] bool send(std::span<const std::byte> picture);

  // What it asks the driver for.
  [[nodiscard]] static std::vector<unsigned long> requests();

 private:
  const Device& device_;
  std::vector<std::span<std::byte>> memory_;
  std::uint32_t unused_ = 0;  // the first buffer that was never sent
  bool streaming_ = false;
};

}  // namespace sl::v4l2
