// What the decoders of stills share: one frame, its rows in order, and what to do about damage.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "formats/format.h"
#include "libcore/media/track.h"

namespace sl {

class StillDecoder : public Decoder {
 public:
  // Return the one frame, at time 0.
  std::optional<Frame> next_frame() override;

 protected:
  // `format`: its name in messages, such as "PNG".
  StillDecoder(const DecodeContext& context, std::string_view format);

  // Called before the frame is returned, and once after its last row.
  virtual void begin(Frame& /*frame*/) {}
  virtual void end() {}
  // Return `rows` packed rows at `data` as the next ones of the frame.
  [[nodiscard]] Strip next_strip(std::uint32_t rows, std::byte* data, bool damaged);

  // Throw "NAME: FORMAT: WHAT".
  [[noreturn]] void fail(const std::string& what, Status status = Status::Data) const;
  // Warn "FORMAT: WHAT; CURE" in salvage, and throw as fail(WHAT) otherwise.
  void damage(const std::string& what, std::string_view cure = {}) const;
  // Return " after row 17 of 442", or " at row ..." with "at" for `relation`; of all rows of the track if `rows` is 0.
  [[nodiscard]] std::string row_place(std::string_view relation, std::uint32_t row, std::uint32_t rows = 0) const;

  Source& source_;
  const bool salvage_;
  std::function<void(const std::string&)> warn_;
  LeftOut left_out_;
  std::string format_;
  Track track_;
  std::uint32_t row_ = 0;  // the first one that was not returned yet

 private:
  bool begun_ = false, ended_ = false;
};

}  // namespace sl
