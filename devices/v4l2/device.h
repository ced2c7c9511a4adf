// A camera as the kernel has it: a device file, its description of itself, and requests to it (ioctl).

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "devices/v4l2/modes.h"
#include "libcore/base/error.h"

namespace sl::v4l2 {

// The identity of a camera, to find it again after it was unplugged.
struct Identity {
  std::string path;    // "/dev/video0"
  std::string driver;  // "uvcvideo"
  std::string card;    // "Integrated Camera"
  std::string bus;     // "usb-0000:00:14.0-4"
  std::string serial;  // of the USB device; empty: none
  int index = 0;       // of the device files of one camera

  // The same camera, at another time: by its serial number wherever it is plugged in, else by its place.
  [[nodiscard]] bool is_same(const Identity& other) const;
};

// What a device does with pictures: give them, or take them for others to read.
enum class Direction : std::uint8_t { Capture, Output };

class Device {
 public:
  // Throws Error: NoInput (not there, no camera), NotPermitted, TryAgain (busy), Unavailable (unplugged).
  explicit Device(const std::string& path, Direction direction = Direction::Capture);
  // One that is open already, by another process; takes ownership.
  Device(int fd, const std::string& path, Direction direction = Direction::Capture);
  Device(Device&& other) noexcept;
  Device& operator=(Device&& other) noexcept;
  ~Device();

  // Return false if the driver refuses, with errno as the reason.
  bool try_ask(unsigned long request, void* argument) const;
  // Throws Error, naming the device and `what`.
  void ask(unsigned long request, void* argument, const char* what) const;
  // What errno means of a camera.
  [[nodiscard]] Error failure(const char* what) const;

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_multiplanar() const { return multiplanar_; }
  [[nodiscard]] std::uint32_t buffer_type() const;
  [[nodiscard]] const Identity& identity() const { return identity_; }

 private:
  void close() noexcept;
  void check(std::uint32_t can, const std::string& card);

  int fd_ = -1;
  Direction direction_ = Direction::Capture;
  bool multiplanar_ = false;
  Identity identity_;
};

// All cameras that can be opened, by number. Those that cannot are left out; `refused` gets why.
[[nodiscard]] std::vector<Device> all_devices(std::vector<Error>* refused = nullptr);
// DEVICE of the command line: a path, a number, a part of a camera's name, bus or serial number; empty: the first one.
[[nodiscard]] Device find_device(const std::string& name);

// Formats, sizes and rates; for sizes that are a range, the rates of the size nearest to `wished`.
[[nodiscard]] std::vector<FormatOffer> offers_of(const Device& device, const Size& wished);

}  // namespace sl::v4l2
