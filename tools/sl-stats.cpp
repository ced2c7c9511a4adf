// sl-stats: figures of each picture's samples, as JSON.

#include <iostream>
#include <map>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/media/frame.h"
#include "libcore/pixels/statistics.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/reader.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-stats", "Print figures of each picture's samples, a JSON object on a line.");
  tool.example("sl-stats in.jpg");
  tool.example("sl-decode film.mp4 | sl-stats > film.jsonl", "a line for each frame");
  tool.describe(
      "For each channel: minimum, maximum, mean, deviation, percentiles (1 to 99), entropy in bits a sample, and how many "
      "samples are clipped: at the first or last code, of floats below 0 or above 1. Values are codes of the picture's own "
      "format, which the line names; sl-decode and sl-filter convert. Of floats, percentiles and entropy are those of the "
      "first 8 significant bits.");
  tool.before_wait([] { std::cout.flush(); });
  return tool.run(argc, argv, [](sl::Reader& in) {
    std::map<std::uint16_t, std::optional<sl::PictureStatistics>> statistics;
    while (const auto record = in.next()) {
      if (record->type != sl::wire::Type::Rows) continue;
      const sl::Track& track = in.track(record->track);
      const sl::Strip strip = in.strip();
      auto& of_track = statistics[record->track];
      if (strip.first == 0) of_track.emplace(track);
      of_track->add(strip);
      if (!strip.last) continue;
      sl::Json line{{"stream", in.streams()},
                    {"track", record->track},
                    {"frame", sl::json_count(in.frame(record->track).number)},
                    {"pixels", track.pixels->name},
                    {"width", track.width},
                    {"height", track.height},
                    {"channels", of_track->json()}};
      std::cout << sl::write_json(line) << "\n";
    }
    if (!std::cout.flush()) throw sl::Error(sl::Status::Io, "standard output cannot be written");
  });
}
