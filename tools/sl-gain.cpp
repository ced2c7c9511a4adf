// sl-gain: sound made louder or softer.

#include <map>

#include "libcore/filter/cut_off.h"
#include "libcore/media/track.h"
#include "libcore/sound/samples.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/track_choice.h"
#include "libcore/wire/writer.h"

using sl::wire::Type;

int main(int argc, char** argv) {
  sl::Tool tool("sl-gain", "Make sound louder or softer; pictures pass untouched.");
  tool.example("sl-gain -6 sound.wav > softer.slw", "half as loud");
  tool.example("sl-gain x2 --tracks audio:1 film.mkv > louder.slw");
  tool.describe(
      "Each sample is multiplied and rounded to the nearest value, ties to even. Integer samples are cut off at "
      "full scale, with a warning; floating point ones may go beyond it. 0 changes nothing.");
  sl::Gain gain;
  sl::TrackChoice tracks("--tracks", "audio");
  tool.argument("GAIN", gain, "decibels (-6, +3dB), or a factor (x0.5)");
  tool.option("--tracks", tracks, "TRACKS", "tracks to change: numbers, audio, audio:de; others pass untouched");
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    std::map<std::uint16_t, std::uint64_t> cut_off;  // samples of each track
    while (const auto record = in.next()) {
      const std::uint16_t number = record->track;
      if (record->type == Type::End) {
        for (const auto& [track, count] : cut_off) sl::report_cut_off(out, track, count);
        cut_off.clear();
      }
      if (record->type != Type::Bytes || !in.track(number).is_raw_audio() || !tracks.includes(in, number)) {
        in.pass(*record, out);
        continue;
      }
      const auto samples = in.body();
      cut_off[number] += sl::scale_samples(sl::sample_type(in.track(number)), samples, gain.factor);
      out.bytes(number, samples, (record->flags & sl::wire::piece_last) != 0,
                (record->flags & sl::wire::piece_damaged) != 0);
    }
  });
}
