// sl-rate: pictures at a constant rate, by leaving out and repeating, or by blending neighbours.

#include <map>

#include "libcore/base/time_text.h"
#include "libcore/frames/constant_rate.h"
#include "libcore/stage/tool.h"

using sl::wire::Type;

int main(int argc, char** argv) {
  sl::Tool tool("sl-rate", "Pictures at a constant rate: frames are left out or repeated, or neighbours blended.");
  tool.example("sl-rate 25 film.mp4 -o film25.mkv");
  tool.example("sl-decode film.mkv | sl-rate --blend 60000/1001 | sl-encode -o smooth.mkv");
  tool.describe(
      "Frame n is shown from n / FPS on, exactly: a tick of the track is a frame then, and frames are numbered anew. "
      "The frame that comes nearest is taken, as by ffmpeg's fps filter, so times that were rounded to milliseconds do "
      "no "
      "harm. The last frame is shown as long as it was. Sound and data go on untouched.");
  tool.describe(
      "--blend gives the mean of the two frames around each time, weighted by how near they are, of the values as they "
      "are coded, alpha like any other. One frame is kept in memory, or two to blend, so each leaves when the next one "
      "comes. Packets are decoded first.");

  sl::ConstantRate::Options options;
  std::string rate, longest = "10m";
  tool.argument("FPS", rate, "frames a second: 25, 23.976, 30000/1001");
  tool.option("--blend", options.blend, "blend neighbours");
  tool.option("--max-gap", longest, "TIME", "how long a frame may be repeated");
  tool.check([&] {
    options.rate = sl::parse_ratio("FPS", rate);
    options.longest = sl::parse_seconds("--max-gap", longest);
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    std::map<std::uint16_t, sl::ConstantRate> tracks;
    while (const auto record = in.next()) {
      if (record->type == Type::Start) tracks.clear();
      if (record->type == Type::End) {
        for (auto& [number, track] : tracks) track.at_end();
      }
      const auto found = tracks.find(record->track);
      if (found != tracks.end()) {
        found->second.on_record(*record);
      } else if (record->type == Type::Track && in.track(record->track).kind == sl::Kind::Video) {
        const std::string& codec = in.track(record->track).codec;
        if (codec != "raw") {
          throw sl::Error(sl::Status::Data, in.name() + ": track " + std::to_string(record->track) + " is " +
                                                sl::printable(codec, 40) + ", not raw: decode it first");
        }
        tracks.try_emplace(record->track, in, out, record->track, options);
      } else {
        in.pass(*record, out);
      }
    }
  });
}
