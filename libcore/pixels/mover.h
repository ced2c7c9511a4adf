// Pictures cropped and turned: pixels move, and none changes.

#pragma once

#include "libcore/pixels/step.h"

namespace sl {

// Rows of a part of each frame. Rows stay where they are in memory; only the view moves.
class Cropper : public Step {
 public:
  // `part` is stored, lies within the frame, and begins on whole groups of chroma.
  Cropper(const Track& from, const Rect& part);
  [[nodiscard]] const Track& track() const override { return to_; }
  void push(const Strip& strip, const Emit& emit) override;

 private:
  Track to_;
  std::uint32_t left_, top_;
};

// Crops and turns. Chroma stays with its luma: if a part begins inside of a group of pixels that share chroma, or
// turned chroma falls on places that a format cannot name, frames get the format of the same depth without subsampling.
// A turn that exchanges or reverses rows holds a frame (Turner).
class Mover : public GeometryStep {
 public:
  // `move` scales nothing, and its part lies within the picture.
  Mover(const Track& from, const Move& move);
  [[nodiscard]] const Track& track() const override { return chain_.track(); }
  [[nodiscard]] const Move& move() const override { return move_; }
  void push(const Strip& strip, const Emit& emit) override { chain_.push(strip, emit); }
  void flush(const Emit& emit) override { chain_.flush(emit); }

 private:
  Move move_;
  Chain chain_;
};

}  // namespace sl
