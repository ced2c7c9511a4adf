// sl-fade: a stream that begins and ends in black: pictures fade to a color, sound to silence.

#include <optional>

#include "fade/fade_stage.h"
#include "libcore/base/error.h"
#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-fade", "Fade in at the start and out at the end: pictures to a color, sound to silence.");
  tool.example("sl-fade --in 1s --out 500ms film.mkv -o faded.mkv");
  tool.example("sl-decode film.mkv | sl-fade --out 1s --tracks audio | sl-encode -o softly.mkv");
  tool.describe(
      "The stream begins at its earliest picture or sound and ends with its longest track. A picture is mixed with the "
      "color at its start: of the first one nothing is seen, of the one at half of --in the half. Coded values are "
      "mixed, in the picture's own format and range, as by ffmpeg's fade: YCbCr stays YCbCr. Alpha stays; but with "
      "--color transparent, alpha fades and colours stay. The amplitude of sound grows and falls in proportion to "
      "time, sample by sample, as by ffmpeg's afade. Data passes unchanged.");
  tool.describe(
      "The end is known only when it comes. So with --out, the last pictures and sound of that length wait in memory, up "
      "to --max-memory, and a live stream leaves later by that time; Ctrl-C ends it with the fade. With --in alone, "
      "each frame leaves when it is complete. Packets are decoded first.");

  std::optional<sl::Duration> in_length, out_length;
  sl::fade::FadeStage stage;
  tool.option("--in", in_length, "TIME", "length of the fade at the start: 1s, 500ms");
  tool.option("--out", out_length, "TIME", "length of the fade at the end");
  tool.option("--color", stage.color, "COLOR", "color at both ends: a name, #rrggbb, or transparent");
  tool.option("--tracks", stage.tracks, "TRACKS", "tracks to fade: numbers, audio, video:1; others pass unchanged");
  tool.check([&] {
    if (!in_length && !out_length) throw sl::Error(sl::Status::Usage, "nothing to do: --in or --out is missing");
    if (stage.color.alpha != 0 && stage.color.alpha != 1) {
      throw sl::Error(sl::Status::Usage, "--color is opaque or transparent, not between");
    }
    const auto ns = [](const auto& length) {
      return length ? sl::ticks_up(length->length, {1, sl::ns_per_second}) : 0;
    };
    stage.in_length = ns(in_length);
    stage.out_length = ns(out_length);
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}
