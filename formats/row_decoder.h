// What decoders share whose rows are coded one by one: strips of them as they arrive, and the rest after damage.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "formats/still_decoder.h"
#include "libcore/media/image.h"

namespace sl {

class RowDecoder : public StillDecoder {
 public:
  Strip read_rows(std::uint32_t at_most) override;

 protected:
  using StillDecoder::StillDecoder;

  // Call in header(), when track_ is complete. Throw Limit. `coded_row`: bytes of a row in the file, at most.
  // `bottom_up`: the file begins with the lowest row, and so the whole frame is needed.
  void begin_rows(std::uint64_t coded_row, bool bottom_up = false);
  // Decode the next row of the file into `row`. Throw Data with the reason alone; the row counts as lost then.
  virtual void read_row(std::byte* row) = 0;
  // Whether damage ended the rows.
  [[nodiscard]] bool is_lost() const { return lost_; }
  [[nodiscard]] std::size_t row_size() const { return row_bytes_; }

 private:
  bool decode_row(std::byte* row, std::uint32_t number);
  void read_frame();

  std::size_t row_bytes_ = 0, coded_row_ = 0;
  bool bottom_up_ = false, lost_ = false;
  std::uint32_t damaged_to_ = 0;  // rows of the frame above this one are lost, if it is bottom up
  std::vector<std::byte> pixels_;
  Image frame_;
};

}  // namespace sl
