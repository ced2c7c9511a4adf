// Pictures of a stream written to a device that other programs read as a camera: v4l2loopback, or any video output.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "devices/v4l2/capture.h"
#include "devices/v4l2/device.h"
#include "devices/v4l2/output_buffers.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert.h"
#include "libcore/wire/reader.h"

namespace sl {

struct SandboxPlan;

}  // namespace sl

namespace sl::v4l2 {

class Loopback {
 public:
  std::string device;  // a path, or a number
  std::string format;  // the driver's or the wire's name; empty: the stream's own, or one near to it

  // Open the device. Throw as Device does.
  void prepare(SandboxPlan& plan);
  // Write the pictures of the first track of raw video, as they come. Throw Data if they change their size or format,
  // Unavailable if the device takes none of the formats that they can be converted to.
  void run(Reader& in);

 private:
  void set(const Track& track);
  [[nodiscard]] bool try_set(const Track& track, std::uint32_t fourcc);
  void put(const Strip& rows);
  void send();

  std::optional<Device> opened_;
  Format format_;
  Track from_, to_;  // as the pictures come, and as they are written
  std::optional<Converter> converter_;
  std::array<PlanePlace, 3> places_{};
  std::vector<std::byte> picture_;
  std::uint32_t row_ = 0;                 // of the picture
  std::optional<OutputBuffers> buffers_;  // from the first picture on
};

}  // namespace sl::v4l2
