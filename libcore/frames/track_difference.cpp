// Comparing the frames of two tracks.

#include "libcore/frames/track_difference.h"

#include "libcore/base/error.h"
#include "libcore/base/size_text.h"
#include "libcore/base/time_text.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

std::string unlike(const std::string& what, std::string_view is, std::string_view was) {
  return what + " " + printable(is, 60) + " but the first has " + printable(was, 60);
}

std::string difference_of_pictures(const Track& first, const Track& other) {
  const auto size = [](const Track& t) { return size_text({t.width, t.height}); };
  if (size(first) != size(other)) return unlike("has size", size(other), size(first));
  if (first.pixels != other.pixels) return unlike("has pixels", other.pixels->name, first.pixels->name);
  if (first.color != other.color) return "has other colours than the first";
  if (first.alpha != other.alpha) return "has another kind of alpha than the first";
  if (first.orientation != other.orientation) {
    return unlike("has orientation", std::to_string(other.orientation), std::to_string(first.orientation));
  }
  if (first.fields != other.fields) return "has other fields than the first";
  if (first.sample_aspect != other.sample_aspect) {
    return unlike("has sample aspect", ratio_text(other.sample_aspect), ratio_text(first.sample_aspect));
  }
  return {};
}

std::string difference_of_sound(const Track& first, const Track& other) {
  const auto channels = [](const Track& t) { return std::to_string(t.channels) + " " + t.layout; };
  if (first.samples != other.samples) return unlike("has samples", other.samples, first.samples);
  if (first.sample_rate != other.sample_rate) {
    return unlike("has sample rate", std::to_string(other.sample_rate), std::to_string(first.sample_rate));
  }
  if (channels(first) != channels(other)) return unlike("has channels", channels(other), channels(first));
  return {};
}

}  // namespace

std::string difference(const Track& first, const Track& other) {
  if (first.kind != other.kind) return unlike("is", kind_name(other.kind), kind_name(first.kind));
  if (first.codec != other.codec) return unlike("has codec", other.codec, first.codec);
  if (first.is_raw_video()) return difference_of_pictures(first, other);
  if (first.is_raw_audio()) return difference_of_sound(first, other);
  return {};
}

}  // namespace sl
