// The options of sl-encode, for pictures and for film.

#include "formats/commands/encode.h"

#include <algorithm>
#include <utility>

namespace sl {

namespace {

constexpr Name<Keep> keeps[] = {{"all", Keep::All}, {"icc", Keep::Icc}, {"none", Keep::None}};

// The member for each option of film, by its name without dashes.
std::array<std::pair<std::string_view, std::string*>, 8> named(FilmOptions& film) {
  return {{{"codec", &film.codec},
           {"crf", &film.crf},
           {"bitrate", &film.bitrate},
           {"preset", &film.preset},
           {"gop", &film.gop},
           {"pixels", &film.pixels},
           {"audio-codec", &film.audio_codec},
           {"audio-bitrate", &film.audio_bitrate}}};
}

// Whether a whole file has one quality.
bool has_one_quality(const FormatInfo& format) {
  return !format.pages &&
         std::ranges::find(format.encode_options, "quality", &FormatOption::name) != format.encode_options.end();
}

std::string suffixes() {
  std::string text;
  for (const FilmContainer& container : film_containers()) text += " ." + std::string(container.extension);
  return text;
}

void describe(Tool& tool) {
  tool.example("cat in.jpg | sl-invert | sl-encode .png > out.png");
  tool.example("cat a.jpg b.jpg | sl-invert | sl-encode -o out-%03d.png",
               "a file for each picture; of film and sound, for each stream");
  tool.example("sl-encode '.jpg[Q=90,progressive]' in.jpg > out.jpg", "options of the format in brackets, or as flags");
  tool.example("sl-encode --max-size 40K .webp in.jpg > small.webp", "the highest quality that fits");
  tool.example("sl-encode -o '/dev/fd/3[format=png]' in.jpg 3> out.png", "a name without a suffix");
  tool.example("sl-encode -o out.mp4 --crf 26 --preset fast in.jpg", "film: of a still one frame of 1/25 s");
  tool.example("sl-encode '.mkv[codec=ffv1]' in.jpg > out.mkv", "film without loss, to a pipe");
  tool.describe(
      "A file appears under its name when it is complete, and not at all if this stage or an earlier one failed. It "
      "keeps mode, ACL and attributes of the file that it replaces, and links to it. In a file's name %d and %0Nd are "
      "the picture's number and %% is a percent sign, unless a file of exactly this name exists. "
      "Pictures are turned upright. The bytes of a picture's file depend only on the picture and the options, not on "
      "threads, machine or timing.");
  tool.describe(
      "A name that ends in .slw records the wire itself; an interrupted recording of a live source stays as "
      "NAME.part.");
  tool.describe(
      "Film and sound:" + suffixes() +
      ". The suffix chooses the codecs: H.264 (x264, --crf 20, --preset medium) and AAC, in MKV Opus; VP9 and "
      "Opus in WebM; FFV1 and FLAC, without loss, in NUT (PCM above FLAC's 24 bits); --codec and --audio-codec choose others, as hevc, av1, "
      "vp9, prores, ffv1, mjpeg; aac, opus, flac, mp3, vorbis, pcm, or any encoder of FFmpeg by its name. "
      "Packets of sl-decode --packets are packed again without loss, unless an option requests encoding.");
  tool.describe(
      "PCM and lossless sound keep their 8, 16, 24 or 32 bits or floats; sound of a lossy codec becomes 16 bits in WAV. "
      "Samples that are cut off at full scale or rounded are reported. Speakers that a codec cannot name get a layout "
      "of the codec with more channels, or are mixed down by the usual matrix, with a warning.");
  tool.describe(
      "Times stay exact, also at a variable rate, within the resolution of the container: a millisecond in MKV, WebM "
      "and FLV, 1/90000 s in TS. AVI, Ogg, Y4M and MJPEG have a constant rate only, to which frames "
      "are moved, with a warning. Gaps in sound are filled with silence, overlaps cut. MP4 files are written index "
      "first; into a pipe, or from a live source, in fragments.");
  tool.describe(
      "For H.264, HEVC, VP9 and AV1 pictures become 4:2:0, and for H.264 8 bits unless they are HDR, as most players "
      "require; --pixels keep keeps their format if the codec has it, --pixels NAME names a format. Other codecs get "
      "the nearest format without loss. For H.264 and HEVC an odd width or height is made even by repeating the last "
      "column or row.");
}

}  // namespace

void add_film_options(Tool& tool, FilmOptions& film, const FilmOptionsHelp& help) {
  tool.option("--codec", film.codec, "NAME", help.codec);
  tool.option("--crf", film.crf, "N", help.crf);
  tool.option("--bitrate", film.bitrate, "N", "bits per second, as 2M; with --crf the maximum");
  tool.option("--preset", film.preset, "NAME", help.preset);
  tool.option("--pixels", film.pixels, "NAME",
              "pixel format to encode, as yuv444p or yuv420p10le; keep: the input's, if the codec has it");
  tool.option("--audio-codec", film.audio_codec, "NAME", help.audio_codec);
  tool.option("--audio-bitrate", film.audio_bitrate, "N",
              "bits per second, as 96k (default for each channel: AAC 80k, Opus 64k, MP3 96k, Vorbis 80k)");
}

EncodeCommand::EncodeCommand() : tool("sl-encode", "Encode pictures, film and sound from the wire.") {
  describe(tool);
  tool.argument("OUTPUT", output_argument_,
                "a suffix (.png, .mp4) for standard output, a file, or numbered files (out-%03d.png)", false);
  tool.option("--output,-o", output_option_, "OUTPUT", "the same; the first argument is then INPUT");
  tool.option("--format", format_, "SUFFIX",
              "format of an OUTPUT without a suffix; [format=SUFFIX] after the name does the same");
  tool.option("--no-orient", no_orient, "keep pixels and orientation tag instead of turning pictures upright");
  tool.option("--background", background, "COLOR",
              "background of transparent pixels if the format has no alpha (by default white, with a line)");
  tool.option("--max-size", max_size, "N",
              "the largest file of a picture in bytes, as 300K: the highest quality that fits, or --quality if that "
              "does, found by at most 6 encodings (JPEG, WebP, AVIF, HEIC, JPEG XL); 0: any size",
              0, std::int64_t{1} << 40);
  tool.option("--keep", keep, keeps,
              "metadata to keep: all, the colour profile only, or none; what the format cannot hold is reported");
  tool.use_threads("threads to encode with; 0: a good number");
  tool.group("Film and sound");
  add_film_options(tool, film,
                   {"codec of the pictures; by default the container's usual one",
                    "quality; lower is better (H.264: 20, HEVC: 24, VP9: 31, AV1: 30)",
                    "the encoder's preset, faster or smaller: medium for x264, 8 for SVT-AV1",
                    "codec of the sound; by default the container's usual one"});
  tool.option("--gop", film.gop, "N", "maximum number of frames from one key frame to the next");
  tool.option("--option", film.others, "KEY=VALUE",
              "an option of FFmpeg's encoders or container, set in each that has it; a prefix video:, audio: or file: "
              "names one; may be given several times");
  tool.group("Formats");
  formats.emplace(tool, ToolFormatOptions::Direction::Encode);
  for (const FormatInfo* format : format_infos()) {
    if (!format->note.empty()) tool.describe(std::string(format->name) + ": " + std::string(format->note) + ".");
  }
}

void EncodeCommand::read() {
  if (!output_option_.empty()) {
    if (!output_argument_.empty()) tool.set_input(output_argument_);
    output_argument_ = output_option_;
  }
  if (output_argument_.empty()) throw Error(Status::Usage, "OUTPUT is missing: a suffix as .png, or a file");
  name = parse_output(output_argument_, format_);
  if (background && background->alpha != 1) {
    bad_value("--background", value_text(*background), "is transparent itself");
  }
  container = find_film_container(name.extension);
  const std::string stills = max_size != 0 ? "max-size" : formats->first_given();
  if (container == nullptr) {
    const std::string given = first_film_option();
    if (!given.empty()) {
      throw Error(Status::Usage, "--" + given + " is an option of film and sound, and ." +
                                     printable(name.extension, 20) + " is neither");
    }
    if (const FormatInfo* format = find_format_info(name.extension)) {
      (void)formats->values_for(*format, name.options);  // before anything is opened
    }
    return check_max_size();
  }
  if (!stills.empty()) {
    throw Error(Status::Usage,
                "--" + stills + " is an option of pictures, and ." + name.extension + " is film or sound");
  }
  take_bracketed();
}

void EncodeCommand::check_max_size() const {
  if (max_size == 0) return;
  const FormatInfo* const format = find_format_info(name.extension);
  if (format == nullptr || !has_one_quality(*format)) {
    std::string others;
    for (const FormatInfo* other : format_infos()) {
      if (has_one_quality(*other)) others += (others.empty() ? "" : ", ") + std::string(other->name);
    }
    throw Error(Status::Usage,
                "--max-size: " + (format == nullptr ? "." + printable(name.extension, 20) : std::string(format->name)) +
                    " has no quality to choose, as these have: " + others);
  }
  const FormatOptions options = formats->values_for(*format, name.options);
  for (const FormatOption& option : format->encode_options) {
    const bool has_no_loss = option.name == "lossless" || option.name == format->repacks;
    if (has_no_loss && options.flag(option.name)) {
      throw Error(Status::Usage, "--max-size: with " + std::string(option.name) + " no quality can be chosen");
    }
  }
}

void EncodeCommand::take_bracketed() {
  for (const auto& [key, value] : name.options) {
    const auto members = named(film);
    const auto found = std::ranges::find(members, key, &decltype(members)::value_type::first);
    if (found != members.end()) {
      *found->second = value;
    } else {
      film.others.push_back(key + "=" + value);
    }
  }
}

std::string EncodeCommand::first_film_option() const {
  FilmOptions copy = film;
  for (const auto& [key, value] : named(copy)) {
    if (!value->empty()) return std::string(key);
  }
  return film.others.empty() ? "" : "option";
}

}  // namespace sl
