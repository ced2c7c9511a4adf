// The header of a stream, read to its end before anything of it is passed on: for stages that give tracks other
// numbers, and so have to know all of them first.

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
  // Takes what next() has just given, from the Start of a stream on. False, and the record is untouched, for the FRAME
  // or END that ends the header. STAGEs are the caller's to pass on.
  bool take(Reader& in, const wire::Header& record);
  // The attachments, events and unknown records of `number` in this stream (0: those of the whole stream), in order, as
  // records of `as`.
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
