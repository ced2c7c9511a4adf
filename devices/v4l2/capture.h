// A camera that runs: set to a mode, with buffers of the driver's that are mapped here.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "devices/v4l2/device.h"
#include "devices/v4l2/formats.h"
#include "devices/v4l2/modes.h"

namespace sl {

enum class Fields : std::uint8_t;

}  // namespace sl

namespace sl::v4l2 {

// The event that the driver's time stamps mark.
enum class Stamp : std::uint8_t { EndOfFrame, StartOfExposure, None };

// The position of a plane of the camera: which memory of a buffer, first byte, and bytes from row to row.
struct PlanePlace {
  std::size_t memory = 0;
  std::uint64_t offset = 0;
  std::uint32_t stride = 0;
};

// The settings as the driver reports them.
struct Picture {
  Mode mode;
  Format format;
  std::array<PlanePlace, 3> places{};
  DriverColor color;
  Fields fields{};  // unknown
  Rational sample_aspect;
  bool premultiplied = false;
  Stamp stamp = Stamp::None;
};

// The positions of planes that follow each other, the first one's rows `stride` bytes apart (0: without a gap).
[[nodiscard]] std::array<PlanePlace, 3> contiguous_places(const Format& format, const Size& size, std::uint32_t stride);

// A buffer that is ours until it is given back.
struct Buffer {
  std::uint32_t index = 0;
  std::uint32_t sequence = 0;
  std::uint32_t flags = 0;  // V4L2_BUF_FLAG_*
  std::uint32_t field = 0;
  std::int64_t stamp = 0;  // ns on the monotonic clock; time of reading if the driver has no such stamps
  struct Memory {
    std::span<const std::byte> all;  // what may be read
    std::size_t used = 0;            // bytes that the driver has filled
  };
  std::vector<Memory> memory;
};

class Capture {
 public:
  // Sets the camera. The device outlives this. Throws Error.
  Capture(const Device& device, const Mode& mode);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  // Maps the buffers and starts.
  void start();
  [[nodiscard]] const Picture& picture() const { return picture_; }
  // The oldest full buffer, if there is one. Throws Unavailable when the camera was unplugged, Io when its driver gave
  // up.
  [[nodiscard]] std::optional<Buffer> take();
  void give_back(const Buffer& buffer);

  // The ioctls that this class and the controls need, for the sandbox.
  [[nodiscard]] static std::vector<unsigned long> requests();

 private:
  struct Mapping {
    std::byte* start = nullptr;
    std::size_t length = 0;
  };

  void set_format(const Mode& mode);
  void lay_out(const std::vector<std::uint32_t>& strides);
  void set_rate(const Rational& rate);
  void find_aspect();
  void map(std::uint32_t index);
  void queue(std::uint32_t index);

  const Device& device_;
  Picture picture_;
  std::size_t memories_ = 1;                  // of a buffer
  std::vector<std::vector<Mapping>> mapped_;  // buffer, memory
  bool streaming_ = false;
};

}  // namespace sl::v4l2
