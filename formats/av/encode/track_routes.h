// The tracks of the input, and the FilmTracks that take each one on its way into files.

#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "formats/av/encode/film_track.h"

namespace sl::av {

class TrackRoutes {
 public:
  struct Route {
    std::vector<std::unique_ptr<FilmTrack>> tracks;  // at least one; one for each rung of a ladder
    Track written;                                   // as announced last, to notice changes

    [[nodiscard]] bool can_continue_with(const Track& track) const { return tracks.front()->can_continue_with(track); }
    bool change_to(const Track& track) {
      return std::ranges::all_of(tracks, [&](const auto& one) { return one->change_to(track); });
    }
    void begin_frame(const Reader& in, std::uint16_t number);
  };

  // `container`: named in warnings, such as ".mp4"; may be empty.
  explicit TrackRoutes(std::string container = {}) : container_(std::move(container)) {}

  void add(std::uint16_t number, const Track& track, std::vector<std::unique_ptr<FilmTrack>> tracks);
  void add(std::uint16_t number, const Track& track, std::unique_ptr<FilmTrack> only);
  void clear() { routes_.clear(); }
  [[nodiscard]] bool empty() const { return routes_.empty(); }
  // Return null for a track without a route.
  [[nodiscard]] Route* find(std::uint16_t number);
  [[nodiscard]] const Route* find(std::uint16_t number) const;
  [[nodiscard]] auto begin() const { return routes_.begin(); }
  [[nodiscard]] auto end() const { return routes_.end(); }

  // Continue with a later stream of the input: it begins where the longest track ended. Return that time. Tracks that
  // cannot continue are left for their first frame to report.
  MediaTime continue_with(const Reader& in);
  // Pass the samples of the current record to its route, if it has one. Return false if the stream was interrupted.
  bool take_samples(Reader& in, const wire::Header& record);
  void finish();

  // Warn once for each track.
  void leave_out(const Reader& in, std::uint16_t number, const std::string& why);
  void leave_out_codec(const Reader& in, std::uint16_t number);

 private:
  std::string container_;
  std::map<std::uint16_t, Route> routes_;
  std::set<std::uint16_t> left_out_;
};

}  // namespace sl::av
