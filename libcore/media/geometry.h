// What moves the pixels of a picture, and what that does to its track and its frames.
//
// Users see a picture upright; a track stores it as its orientation says. Everything here counts in pixels of the
// upright picture, unless it says "stored".

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/base/rect_rule.h"
#include "libcore/base/size_text.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"

namespace sl {

// One of the eight ways to lay a picture on its grid: mirror columns and rows, then swap the axes.
struct Turn {
  bool mirror_x = false, mirror_y = false, swap = false;
  bool operator==(const Turn&) const = default;
  [[nodiscard]] bool is_nothing() const { return *this == Turn{}; }
};
// Return the turn that sets stored rows of this EXIF orientation upright; nothing for numbers other than 1 to 8.
[[nodiscard]] Turn turn_of(int orientation);
// Return `first` and `second`, one after the other, as one turn.
[[nodiscard]] Turn then(const Turn& first, const Turn& second);
// Return the turn that undoes it.
[[nodiscard]] Turn inverse(const Turn& turn);

// A picture is cropped, then scaled, then turned.
struct Move {
  Rect crop;                      // inside the picture that comes, or around it
  Size size;                      // after scaling
  double step_x = 1, step_y = 1;  // pixels that come for each that leaves, exactly
  Rational shape{1, 1};           // by which the aspect of pixels is multiplied
  Turn turn;
  bool scatters = false;  // besides, pixels move each by itself: what is said of places no longer holds
};
[[nodiscard]] Move crop_to(const Track& from, const Rect& part);
// The aspect of pixels follows, unless the sizes differ by rounding only.
[[nodiscard]] Move scale_to(const Track& from, const Size& size);
[[nodiscard]] Move turn_by(const Track& from, const Turn& turn);

[[nodiscard]] Size upright_size(const Track& track);
// Return where a part of the upright picture is stored, and the turn of the stored picture that turns the upright one.
[[nodiscard]] Rect stored_part(const Track& track, const Rect& part);
// Return where a part of the stored picture lies in the upright one.
[[nodiscard]] Rect upright_part(const Track& track, const Rect& stored);
[[nodiscard]] Turn stored_turn(const Track& track, const Turn& turn);

// Return the track of moved frames: size, sample aspect, density; and the matrix by name, if players would assume
// another one for the new size. The orientation and the pixel format stay: a turn of the upright picture is one of the
// stored one.
[[nodiscard]] Track moved_track(const Track& from, const Move& move);

// What happens to the two fields of interlaced frames.
enum class FieldChange : std::uint8_t { None, Swapped, Broken };
// For a format whose chroma is subsampled by `shift_y` along the rows.
[[nodiscard]] FieldChange field_change(const Track& from, const Move& move, int shift_y);

// Return the aspect after a change of shape, 1:1 if it is unknown. Numbers beyond the wire's limit are halved.
[[nodiscard]] Rational reshaped(const Rational& aspect, const Rational& shape);

// Return the box of a detection in `geometry.detections`, rounded outwards to pixels and cut at the edges of the
// upright picture: of those with this label, or any for "", the one with the highest score; the first of equals. Return
// nothing if the frame has no such box.
[[nodiscard]] std::optional<Rect> detected_box(const Frame& frame, const Track& track, std::string_view label);

// Move the boxes of `geometry.detections`, which are [x, y, width, height], and cut them at the edges of the new
// picture; leave out those outside. Remove all other members of `geometry`. Return false if there were any.
[[nodiscard]] bool move_geometry(Frame& frame, const Move& move);

}  // namespace sl
