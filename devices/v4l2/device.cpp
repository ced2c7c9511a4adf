// Opening cameras and finding them.

#include "devices/v4l2/device.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>

#include "libcore/base/parse.h"

namespace sl::v4l2 {

namespace {

template <std::size_t N>
std::string text_of(const std::uint8_t (&field)[N]) {
  const auto* text = reinterpret_cast<const char*>(field);
  return {text, strnlen(text, N)};
}

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line.substr(0, 200);
}

// sysfs knows more than QUERYCAP. After the sandbox it cannot be read, and is not needed.
void add_place(int fd, Identity& identity) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return;
  const std::string folder =
      "/sys/dev/char/" + std::to_string(major(info.st_rdev)) + ":" + std::to_string(minor(info.st_rdev));
  identity.index = std::atoi(first_line(folder + "/index").c_str());
  identity.serial = first_line(folder + "/device/../serial");  // the device is an interface of the plugged-in one
}

std::vector<std::string> device_paths() {
  std::vector<std::pair<int, std::string>> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/dev"), &closedir);
  while (const dirent* entry = folder ? readdir(folder.get()) : nullptr) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with("video")) continue;
    if (const auto number = to_number<int>(name.substr(5))) found.emplace_back(*number, "/dev/" + std::string(name));
  }
  std::ranges::sort(found);
  std::vector<std::string> paths;
  for (auto& [number, path] : found) paths.push_back(std::move(path));
  return paths;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Only the device's own abilities count, not its card's.
std::uint32_t capabilities(const v4l2_capability& answer) {
  return (answer.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? answer.device_caps : answer.capabilities;
}

}  // namespace

bool Identity::is_same(const Identity& other) const {
  if (driver != other.driver || card != other.card || index != other.index || serial != other.serial) return false;
  return !serial.empty() || bus == other.bus;
}

Device::Device(const std::string& path, Direction direction)
    : Device(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC), path, direction) {}

Device::Device(int fd, const std::string& path, Direction direction) : fd_(fd), direction_(direction) {
  identity_.path = path;
  if (fd_ < 0) throw failure("");
  try {
    v4l2_capability answer{};
    if (!try_ask(VIDIOC_QUERYCAP, &answer)) {
      if (errno != ENOTTY && errno != EINVAL) throw failure("");
      throw Error(Status::NoInput, path + (direction == Direction::Output ? ": no video device" : ": not a camera"));
    }
    check(capabilities(answer), printable(text_of(answer.card)));
    identity_.driver = text_of(answer.driver);
    identity_.card = text_of(answer.card);
    identity_.bus = text_of(answer.bus_info);
    add_place(fd_, identity_);
  } catch (...) {
    close();
    throw;
  }
}

void Device::check(std::uint32_t can, const std::string& card) {
  if (direction_ == Direction::Output) {
    if ((can & V4L2_CAP_VIDEO_OUTPUT) == 0) {
      throw Error(Status::NoInput,
                  identity_.path + ": " + card + " takes no pictures: it is no output, as v4l2loopback is");
    }
    if ((can & V4L2_CAP_READWRITE) == 0)
      throw Error(Status::NoInput, identity_.path + ": takes no pictures by write()");
    return;
  }
  multiplanar_ = (can & V4L2_CAP_VIDEO_CAPTURE) == 0;
  const bool captures = (can & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)) != 0;
  if (!captures || (can & V4L2_CAP_TOUCH) != 0) {
    throw Error(Status::NoInput, identity_.path + ": not a camera: " + card + " captures no video");
  }
  if ((can & V4L2_CAP_STREAMING) == 0) {
    throw Error(Status::NoInput, identity_.path + ": gives no frames in memory that is shared (read() only)");
  }
}

Device::Device(Device&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      direction_(other.direction_),
      multiplanar_(other.multiplanar_),
      identity_(std::move(other.identity_)) {}

Device& Device::operator=(Device&& other) noexcept {
  close();
  fd_ = std::exchange(other.fd_, -1);
  direction_ = other.direction_;
  multiplanar_ = other.multiplanar_;
  identity_ = std::move(other.identity_);
  return *this;
}

Device::~Device() { close(); }

void Device::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool Device::try_ask(unsigned long request, void* argument) const {
  int result = 0;
  do {
    result = ioctl(fd_, request, argument);
  } while (result < 0 && errno == EINTR);
  return result == 0;
}

void Device::ask(unsigned long request, void* argument, const char* what) const {
  if (!try_ask(request, argument)) throw failure(what);
}

Error Device::failure(const char* what) const {
  const std::string name = identity_.path + (*what == '\0' ? "" : std::string(": ") + what);
  switch (errno) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
      return system_error(Status::NoInput, name);
    case EACCES:
    case EPERM:
      return {Status::NotPermitted, name + ": " + std::strerror(errno) + " (cameras are for the group video)"};
    case EBUSY:
      return {Status::TryAgain, name + ": busy: another program uses the camera"};
    case ENODEV:
    case ENXIO:
      return {Status::Unavailable, identity_.path + ": the camera has disappeared"};
    case EIO:
      return system_error(Status::Io, name + ": the driver gave up");
    case ENOMEM:
      return system_error(Status::Resources, name);
    default:
      return system_error(Status::Io, name);
  }
}

std::uint32_t Device::buffer_type() const {
  if (direction_ == Direction::Output) return V4L2_BUF_TYPE_VIDEO_OUTPUT;
  return multiplanar_ ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE;
}

std::vector<Device> all_devices(std::vector<Error>* refused) {
  std::vector<Device> devices;
  for (const std::string& path : device_paths()) {
    try {
      devices.emplace_back(path);
    } catch (const Error& error) {
      if (refused != nullptr && error.status() != Status::NoInput) refused->push_back(error);
    }
  }
  return devices;
}

Device find_device(const std::string& name) {
  if (name.find('/') != std::string::npos) return Device(name);
  if (!name.empty() && std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; })) {
    return Device("/dev/video" + name);
  }
  std::vector<Error> refused;
  std::vector<Device> devices = all_devices(&refused);
  const auto is_called = [&](const Device& device) {
    const Identity& known = device.identity();
    return lower(known.card + "\n" + known.bus + "\n" + known.serial).find(lower(name)) != std::string::npos;
  };
  std::erase_if(devices, [&](const Device& device) { return !is_called(device); });
  if (devices.empty() && !refused.empty()) throw refused.front();
  if (devices.empty()) {
    throw Error(Status::NoInput, name.empty() ? "no camera: no /dev/video* captures video"
                                              : "no camera is called \"" + printable(name, 60) + "\": see --list");
  }
  // A camera has a file for each of its kinds of pictures; the first is the one that is meant.
  const auto other = std::ranges::find_if(
      devices, [&](const Device& device) { return device.identity().bus != devices[0].identity().bus; });
  if (!name.empty() && other != devices.end()) {
    throw Error(Status::Usage, "\"" + printable(name, 60) + "\" is " + devices[0].identity().path + " or " +
                                   other->identity().path + ": see --list");
  }
  return std::move(devices[0]);
}

}  // namespace sl::v4l2
