// What the commands of filters tell of themselves, and the graphs that their options come to.

#include "formats/commands/filter.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "libcore/base/error.h"

namespace sl {

namespace {

std::optional<TrackChoice> parse_tracks(const std::string& text) {
  if (text == "first") return std::nullopt;
  return TrackChoice("--track", text);
}

}  // namespace

FilterCommand::FilterCommand() {
  tool.example("sl-filter scale=160:-2 film.mp4 | sl-encode small.mp4");
  tool.example("sl-filter 'hqdn3d,unsharp' in.jpg | sl-encode .png > out.png", "several, one after another");
  tool.example("sl-filter 'volume=0.5,highpass=f=100' sound.wav | sl-encode .wav > out.wav", "sound");
  tool.example("sl-filter showwaves=s=320x120:r=25 sound.wav | sl-encode waves.mp4", "pictures of sound");
  tool.describe(
      "GRAPH is what ffmpeg takes behind -vf or -af: man ffmpeg-filters has them all. It has one open input and one "
      "open output; whether it is for video or for sound is told from its input, and the first track of that kind "
      "goes through it. All other tracks pass untouched. Filters may make streams of their own (color, sine) and "
      "combine them with the track: 'color=red:s=64x64[box];[in][box]overlay'.");
  tool.describe(
      "Frames are counted anew. Times are those that the graph gives, in the time base that it gives. Pixels stay in "
      "the format in which the last filter makes them, where the wire has it. Pictures are turned upright first. "
      "Filters run locked in: those that read or write files (movie, subtitles, lut3d=file=) fail.");
  tool.argument("GRAPH", job.graph, "filters with their options, as 'scale=320:-2,hflip'");
  tool.option("--track", track, "TRACKS", "first of the graph's kind, all of them, or which: 2, audio:de, audio:2");
  tool.check([this] {
    if (job.graph.empty()) throw Error(Status::Usage, "GRAPH is empty");
    job.named = "GRAPH";
    job.tracks = parse_tracks(track);
    if (checked) checked();
  });
}

DeinterlaceCommand::DeinterlaceCommand() {
  tool.example("sl-deinterlace film.mp4 | sl-encode out.mp4");
  tool.example("sl-deinterlace --mode field --fields top film.mp4 | sl-encode out.mp4",
               "twice as many frames, of film that does not tell that it is interlaced");
  tool.describe(
      "Frames that are marked as interlaced become progressive ones (the filter bwdif: motion and edges are "
      "followed); "
      "others pass as they are. Which field is first is told by the frames, or by --fields, which takes all frames "
      "for interlaced.");
  tool.option("--mode", mode, "frame|field", "a frame for each frame, or one for each field, at twice the rate");
  tool.option("--fields", fields, "auto|top|bottom", "which field is first; unless auto, all frames are deinterlaced");
  tool.option("--track", track, "TRACKS", "all, first, or which: 2, video:2");
  tool.check([this] {
    job.graph = "bwdif=mode=send_" + mode + (fields == "auto" ? ":deint=interlaced" : "");
    if (fields != "auto") job.graph += std::string(":parity=") + (fields == "top" ? "tff" : "bff");
    job.named = "deinterlacing";
    job.tracks = parse_tracks(track);
    job.upright = false;
    job.only_fields = fields == "auto";
    if (checked) checked();
  });
}

ResampleCommand::ResampleCommand() {
  tool.example("sl-resample 44100 sound.wav | sl-encode .wav > out.wav");
  tool.example("sl-resample 16000 --channels 1 --samples s16le sound.wav | sl-encode .wav > speech.wav",
               "as speech recognisers want it");
  tool.describe(
      "By the SoX resampler, in its high quality. The length stays what it is, to the sample; the last samples come "
      "out too. Channels are mixed by the usual matrix of their layouts.");
  tool.argument("RATE", rate, "samples a second, or 0 to keep the rate");
  tool.option("--channels", channels, "N", "number of channels, in its usual layout; 0 keeps them", 0, 64);
  tool.option("--layout", layout, "NAME", "channels by name: mono, stereo, 5.1, FL+FR+LFE, ...");
  tool.option("--samples", samples, "keep|u8|s16le|s32le|f32le", "their format");
  tool.option("--track", track, "TRACKS", "all, first, or which: 2, audio:de, audio:2");
  tool.check([this] { check(); });
}

void ResampleCommand::check() {
  std::uint32_t hertz = 0;
  constexpr std::uint32_t highest = 768000;
  const auto [end, error] = std::from_chars(rate.data(), rate.data() + rate.size(), hertz);
  if (error != std::errc() || end != rate.data() + rate.size() || hertz > highest) {
    throw Error(Status::Usage, "RATE: \"" + printable(rate, 40) + "\" is not a number of samples a second up to " +
                                   std::to_string(highest));
  }
  if (channels != 0 && !layout.empty()) throw Error(Status::Usage, "--channels and --layout exclude each other");
  const auto is_layout = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '.';
  };
  if (!std::ranges::all_of(layout, is_layout)) {
    throw Error(Status::Usage, "--layout: \"" + printable(layout, 40) + "\" is no layout");
  }
  // Formats and layouts are left to the one resampler that is there: asking for them behind it is enough.
  // In floats: soxr dithers integers, with a seed of the time of day.
  job.graph = std::string("aresample=") + (hertz == 0 ? "" : rate + ":") +
              "resampler=soxr:precision=28:internal_sample_fmt=dblp";
  std::string wanted;
  if (channels != 0) wanted += ":channel_layouts=" + std::to_string(channels) + "c";
  if (!layout.empty()) wanted += ":channel_layouts=" + layout;
  if (samples != "keep")
    wanted += ":sample_fmts=" + std::string(samples == "f32le" ? "flt" : samples.substr(0, samples.find("le")));
  if (!wanted.empty()) job.graph += ",aformat=" + wanted.substr(1);
  job.named = "resampling";
  job.tracks = parse_tracks(track);
  if (checked) checked();
}

}  // namespace sl
