// The descriptions of the filter commands, and the graphs for their options.

#include "formats/commands/filter.h"

#include <algorithm>
#include <cctype>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

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
      "GRAPH is an argument of ffmpeg's -vf or -af; man ffmpeg-filters describes all filters. It has one open input "
      "and "
      "one open output. Its input is video or sound, and the first track of that kind goes through it. All other "
      "tracks pass unchanged. Filters may generate streams (color, sine) and combine them with the track: "
      "'color=red:s=64x64[box];[in][box]overlay'.");
  tool.describe(
      "Output frames are numbered from 0. Times and time base are the graph's. Pixels keep the format of the last "
      "filter, if the wire has it. Pictures are turned upright first. Filters run in a sandbox: filters that read or "
      "write files (movie, subtitles, lut3d=file=) fail.");
  tool.argument("GRAPH", job.graph, "filters with their options, as 'scale=320:-2,hflip'");
  tool.option("--track", track, "TRACKS", "first of the graph's kind, all of them, or which: 2, audio:de, audio:2");
  tool.check([this] {
    job.named = "GRAPH";
    job.tracks = parse_tracks(track);
    if (checked) checked();
  });
}

namespace {

constexpr Name<DeinterlaceCommand::Mode> modes[] = {{"frame", DeinterlaceCommand::Mode::Frame},
                                                    {"field", DeinterlaceCommand::Mode::Field}};
constexpr Name<DeinterlaceCommand::Fields> first_fields[] = {{"auto", DeinterlaceCommand::Fields::Auto},
                                                             {"top", DeinterlaceCommand::Fields::Top},
                                                             {"bottom", DeinterlaceCommand::Fields::Bottom}};

}  // namespace

DeinterlaceCommand::DeinterlaceCommand() {
  tool.example("sl-deinterlace film.mp4 | sl-encode out.mp4");
  tool.example("sl-deinterlace --mode field --fields top film.mp4 | sl-encode out.mp4",
               "twice as many frames, from film that is not marked as interlaced");
  tool.describe(
      "Frames that are marked as interlaced become progressive (by the filter bwdif, which follows motion and edges); "
      "other frames pass unchanged. The frames say which field is first, or --fields does, which treats all frames as "
      "interlaced.");
  tool.option("--mode", mode, modes, "make a frame from each frame, or from each field at twice the rate");
  tool.option("--fields", fields, first_fields, "the first field; unless auto, all frames are deinterlaced");
  tool.option("--track", track, "TRACKS", "all, first, or a choice: 2, video:2");
  tool.check([this] {
    job.graph = "bwdif=mode=send_" + std::string(name_of(mode, modes));
    job.graph += fields == Fields::Auto ? ":deint=interlaced" : fields == Fields::Top ? ":parity=tff" : ":parity=bff";
    job.named = "deinterlacing";
    job.tracks = parse_tracks(track);
    job.upright = false;
    job.only_fields = fields == Fields::Auto;
    job.progressive = true;
    if (checked) checked();
  });
}

ResampleCommand::ResampleCommand() {
  tool.example("sl-resample 44100 sound.wav | sl-encode .wav > out.wav");
  tool.example("sl-resample 16000 --channels 1 --samples s16le sound.wav | sl-encode .wav > speech.wav",
               "for speech recognition");
  tool.describe(
      "Uses the SoX resampler at high quality. The length is kept to the sample, including the last samples. Channels "
      "are mixed by the usual matrix of their layouts. Integer samples are cut off at full scale, with a warning.");
  tool.argument("RATE", rate, "samples per second, or 0 to keep the rate");
  tool.option("--channels", channels, "N", "number of channels, in its usual layout; 0 keeps them", 0, 64);
  tool.option("--layout", layout, "NAME", "channels by name: mono, stereo, 5.1, FL+FR+LFE, ...");
  tool.option("--samples", samples, "keep|u8|s16le|s32le|f32le", "format of the samples");
  tool.option("--track", track, "TRACKS", "all, first, or a choice: 2, audio:de, audio:2");
  tool.check([this] { check(); });
}

void ResampleCommand::check() {
  constexpr std::uint32_t highest = 768000;
  const auto hertz = to_number<std::uint32_t>(rate);
  if (!hertz || *hertz > highest) {
    bad_value("RATE", rate, "is not a number of samples per second up to " + std::to_string(highest));
  }
  if (channels != 0 && !layout.empty()) throw Error(Status::Usage, "--channels and --layout exclude each other");
  const auto is_layout = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("+.()-").find(c) != std::string_view::npos;
  };
  if (!std::ranges::all_of(layout, is_layout)) bad_value("--layout", layout, "is no layout");
  // The same resampler converts formats and layouts: requesting them after it is enough.
  // In floats: soxr dithers integers, with a seed of the time of day.
  job.graph = std::string("aresample=") + (hertz == 0 ? "" : rate + ":") +
              "resampler=soxr:precision=28:internal_sample_fmt=dblp";
  std::string format;
  if (channels != 0) format += ":channel_layouts=" + std::to_string(channels) + "c";
  if (!layout.empty()) format += ":channel_layouts=" + layout;
  if (!format.empty()) job.graph += ",aformat=" + format.substr(1);
  job.samples = samples;
  job.named = "resampling";
  job.tracks = parse_tracks(track);
  if (checked) checked();
}

}  // namespace sl
