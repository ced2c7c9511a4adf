// Filters with two inputs: each picture of the first input is made of itself and of one of the second.

#pragma once

#include <functional>

#include "libcore/combine/pairs.h"

namespace sl {

struct PairFilter {
  PicturePairs::Step step = PicturePairs::Step::Time;
  // Return the track of the pictures that are made, for the tracks of a pair.
  std::function<Track(const Track& first, const Track& second)> target;
  // Write all samples of `out`, a whole picture of that track. The first picture may be changed on the way.
  std::function<void(const HeldPicture& first, const HeldPicture& second, const Strip& out)> work;
};

// Run a filter to the end of both inputs. Frames, times and metadata, and all other tracks, are those of the first
// input; of the second only the pictures of one track are used. Attachments that are tied to the old samples are left
// out, with an EVENT. By order it ends with the shorter input. Throw Data if an input has no pictures.
void map_pairs(Inputs& inputs, Writer& out, const PairFilter& filter);

}  // namespace sl
