// The description of sl-decode, and checks of its options.

#include "formats/commands/decode.h"

#include <algorithm>

#include "formats/format.h"
#include "libcore/base/parse.h"
#include "libcore/stage/options.h"

namespace sl {

namespace {

constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();

Tool& described(Tool& tool) {
  tool.example("sl-decode in.jpg | sl-invert | sl-encode .png > out.png");
  tool.example("cat a.jpg b.jpg | sl-decode | sl-encode -o out-%03d.png", "several pictures, one after another");
  tool.example("sl-decode --shrink 8 in.jpg | sl-encode .jpg > small.jpg", "an eighth of the size, by DCT scaling");
  tool.example("sl-decode film.mp4 --at 1.5s | sl-encode .jpg > frame.jpg", "the frame shown at a time");
  tool.example("sl-decode film.mp4 --frames 0:10,-1 | sl-encode -o frame-%02d.png",
               "the first ten frames, and the last");
  tool.example("head -c 768000 /dev/zero | sl-decode --raw 320x240:gray@10 | sl-encode -o black.mkv",
               "samples without a header: ten pictures as film");
  tool.describe(
      "The format is recognised by the first bytes, never by a name. Samples are not converted: planes of a JPEG stay "
      "subsampled planes, sound keeps its rate. Damaged input is an error; everything before the damage is passed on. Of "
      "several pictures, --salvage and --keep-going continue with the one after the damage: bytes of a picture from a "
      "pipe are kept in memory for that.");
  tool.describe(
      "Film and sound: all containers and codecs that FFmpeg's libraries read. The largest video track and the best "
      "sound are decoded, unless --stream names others; streams are counted from 0, as ffprobe does. Pipes work too: "
      "an "
      "MP4 whose index comes last is kept in memory, then in an unnamed temporary file, until the index has come.");
  tool.describe(
      "Choosing frames: indices count displayed frames. Sound is left out unless a whole time range is chosen, and "
      "then "
      "cut at the sample. Frames come in the chosen order and keep their times; but a range that is written to a file by "
      "-o begins at 0.");
  tool.describe(
      "Playlists: HLS, on demand and live, and DASH on demand. Segments are opened from the server of the playlist's "
      "URL; --allow names other hosts, and for a playlist in a file the folder of its segments: sl-decode --allow ./ "
      "list.m3u8. Of several variants the best one is fetched, unless --stream names others. A live playlist starts "
      "three segments before its end. A missing segment is an error; --salvage skips it. In a live playlist it is "
      "always skipped and replaced by an EVENT gap.");
  for (const FormatInfo* format : format_infos()) {
    if (!format->note.empty()) tool.describe(std::string(format->name) + ": " + std::string(format->note) + ".");
  }
  return tool;
}

}  // namespace

DecodeCommand::DecodeCommand()
    : tool("sl-decode", "Decode pictures, film and sound of any format to the wire."),
      formats(described(tool), ToolFormatOptions::Direction::Decode),
      frames(tool) {
  tool.option("--seek-mode", seek_mode, "MODE",
              "exact, approximate or index=FILE: count frames by reading through the packets, by the header's rate, or "
              "by an index that sl-info --index wrote");
  tool.group("Film and sound");
  tool.option("--stream", streams, "LIST", "streams of the container, as 0,2 or all, instead of the best ones");
  tool.option("--video", video_only, "decode the best video only");
  tool.option("--audio", audio_only, "decode the best sound only");
  tool.option("--packets", packets, "pass on compressed packets unchanged, to pack them again without loss");
  tool.option(
      "--rate", rate, "FPS",
      "frames a second of a raw stream (H.264, HEVC, MPEG, MJPEG, AV1), instead of its own, or 25 if it has none");
  tool.option("--probe", probe_time, "TIME",
              "time to watch a pipe for its tracks before the first frame, at most; a short one may miss tracks; "
              "default: 0.3s for a raw stream, else five seconds of the stream");
  tool.option(
      "--pcm", pcm, "FORMAT:CHANNELS:RATE",
      "the input is samples of sound alone, s16le:2:48000; formats are s8, u8, s16, u16, s24, u24, s32, f32 and "
      "f64, with le or be");
  tool.use_threads("threads to decode with; 0: one for each core");
  tool.option("--max-spool", max_spool, "BYTES",
              "bytes of a pipe to keep for a format that needs all of it, as MP4 with its index last", 1, any);
  tool.group("Options");
  tool.option("--salvage", salvage,
              "deliver the usable part of damaged input, marked as damaged, with a warning and status 0");
  tool.option(
      "--keep-going", keep_going,
      "pictures: leave damaged ones out, continue with the next one, and end with status 65; each is decoded twice");
  tool.option("--no-orient", no_orient, "pictures: keep pixels as they are stored, and the EXIF tag");
  tool.group("For the stage that follows");
  tool.option("--for-preview", preview,
              "film: pass on 20 frames spread over 10 to 60 % of its length, or those of --at; pictures as ever");
  tool.check([this] { check(); });
}

bool DecodeCommand::take_bracketed(const std::string& name, const std::string& value) {
  if (name == "salvage" && value == "1") return salvage = true;
  if (name == "keep-going" && value == "1") return keep_going = true;
  if (name == "no-orient" && value == "1") return no_orient = true;
  if (name == "video" && value == "1") return video_only = true;
  if (name == "audio" && value == "1") return audio_only = true;
  if (name == "pcm") {
    PcmShape shape;
    parse_value("pcm", value, shape);
    pcm = shape;
    return true;
  }
  if (name != "stream") return false;
  streams.push_back(value);
  return true;
}

void DecodeCommand::check() {
  bracketed = split_options(tool.input()).options;
  std::erase_if(bracketed, [this](const auto& option) { return take_bracketed(option.first, option.second); });
  choice = frames.choice();
  if (salvage && keep_going) throw Error(Status::Usage, "--salvage and --keep-going exclude each other");
  if (int{video_only} + int{audio_only} + int{!streams.empty()} > 1) {
    throw Error(Status::Usage, "--stream, --video and --audio exclude each other");
  }
  if (pcm && is_raw()) throw Error(Status::Usage, "--raw and --pcm exclude each other");
  if (is_raw() && keep_going) {
    throw Error(Status::Usage,
                "--keep-going has no next picture to find in raw pixels; --salvage delivers what is there");
  }
  if (packets && choice.by != FrameChoice::By::All) {
    throw Error(Status::Usage, "--packets passes on all packets: frames cannot be chosen");
  }
  if (seek_mode != "exact" && seek_mode != "approximate" && !seek_mode.starts_with("index=")) {
    bad_value("--seek-mode", seek_mode, "is not exact, approximate or index=FILE");
  }
}

bool DecodeCommand::is_raw() const {
  return formats.is_given("raw") ||
         std::ranges::any_of(bracketed, [](const auto& option) { return option.first == "raw"; });
}

std::string DecodeCommand::film_option() const {
  if (!preview && choice.by != FrameChoice::By::All) return "choosing frames";
  if (!streams.empty()) return "--stream";
  if (rate) return "--rate";
  if (probe_time) return "--probe";
  if (pcm) return "--pcm";
  if (audio_only) return "--audio";
  return packets ? "--packets" : "";
}

}  // namespace sl
