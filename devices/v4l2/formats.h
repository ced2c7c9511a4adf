// What cameras send, by FourCC, and what becomes of it on the wire.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/media/color.h"
#include "libcore/media/pixel_format.h"

namespace sl::v4l2 {

// A plane as the driver lays it out: so many bytes for each 2^shift_x pixels of every 2^shift_y rows.
struct CameraPlane {
  std::uint8_t bytes = 0, shift_x = 0, shift_y = 0;
};

// The source of a plane of the wire: the camera's plane `from`, and these bytes of each group in it, in this
// order; none: all bytes as they are, without a copy.
struct WirePlane {
  std::uint8_t from = 0, count = 0;
  std::array<std::uint8_t, 4> bytes{};
};

struct Format {
  std::uint32_t fourcc = 0;
  std::string_view codec;   // "raw", or how the packets are compressed
  std::string_view pixels;  // the wire's name, if it is raw
  int planes = 0;           // of the camera
  std::array<CameraPlane, 3> camera{};
  std::array<WirePlane, 3> wire{};  // as many as `pixels` has planes
  int bits = 8;                     // used; 16-bit samples of fewer are made longer

  [[nodiscard]] bool is_raw() const { return codec == "raw"; }
  [[nodiscard]] bool is_copied() const;  // not written straight out of the driver's memory
  // Return the bytes of one row of a plane of the camera, without the driver's padding; and the number of rows.
  [[nodiscard]] std::uint64_t row_bytes(int plane, std::uint32_t width) const;
  [[nodiscard]] std::uint32_t rows(int plane, std::uint32_t height) const;
};

// Return the format of a FourCC; nothing if it cannot be sent: raw Bayer, tiles, a camera's own compression.
[[nodiscard]] std::optional<Format> find_format(std::uint32_t fourcc);
// Return the formats of the wire that lie in one memory and are written without exchanging bytes.
[[nodiscard]] std::vector<std::uint32_t> contiguous_formats();
// Return its rank if no option chooses: the lower, the better.
[[nodiscard]] int preference(const Format& format);
// Whether a user may mean it by `name`: the FourCC ("YUYV", "MJPG"), or the wire's name ("yuyv422", "mjpeg"), in any
// case.
[[nodiscard]] bool is_called(std::uint32_t fourcc, std::string_view name);
// Whether that is a name of any format at all.
[[nodiscard]] bool is_format_name(std::string_view name);
[[nodiscard]] std::string fourcc_name(std::uint32_t fourcc);

// The driver's colour (v4l2_pix_format) in the numbers of H.273; open values are filled in as the
// kernel's documentation defines them ("Colorspaces", V4L2_MAP_*_DEFAULT).
struct DriverColor {
  std::uint32_t colorspace = 0, transfer = 0, encoding = 0, quantization = 0;
};
[[nodiscard]] Color color_of(const DriverColor& driver, const PixelFormat* pixels);
// Return the names that a driver has for a color; 0, its own choice, for a value that it has no name for.
[[nodiscard]] DriverColor driver_color_of(const Color& color);

}  // namespace sl::v4l2
