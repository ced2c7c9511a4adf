// sl-rate: pictures at a constant rate, by leaving out and repeating, or by blending neighbours.

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"
#include "libcore/filter/per_track.h"
#include "libcore/frames/constant_rate.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-rate", "Pictures at a constant rate: frames are left out or repeated, or neighbours blended.");
  tool.example("sl-rate 25 film.mp4 -o film25.mkv");
  tool.example("sl-decode film.mkv | sl-rate --blend 60000/1001 | sl-encode -o smooth.mkv");
  tool.describe(
      "Frame n is shown from n / FPS on, exactly: a tick of the track becomes a frame, and frames are renumbered. "
      "The nearest frame is taken, as by ffmpeg's fps filter, so times that were rounded to milliseconds do no harm. "
      "The last frame is shown as long as before. Sound and data pass unchanged.");
  tool.describe(
      "--blend gives the mean of the two frames around each time, weighted by how near they are, of their coded "
      "values, alpha included. One frame is kept in memory, or two to blend, so each leaves when the next one comes. "
      "Packets are decoded first.");

  sl::ConstantRate::Options options;
  tool.argument("FPS", options.rate, "frames a second: 25, 23.976, 30000/1001");
  tool.option("--blend", options.blend, "blend neighbours");
  tool.option("--max-gap", options.longest, "TIME", "how long a frame may be repeated");
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    sl::per_track<sl::ConstantRate>(in, out, [&](std::uint16_t number) -> std::unique_ptr<sl::ConstantRate> {
      const sl::Track& track = in.track(number);
      if (track.kind != sl::Kind::Video) return nullptr;
      if (track.codec != "raw") {
        throw sl::Error(sl::Status::Data, in.name() + ": track " + std::to_string(number) + " is " +
                                              sl::printable(track.codec, 40) + ", not raw: decode it first");
      }
      return std::make_unique<sl::ConstantRate>(in, out, number, options);
    });
  });
}
