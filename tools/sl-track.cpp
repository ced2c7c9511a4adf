// sl-track: tracks picked, dropped, put in another order, and labelled.

#include <utility>
#include <vector>

#include "libcore/stage/tool.h"
#include "track/track_stage.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-track", "Pick, drop, reorder and label tracks.");
  tool.example("sl-track audio film.mkv > sound.slw", "the sound alone");
  tool.example("sl-track --drop audio film.mkv > silent.slw");
  tool.example("sl-track audio,video --language audio=de --title audio=Ton --default audio film.mkv > film.slw",
               "sound becomes track 1, and is labelled");
  tool.describe(
      "TRACKS lists tracks in the order of the output: numbers (as in sl-info), kinds (video, audio, data), a kind "
      "with a language (audio:de) or with its place among its kind (audio:2), or all, which is all others. Without "
      "it all are kept. Tracks are renumbered from 1; options name them as in the input. Samples and "
      "packets pass unchanged, compressed ones too. A file that is decoded for this gives its best video and sound: "
      "film.mkv[stream=all] gives all. A name that reads as TRACKS is not taken for INPUT: a file called video is "
      "./video.");
  sl::track::TrackStage stage;
  std::string keep;
  std::vector<std::string> languages, titles;
  tool.argument("TRACKS", keep, "the tracks to keep, in this order: 2,1 or video,audio:de", false);
  tool.option("--drop", stage.drop, "TRACKS", "leave these tracks out");
  tool.option("--language", languages, "TRACKS=LANGUAGE", "set the language; an empty one removes it");
  tool.option("--title", titles, "TRACKS=TITLE", "set the title; an empty one removes it");
  tool.option("--default", stage.preferred, "TRACKS", "make these the tracks to play, and no other of their kinds");
  tool.accept_compressed();
  tool.check([&] {
    if (!keep.empty() && !sl::TrackChoice::reads_as_choice(keep) && tool.input() == "-") {
      tool.set_input(std::exchange(keep, {}));
    }
    if (!keep.empty()) stage.keep.emplace("TRACKS", keep);
    stage.languages = sl::track::parse_labels("--language", languages);
    stage.titles = sl::track::parse_labels("--title", titles);
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}
