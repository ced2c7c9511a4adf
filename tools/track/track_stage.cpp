// Records of the tracks that are kept, under their new numbers.

#include "track_stage.h"

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl::track {

using wire::Type;

std::vector<Label> parse_labels(const std::string& option, const std::vector<std::string>& texts) {
  std::vector<Label> labels;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      throw Error(Status::Usage, option + ": \"" + printable(text, 60) + "\" is not TRACK=VALUE");
    }
    labels.push_back({TrackChoice(option, text.substr(0, equals)), text.substr(equals + 1)});
  }
  return labels;
}

void TrackStage::run(Reader& in, Writer& out) {
  bool in_header = false;
  StreamHeader header;
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

void TrackStage::announce(const Reader& in, Writer& out, const StreamHeader& header) {
  numbers_.clear();
  for (const Label& label : languages) (void)label.tracks.pick(in);  // throws for a missing one
  for (const Label& label : titles) (void)label.tracks.pick(in);
  if (preferred) (void)preferred->pick(in);
  std::vector<std::uint16_t> picked = keep ? keep->pick(in) : in.tracks();
  if (drop) std::erase_if(picked, [&](std::uint16_t number) { return drop->includes(in, number); });
  if (picked.empty()) throw Error(Status::Usage, in.name() + ": no track is left");
  for (const std::uint16_t number : picked) {
    add(number);
    out.track(numbers_[number], described(in, number));
  }
  header.pass(0, out, 0);
  for (const auto& [number, as] : numbers_) header.pass(number, out, as);
}

void TrackStage::add(std::uint16_t number) {
  numbers_.emplace(number, static_cast<std::uint16_t>(numbers_.size() + 1));
}

void TrackStage::pass(Reader& in, const wire::Header& record, Writer& out) {
  const std::uint16_t number = record.track;
  if (number == 0) return in.pass(record, out);
  if (record.type == Type::Track && (!keep || keep->includes(in, number)) && !(drop && drop->includes(in, number))) {
    add(number);  // one that comes late
  }
  const auto found = numbers_.find(number);
  if (found == numbers_.end()) return;
  if (record.type == Type::Track) return out.track(found->second, described(in, number));
  in.pass(record, out, found->second);
}

Track TrackStage::described(const Reader& in, std::uint16_t number) const {
  Track track = in.track(number);
  Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
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
  track.rest = rest.empty() ? std::string() : write_json(rest);
  return track;
}

// One default of each kind: other tracks of the kind of a chosen one lose the mark.
void TrackStage::prefer(const Reader& in, std::uint16_t number, Json& rest) const {
  const bool chosen = preferred->includes(in, number);
  bool concerned = chosen;
  for (const std::uint16_t other : in.tracks()) {
    concerned = concerned || (preferred->includes(in, other) && in.track(other).kind == in.track(number).kind);
  }
  if (!concerned) return;
  Json words = Json::array();
  if (chosen) words.push_back("default");
  if (rest.contains("disposition")) {
    for (const Json& word : rest["disposition"]) {
      if (word != "default") words.push_back(word);
    }
  }
  rest.erase("disposition");
  if (!words.empty()) rest["disposition"] = words;
}

}  // namespace sl::track
