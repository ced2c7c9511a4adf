// sl-subtitles: subtitles drawn into the frames.

#include <fstream>
#include <optional>
#include <sstream>

#include "canvas/frames.h"
#include "formats/fonts/fonts.h"
#include "libcore/base/error.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/reader.h"
#include "subtitles/subtitle_renderer.h"
#include "subtitles/text_track.h"

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || (file.peek() != std::ifstream::traits_type::eof() && !(text << file.rdbuf())))
    throw sl::system_error(sl::Status::NoInput, path);
  if (text.view().size() > (std::size_t{64} << 20))
    throw sl::Error(sl::Status::Limit, path + ": more than 64 MiB of subtitles");
  return text.str();
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-subtitles", "Burn subtitles in: of a file (ASS, SubRip, WebVTT), or of a text track of the input.");
  tool.example("sl-subtitles <(printf '0:00 --> 0:01\\nHello\\n') film.mp4 -o burnt.mp4");
  tool.example("sl-subtitles --style FontSize=30 <(printf '0:00 --> 0:01\\nBig\\n') film.mp4 -o big.mp4",
               "fields of ASS styles, as in FFmpeg's force_style");
  tool.describe(
      "libass draws, in the frames' own format: only pixels under the text change. Plain text has the default style of "
      "FFmpeg's filter, on a grid of 384x288. Text that is not UTF-8 or UTF-16 is taken for Windows-1252.");
  tool.describe(
      "--track takes a track out of the stream instead, by its number (sl-info shows it), or as data:eng by its "
      "language, and draws it by its header; fonts that Matroska brings along are used. sl-decode leaves such tracks out "
      "unless --stream all asks for them, which --track does for an INPUT that it opens itself. A text is shown from the "
      "first frame on that comes after it in the stream.");
  std::string path, style;
  std::optional<sl::TrackChoice> track;
  double delay = 0;
  tool.argument("FILE", path, "subtitles: .ass, .ssa, .srt or .vtt; not with --track");
  tool.argument_replaced([&] { return track.has_value(); });
  tool.option("--track,-t", track, "TRACK", "draw this text track of the input");
  tool.option("--style", style, "FIELDS", "FontName=Sans,FontSize=24,PrimaryColour=&H00FFFF: for all styles");
  tool.option("--delay", delay, "SECONDS", "show texts so much later; below 0 earlier", -1e6, 1e6);

  std::string text;
  std::optional<sl::subtitles::SubtitleRenderer> renderer;
  tool.check([&] {
    if (!track) text = read_file(path);
  });
  tool.decode_with([&] { return track ? std::vector<std::string>{"--stream", "all"} : std::vector<std::string>(); });
  tool.prepare([&](sl::SandboxPlan& plan) {
    sl::load_fonts(plan);
    renderer.emplace(style);
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    using namespace sl::drawing;
    Texts texts(false);
    std::optional<sl::subtitles::TextTrack> taken;
    if (track) {
      taken.emplace(*track, *renderer);
    } else {
      const std::string name = path.substr(path.rfind('/') + 1);
      renderer->set(sl::subtitles::read_subtitles(name, text), name);
    }
    Artist artist{texts, renderer->surfaces(), [&](const Moment& moment, Canvas& canvas) {
                    if (taken) taken->begin(in);
                    renderer->draw(canvas, moment.track, static_cast<std::int64_t>((moment.time - delay) * 1000 + 0.5));
                  }};
    if (taken)
      artist.take = [&](sl::Reader& reader, const sl::wire::Header& record) { return taken->take(reader, record); };
    draw_over(in, out, artist);
  });
}
