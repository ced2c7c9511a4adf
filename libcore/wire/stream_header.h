// The header of a stream, held until it is complete: for stages that renumber tracks, and so must know all of them
// first.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

class StreamHeader {
 public:
  // Take the current record, from the Start of a stream on. Return false for the FRAME or END that ends the header, and
  // leave it untouched. The caller passes STAGEs on.
  bool take(Reader& in, const wire::Header& record);
  // Write the attachments, events and unknown records of track `number` (0: of the whole stream), in order, as records
  // of track `as`.
  void pass(std::uint16_t number, Writer& out, std::uint16_t as, bool with_attachments = true) const;

 private:
  struct Held {
    wire::Header record;
    std::vector<std::byte> body;
  };
  std::map<std::uint16_t, Track> tracks_;
  std::vector<Held> held_;
  std::uint64_t bytes_ = 0;
};

}  // namespace sl
