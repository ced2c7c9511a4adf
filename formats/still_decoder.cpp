// The frame, the rows and the messages of a still.

#include "formats/still_decoder.h"

#include <utility>

namespace sl {

StillDecoder::StillDecoder(const DecodeContext& context, std::string_view format)
    : source_(context.source),
      salvage_(context.salvage),
      warn_(context.warn),
      left_out_(context.left_out),
      format_(format) {
  if (!warn_) warn_ = [](const std::string&) {};
}

std::optional<Frame> StillDecoder::next_frame() {
  if (std::exchange(begun_, true)) {
    if (!std::exchange(ended_, true)) end();
    return std::nullopt;
  }
  Frame frame;
  frame.pts = 0;
  begin(frame);
  return frame;
}

Strip StillDecoder::next_strip(std::uint32_t rows, std::byte* data, bool damaged) {
  Strip strip = packed_strip(*track_.pixels, track_.width, rows, data);
  strip.first = row_;
  strip.damaged = damaged;
  row_ += rows;
  strip.last = row_ == track_.height;
  return strip;
}

void StillDecoder::fail(const std::string& what, Status status) const {
  throw Error(status, source_.name() + ": " + format_ + ": " + what);
}

void StillDecoder::damage(const std::string& what, std::string_view cure) const {
  if (!salvage_) fail(what);
  warn_(format_ + ": " + what + (cure.empty() ? "" : "; ") + std::string(cure));
}

std::string StillDecoder::row_place(std::string_view relation, std::uint32_t row, std::uint32_t rows) const {
  return " " + std::string(relation) + " row " + std::to_string(row) + " of " +
         std::to_string(rows == 0 ? track_.height : rows);
}

}  // namespace sl
