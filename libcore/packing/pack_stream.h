// Whole streams without loss in fewer bytes, and back (docs/wire-format.md, Packed strips).

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/media/track.h"
#include "libcore/packing/packed_strip.h"

namespace sl {

class Reader;
class Writer;
struct Frame;

// Pack the pictures and the sound of all streams of the input. A strip leaves as soon as its rows have come; the bytes
// do not depend on how strips were cut. Compressed tracks, data and everything else pass unchanged.
void pack_streams(Reader& in, Writer& out);

// Unpack all tracks that pack_streams packed. Others pass unchanged.
// `salvage`: damaged strips become zeros, marked as damaged, with a line, instead of Error(Data).
void unpack_streams(Reader& in, Writer& out, bool salvage);

// One packed track on its way back to samples.
class TrackUnpacker {
 public:
  // `name` is the input's.
  TrackUnpacker(const Track& packed, std::string name, bool salvage);

  // The track of the samples.
  [[nodiscard]] const Track& track() const { return track_; }
  void begin(const Frame& frame);
  // Take a piece of the open frame, which `out` has open as `number`, and write the strips that are whole with it.
  // Throw Data, naming frame and row, on damage.
  void piece(std::span<const std::byte> piece, bool last, bool damaged, Writer& out, std::uint16_t number);

 private:
  void take_strip(const packing::StripHead& head, std::span<const std::byte> body, bool last, Writer& out,
                  std::uint16_t number);
  void end_frame(bool damaged, Writer& out, std::uint16_t number);
  [[nodiscard]] std::string place() const;
  // Throw, or with salvage print a line, once for a frame.
  void damage(const std::string& what);

  Track track_;
  std::string name_;
  bool salvage_;
  packing::StripCoder coder_;
  std::vector<std::byte> pending_;  // the start of a strip
  std::vector<std::byte> samples_;
  std::uint64_t frame_ = 0;
  std::uint32_t next_ = 0;  // row
  bool skips_ = false;      // the rest of this frame
  bool reported_ = false;
};

}  // namespace sl
