// Tracks and frames of pictures that move.

#include "libcore/media/geometry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/density.h"

namespace sl {

namespace {

__extension__ using Wide = __int128;

bool is_turned(const Track& track) { return turn_of(track.orientation).swap; }
bool is_interlaced(const Track& track) { return track.fields == Fields::Top || track.fields == Fields::Bottom; }

Size swapped(const Size& size, bool swap) { return swap ? Size{size.height, size.width} : size; }

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

// Return the box in the new picture; nothing if it lies outside.
std::optional<Box> moved(const Box& box, const Move& move) {
  const double width = move.size.width, height = move.size.height;
  double left = (box.x - static_cast<double>(move.crop.x)) / move.step_x, right = left + box.width / move.step_x;
  double top = (box.y - static_cast<double>(move.crop.y)) / move.step_y, bottom = top + box.height / move.step_y;
  left = std::clamp(left, 0.0, width);
  right = std::clamp(right, 0.0, width);
  top = std::clamp(top, 0.0, height);
  bottom = std::clamp(bottom, 0.0, height);
  if (left >= right || top >= bottom) return std::nullopt;
  if (move.turn.mirror_x) left = std::exchange(right, width - left) * -1 + width;
  if (move.turn.mirror_y) top = std::exchange(bottom, height - top) * -1 + height;
  if (move.turn.swap) {
    std::swap(left, top);
    std::swap(right, bottom);
  }
  return Box{left, top, right - left, bottom - top};
}

// Whole numbers stay whole.
Json number(double value) {
  const double rounded = std::round(value * 1000) / 1000;
  if (rounded == std::floor(rounded)) return static_cast<std::int64_t>(rounded);
  return rounded;
}

std::optional<Box> box_of(const Json& detection) {
  if (!detection.is_object() || !detection.contains("box")) return std::nullopt;
  const Json& box = detection["box"];
  if (!box.is_array() || box.size() != 4) return std::nullopt;
  if (!std::ranges::all_of(box, [](const Json& value) { return value.is_number(); })) return std::nullopt;
  return Box{box[0], box[1], box[2], box[3]};
}

// Return the moved ones; set `all` to false if one could not be read.
Json moved_detections(const Json& detections, const Move& move, bool& all) {
  Json result = Json::array();
  for (const Json& detection : detections) {
    const auto box = box_of(detection);
    all = all && box;
    const auto place = box ? moved(*box, move) : std::nullopt;
    if (!place) continue;
    Json copy = detection;
    copy["box"] = Json::array({number(place->x), number(place->y), number(place->width), number(place->height)});
    result.push_back(std::move(copy));
  }
  return result;
}

}  // namespace

Turn turn_of(int orientation) {
  constexpr std::array<Turn, 9> turns{{{},
                                       {},
                                       {true, false, false},
                                       {true, true, false},
                                       {false, true, false},
                                       {false, false, true},
                                       {false, true, true},
                                       {true, true, true},
                                       {true, false, true}}};
  return orientation >= 1 && orientation <= 8 ? turns.at(static_cast<std::size_t>(orientation)) : Turn{};
}

Turn then(const Turn& first, const Turn& second) {
  const bool x = first.swap ? second.mirror_y : second.mirror_x, y = first.swap ? second.mirror_x : second.mirror_y;
  return {first.mirror_x != x, first.mirror_y != y, first.swap != second.swap};
}

Turn inverse(const Turn& turn) { return turn.swap ? Turn{turn.mirror_y, turn.mirror_x, true} : turn; }

Size upright_size(const Track& track) { return swapped({track.width, track.height}, is_turned(track)); }

Move crop_to(const Track& /*from*/, const Rect& part) {
  Move move;
  move.crop = part;
  move.size = {part.width, part.height};
  return move;
}

Move scale_to(const Track& from, const Size& size) {
  const Size whole = upright_size(from);
  Move move = crop_to(from, {0, 0, whole.width, whole.height});
  move.size = size;
  move.step_x = static_cast<double>(whole.width) / size.width;
  move.step_y = static_cast<double>(whole.height) / size.height;
  const bool keeps_shape =
      std::abs(whole.width / move.step_y - size.width) < 1 || std::abs(whole.height / move.step_x - size.height) < 1;
  if (!keeps_shape) {
    move.shape = {std::int64_t{whole.width} * size.height, std::int64_t{whole.height} * size.width};
    const std::int64_t common = std::gcd(move.shape.num, move.shape.den);
    move.shape = {move.shape.num / common, move.shape.den / common};
  }
  return move;
}

Move turn_by(const Track& from, const Turn& turn) {
  const Size whole = upright_size(from);
  Move move = crop_to(from, {0, 0, whole.width, whole.height});
  move.turn = turn;
  return move;
}

Rect stored_part(const Track& track, const Rect& part) {
  const Turn back = inverse(turn_of(track.orientation));
  const Size whole = upright_size(track);
  Rect result = part;
  if (back.mirror_x) result.x = std::int64_t{whole.width} - part.x - part.width;
  if (back.mirror_y) result.y = std::int64_t{whole.height} - part.y - part.height;
  if (back.swap) {
    std::swap(result.x, result.y);
    std::swap(result.width, result.height);
  }
  return result;
}

Rect upright_part(const Track& track, const Rect& stored) {
  const Turn turn = turn_of(track.orientation);
  Rect result = stored;
  if (turn.mirror_x) result.x = std::int64_t{track.width} - stored.x - stored.width;
  if (turn.mirror_y) result.y = std::int64_t{track.height} - stored.y - stored.height;
  if (turn.swap) {
    std::swap(result.x, result.y);
    std::swap(result.width, result.height);
  }
  return result;
}

Turn stored_turn(const Track& track, const Turn& turn) {
  const Turn upright = turn_of(track.orientation);
  return then(then(upright, turn), inverse(upright));
}

Rational reshaped(const Rational& aspect, const Rational& shape) {
  if (shape.num == shape.den) return aspect;
  const Rational known = aspect.num == 0 ? Rational{1, 1} : aspect;
  Wide num = Wide{known.num} * shape.num, den = Wide{known.den} * shape.den;
  for (Wide a = num, b = den; b != 0;) {
    const Wide rest = a % b;
    a = b;
    b = rest;
    if (b != 0) continue;
    num /= a;
    den /= a;
  }
  while (num > wire_limit::number || den > wire_limit::number) {
    num = std::max<Wide>(num / 2, 1);
    den = std::max<Wide>(den / 2, 1);
  }
  return {static_cast<std::int64_t>(num), static_cast<std::int64_t>(den)};
}

Track moved_track(const Track& from, const Move& move) {
  Track track = from;
  const Size stored = swapped(move.size, is_turned(from));
  track.width = stored.width;
  track.height = stored.height;
  const Rational shape = is_turned(from) ? Rational{move.shape.den, move.shape.num} : move.shape;
  track.sample_aspect = reshaped(from.sample_aspect, shape);
  if (const auto density = density_of(from); density && shape.num != shape.den) {
    const double y = density->y * static_cast<double>(shape.num) / static_cast<double>(shape.den);
    set_density(track, Density{density->x, y, density->unit});
  }
  if (!move.turn.swap) return track;
  std::swap(track.width, track.height);
  turn_density(track);
  if (track.sample_aspect.num != 0) track.sample_aspect = {track.sample_aspect.den, track.sample_aspect.num};
  if (is_interlaced(from)) track.fields = Fields::Unknown;  // fields are columns now
  return track;
}

FieldChange field_change(const Track& from, const Move& move, int shift_y) {
  const Rect part = stored_part(from, move.crop);
  const Turn turn = stored_turn(from, move.turn);
  const Size size = swapped(move.size, is_turned(from));
  if (size.height != part.height || turn.swap || move.scatters) return FieldChange::Broken;
  const bool moves = part.y != 0 || turn.mirror_y;
  // Rows of chroma belong to the fields in turn, too.
  if (shift_y != 0 && moves && (turn.mirror_y || part.y % (std::int64_t{2} << shift_y) != 0))
    return FieldChange::Broken;
  const bool odd = part.y % 2 != 0, mirrored = turn.mirror_y && part.height % 2 == 0;
  return odd != mirrored ? FieldChange::Swapped : FieldChange::None;
}

std::optional<Rect> detected_box(const Frame& frame, const Track& track, std::string_view label) {
  if (frame.metadata.find("\"geometry\"") == std::string::npos) return std::nullopt;
  const Json metadata = parse_json(frame.metadata, wire_limit::long_json);
  const Json::json_pointer path("/geometry/detections");
  if (!metadata.contains(path) || !metadata[path].is_array()) return std::nullopt;
  std::optional<Rect> best;
  double best_score = 0;
  for (const Json& detection : metadata[path]) {
    const auto box = box_of(detection);
    if (!box || (!label.empty() && detection.value("label", Json()) != label)) continue;
    const Json score = detection.value("score", Json(0));
    const double points = score.is_number() ? score.get<double>() : 0;
    if (best && points <= best_score) continue;
    const Size size = upright_size(track);
    const double right = std::min<double>(std::ceil(box->x + box->width), size.width);
    const double bottom = std::min<double>(std::ceil(box->y + box->height), size.height);
    const double left = std::max(std::floor(box->x), 0.0), top = std::max(std::floor(box->y), 0.0);
    if (!(left < right && top < bottom)) continue;
    best = Rect{static_cast<std::int64_t>(left), static_cast<std::int64_t>(top),
                static_cast<std::uint32_t>(right - left), static_cast<std::uint32_t>(bottom - top)};
    best_score = points;
  }
  return best;
}

bool move_geometry(Frame& frame, const Move& move) {
  if (frame.metadata.find("\"geometry\"") == std::string::npos) return true;
  Json metadata = parse_json(frame.metadata, wire_limit::long_json);
  const auto found = metadata.find("geometry");
  if (found == metadata.end()) return true;
  bool all = found->is_object() && found->size() == (found->contains("detections") ? 1U : 0U);
  Json kept = Json::object();
  if (!move.scatters && found->is_object() && found->contains("detections") && (*found)["detections"].is_array()) {
    kept["detections"] = moved_detections((*found)["detections"], move, all);
  } else {
    all = false;
  }
  if (kept.empty()) {
    metadata.erase("geometry");
  } else {
    metadata["geometry"] = std::move(kept);
  }
  frame.metadata = metadata.empty() ? std::string() : write_json(metadata);
  return all;
}

}  // namespace sl
