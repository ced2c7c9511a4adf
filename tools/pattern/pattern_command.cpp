// The command line of sl-pattern.

#include "pattern_command.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/time_text.h"
#include "libcore/media/pixel_format.h"
#include "libcore/stage/tool.h"

namespace sl::pattern {

namespace {

constexpr Name<Sound> sounds[] = {
    {"none", Sound::None}, {"tone", Sound::Tone}, {"sweep", Sound::Sweep}, {"click", Sound::Click}};

}  // namespace

void PatternCommand::bind(Tool& tool) {
  tool.argument("PATTERN", settings.picture, std::string(picture_names), false);
  tool.group("Picture");
  tool.option("--size", size_, "WIDTHxHEIGHT", "in pixels");
  tool.option("--pixels", pixels_, "FORMAT",
              "a pixel format of the wire (yuv420p, rgb24, gray10le ...); rgb24 for one frame (rgba if it is "
              "transparent), yuv420p for several");
  tool.option("--standard", standard_, "auto|bt601|bt709|bt2020",
              "colours and matrix of YUV: bt601 below 720 rows, bt709 from there on");
  tool.option("--range", range_, "auto|full|limited", "codes of black and white: limited in YUV, full otherwise");
  tool.option("--seed", seed_, "N", "of noise", 0, std::int64_t{1} << 53);
  tool.group("Sound");
  tool.option("--sound", settings.sound, sounds,
              "tone: 1 kHz at -18 dBFS; sweep: 20 Hz to 20 kHz in 10 s; click: 10 ms at each full second, in time with "
              "the card's flash");
  tool.option("--sample-rate", sample_rate_, "HZ", "samples a second, of each channel", 8000, 384000);
  tool.option("--channels", channels_, "N", "with the same sound on all", 1, 64);
  tool.group("Time");
  tool.option("--rate", settings.rate, "FRAMES", "a second: 25, 30000/1001");
  stop_.bind(tool);
  tool.option("--live", settings.live, "in real time, with capture times, until it is stopped");
}

void PatternCommand::check() {
  settings.seed = static_cast<std::uint64_t>(seed_);
  if (settings.picture == "none" && settings.sound == Sound::None) {
    throw Error(Status::Usage, "PATTERN none needs a --sound");
  }
  settings.frames = stop_.frames_at(settings.rate);
  if (!settings.frames && !settings.live) settings.frames = 1;
  check_size();
  if (settings.picture != "none") check_video();
  settings.audio.kind = Kind::Audio;
  settings.audio.samples = "s16le";
  settings.audio.sample_rate = static_cast<std::uint32_t>(sample_rate_);
  settings.audio.channels = static_cast<std::uint32_t>(channels_);
  settings.audio.time_base = {1, sample_rate_};
  if (channels_ <= 2) settings.audio.layout = channels_ == 1 ? "mono" : "stereo";
}

void PatternCommand::check_size() {
  check_pixels("--size", size_.width, size_.height);
  settings.video.width = size_.width;
  settings.video.height = size_.height;
}

void PatternCommand::check_video() {
  Track& video = settings.video;
  const bool transparent = make_picture(settings.picture, {video.width, video.height, 0}).alpha;
  const bool still = settings.frames == 1;
  if (pixels_.empty()) pixels_ = transparent ? (still ? "rgba" : "yuva420p") : still ? "rgb24" : "yuv420p";
  video.pixels = find_pixel_format(pixels_);
  if (video.pixels == nullptr) throw Error(Status::Usage, "--pixels: unknown format \"" + pixels_ + "\"");
  video.alpha = video.pixels->alpha ? Alpha::Straight : Alpha::None;
  const bool yuv = video.pixels->model == Model::Yuv;
  if (standard_ == "auto") standard_ = yuv && video.height < 720 ? "bt601" : "bt709";
  // Primaries, transfer and matrix (ITU-T H.273): RGB is sRGB's unless a standard is asked for.
  const int code = standard_ == "bt601" ? 6 : standard_ == "bt709" ? 1 : 9;
  video.color.primaries = code;
  video.color.transfer = standard_ == "bt2020" ? 14 : yuv ? code : standard_ == "bt709" ? 13 : code;
  video.color.matrix = yuv ? code : video.pixels->model == Model::Rgb ? 0 : 2;
  video.color.range = range_ == "limited" || (range_ == "auto" && yuv) ? Range::Limited : Range::Full;
  const bool subsampled = video.pixels->shift_x != 0 || video.pixels->shift_y != 0;
  video.color.chroma = yuv && subsampled ? Chroma::Left : Chroma::Unknown;
}

}  // namespace sl::pattern
