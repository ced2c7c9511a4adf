// sl-track: tracks picked, dropped, put in another order, and labelled.

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/track.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/stream_header.h"
#include "libcore/wire/track_choice.h"

namespace {

using sl::wire::Type;

// "audio:de=Director's comments": which tracks get which value.
struct Label {
  sl::TrackChoice tracks;
  std::string value;
};

std::vector<Label> parse_labels(const std::string& option, const std::vector<std::string>& texts) {
  std::vector<Label> labels;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      throw sl::Error(sl::Status::Usage, option + ": \"" + sl::printable(text, 60) + "\" is not TRACK=VALUE");
    }
    labels.push_back({sl::TrackChoice(option, text.substr(0, equals)), text.substr(equals + 1)});
  }
  return labels;
}

class TrackStage {
 public:
  std::optional<sl::TrackChoice> keep, drop, preferred;
  std::vector<Label> languages, titles;

  void run(sl::Reader& in, sl::Writer& out) {
    bool in_header = false;
    sl::StreamHeader header;
    while (const auto record = in.next()) {
      if (record->type == Type::Start) in_header = true;
      if (in_header) {
        if (record->type == Type::Start || record->type == Type::Stage) in.pass(*record, out);
        if (header.take(in, *record)) continue;
        in_header = false;
        announce(in, out, header);
      }
      pass(in, *record, out);
    }
  }

 private:
  void announce(const sl::Reader& in, sl::Writer& out, const sl::StreamHeader& header) {
    numbers_.clear();
    for (const Label& label : languages) (void)label.tracks.pick(in);  // throws for a missing one
    for (const Label& label : titles) (void)label.tracks.pick(in);
    if (preferred) (void)preferred->pick(in);
    std::vector<std::uint16_t> picked = keep ? keep->pick(in) : in.tracks();
    if (drop) std::erase_if(picked, [&](std::uint16_t number) { return drop->includes(in, number); });
    if (picked.empty()) throw sl::Error(sl::Status::Usage, in.name() + ": no track is left");
    for (const std::uint16_t number : picked) {
      const auto next = static_cast<std::uint16_t>(numbers_.size() + 1);
      numbers_[number] = next;
      out.track(next, described(in, number));
    }
    header.pass(0, out, 0);
    for (const auto& [number, as] : numbers_) header.pass(number, out, as);
  }

  void pass(sl::Reader& in, const sl::wire::Header& record, sl::Writer& out) {
    const std::uint16_t number = record.track;
    if (number == 0) return in.pass(record, out);
    if (record.type == Type::Track && !numbers_.contains(number) && (!keep || keep->includes(in, number)) &&
        !(drop && drop->includes(in, number))) {  // one that comes late
      const auto next = static_cast<std::uint16_t>(numbers_.size() + 1);
      numbers_[number] = next;
    }
    const auto found = numbers_.find(number);
    if (found == numbers_.end()) return;
    if (record.type == Type::Track) return out.track(found->second, described(in, number));
    in.pass(record, out, found->second);
  }

  [[nodiscard]] sl::Track described(const sl::Reader& in, std::uint16_t number) const {
    sl::Track track = in.track(number);
    sl::Json rest = track.rest.empty() ? sl::Json::object() : sl::parse_json(track.rest, sl::wire_limit::json);
    const auto label = [&](const std::vector<Label>& labels, const char* member) {
      for (const Label& one : labels) {
        if (!one.tracks.includes(in, number)) continue;
        if (one.value.empty()) {
          rest.erase(member);
        } else {
          rest[member] = one.value;
        }
      }
    };
    label(languages, "language");
    label(titles, "title");
    if (preferred) prefer(in, number, rest);
    track.rest = rest.empty() ? std::string() : sl::write_json(rest);
    return track;
  }

  // One default of each kind: other tracks of the kind of a chosen one lose the mark.
  void prefer(const sl::Reader& in, std::uint16_t number, sl::Json& rest) const {
    const bool chosen = preferred->includes(in, number);
    bool concerned = chosen;
    for (const std::uint16_t other : in.tracks()) {
      concerned = concerned || (preferred->includes(in, other) && in.track(other).kind == in.track(number).kind);
    }
    if (!concerned) return;
    sl::Json words = sl::Json::array();
    if (chosen) words.push_back("default");
    if (rest.contains("disposition")) {
      for (const sl::Json& word : rest["disposition"]) {
        if (word != "default") words.push_back(word);
      }
    }
    rest.erase("disposition");
    if (!words.empty()) rest["disposition"] = words;
  }

  std::map<std::uint16_t, std::uint16_t> numbers_;  // of the input's tracks: the output's
};

}  // namespace

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
  std::string keep, drop, preferred;
  std::vector<std::string> languages, titles;
  tool.argument("TRACKS", keep, "the tracks to keep, in this order: 2,1 or video,audio:de", false);
  tool.option("--drop", drop, "TRACKS", "leave these tracks out");
  tool.option("--language", languages, "TRACKS=LANGUAGE", "set the language; an empty one removes it");
  tool.option("--title", titles, "TRACKS=TITLE", "set the title; an empty one removes it");
  tool.option("--default", preferred, "TRACKS", "make these the tracks to play, and no other of their kinds");
  tool.accept_compressed();

  TrackStage stage;
  tool.check([&] {
    if (!keep.empty() && !sl::TrackChoice::reads_as_choice(keep) && tool.input() == "-") {
      tool.set_input(std::exchange(keep, {}));
    }
    if (!keep.empty()) stage.keep.emplace("TRACKS", keep);
    if (!drop.empty()) stage.drop.emplace("--drop", drop);
    if (!preferred.empty()) stage.preferred.emplace("--default", preferred);
    stage.languages = parse_labels("--language", languages);
    stage.titles = parse_labels("--title", titles);
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}
