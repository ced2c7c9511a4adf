// One map of routes, and the warnings for tracks without one.

#include "formats/av/encode/track_routes.h"

#include <algorithm>
#include <utility>

#include "libcore/base/report.h"

namespace sl::av {

void TrackRoutes::Route::begin_frame(const Reader& in, std::uint16_t number) {
  for (const auto& track : tracks) {
    track->attach(in.attachments(number));
    track->begin_frame(in.frame(number));
  }
}

void TrackRoutes::add(std::uint16_t number, const Track& track, std::vector<std::unique_ptr<FilmTrack>> tracks) {
  routes_[number] = Route{std::move(tracks), track};
}

void TrackRoutes::add(std::uint16_t number, const Track& track, std::unique_ptr<FilmTrack> only) {
  std::vector<std::unique_ptr<FilmTrack>> tracks;
  tracks.push_back(std::move(only));
  add(number, track, std::move(tracks));
}

TrackRoutes::Route* TrackRoutes::find(std::uint16_t number) {
  const auto found = routes_.find(number);
  return found == routes_.end() ? nullptr : &found->second;
}

const TrackRoutes::Route* TrackRoutes::find(std::uint16_t number) const {
  const auto found = routes_.find(number);
  return found == routes_.end() ? nullptr : &found->second;
}

MediaTime TrackRoutes::continue_with(const Reader& in) {
  MediaTime end;
  for (const auto& [number, route] : routes_) {
    const MediaTime candidate = route.tracks.front()->end();
    if (av_compare_ts(candidate.ticks, candidate.base, end.ticks, end.base) > 0) end = candidate;
  }
  const auto numbers = in.tracks();
  for (auto& [number, route] : routes_) {
    if (std::ranges::find(numbers, number) == numbers.end()) continue;
    if (!route.change_to(in.track(number))) continue;
    for (const auto& track : route.tracks) track->start_at(in.track(number), end);
    route.written = in.track(number);
  }
  return end;
}

bool TrackRoutes::take_samples(Reader& in, const wire::Header& record) {
  const Route* const route = find(record.track);
  if (route == nullptr) return true;
  try {
    if (record.type != wire::Type::Rows) {
      constexpr std::uint8_t last = 1;
      route->tracks.front()->bytes(in.body(), (record.flags & last) != 0);
    } else if (route->tracks.size() == 1) {
      take_rows(in, *route->tracks.front());
    } else {
      const Strip strip = in.strip();
      for (const auto& track : route->tracks) track->rows(strip);
    }
  } catch (const Error& error) {
    if (!in.stopped_by(error)) throw;
    return false;
  }
  return true;
}

void TrackRoutes::finish() {
  for (const auto& [number, route] : routes_) {
    for (const auto& track : route.tracks) track->finish();
  }
}

void TrackRoutes::leave_out(const Reader& in, std::uint16_t number, const std::string& why) {
  if (!left_out_.insert(number).second) return;
  const Kind kind = in.track(number).kind;
  const char* const name = kind == Kind::Video ? "pictures" : kind == Kind::Audio ? "sound" : "data";
  warn("track " + std::to_string(number) + " of " + name + " is left out" +
       (container_.empty() ? "" : " of " + container_) + ": " + why);
}

void TrackRoutes::leave_out_codec(const Reader& in, std::uint16_t number) {
  leave_out(in, number, "its codec \"" + printable(in.track(number).codec, 40) + "\" is unknown");
}

}  // namespace sl::av
