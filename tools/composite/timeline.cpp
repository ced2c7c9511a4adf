// Lines are split into words; a change that takes time starts slowly and ends slowly.

#include "tools/composite/timeline.h"

#include <algorithm>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/rational.h"
#include "libcore/base/time_text.h"

namespace sl {

namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view blanks = " \t\r";
  for (std::size_t at = line.find_first_not_of(blanks); at != line.npos; at = line.find_first_not_of(blanks, at)) {
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

std::int64_t nanoseconds(std::string_view option, std::string_view text) {
  return ticks_up(parse_seconds(option, text), {1, 1'000'000'000});
}

}  // namespace

std::size_t find_layer(std::string_view option, std::string_view text, const std::vector<LayerSettings>& layers) {
  const auto found = std::ranges::find(layers, text, &LayerSettings::name);
  if (found != layers.end()) return static_cast<std::size_t>(found - layers.begin());
  const auto number = to_number<std::size_t>(text);
  if (number && *number >= 1 && *number <= layers.size()) return *number - 1;
  std::string names;
  for (const LayerSettings& layer : layers) names += (names.empty() ? "" : ", ") + layer.name;
  bad_value(option, text, "is no layer; there are " + printable(names, 200));
}

// NAME.KEY=VALUE; names may have dots.
Timeline::Change Timeline::parse(std::string_view word) const {
  constexpr Name<Key> keys[] = {
      {"x", Key::X}, {"y", Key::Y}, {"opacity", Key::Opacity}, {"z", Key::Z}, {"visible", Key::Visible}};
  const std::size_t equals = word.find('=');
  const std::size_t dot = equals == word.npos ? word.npos : word.rfind('.', equals);
  if (dot == word.npos) bad_value("control", word, "is not LAYER.KEY=VALUE");
  const std::string_view key = word.substr(dot + 1, equals - dot - 1);
  Change change;
  change.layer = find_layer("control", word.substr(0, dot), layers_);
  change.key = parse_name("control", key, keys);
  LayerSettings parsed;
  set_layer(parsed, key, word.substr(equals + 1));
  LayerState& state = parsed.state;
  change.value = change.key == Key::Visible ? (state.visible ? 1.0 : 0.0)
                 : change.key == Key::Z     ? static_cast<double>(state.z)
                                            : number(state, change.key);
  return change;
}

void Timeline::add(std::string_view line) {
  std::vector<std::string_view> words = words_of(line);
  if (words.empty() || words[0].starts_with('#')) return;
  std::int64_t at = no_time, length = 0;
  if (words[0].starts_with('@')) {
    at = nanoseconds("control", words[0].substr(1));
    words.erase(words.begin());
  }
  if (words.size() >= 2 && words[words.size() - 2] == "over") {
    length = nanoseconds("control", words.back());
    words.resize(words.size() - 2);
  }
  if (words.empty()) bad_value("control", line, "changes nothing");
  std::vector<Change> changes;
  for (const std::string_view word : words) {
    Change change = parse(word);
    if (length != 0 && change.key >= Key::Z) bad_value("control", word, "cannot take time");
    change.at = at;
    change.length = length;
    changes.push_back(change);
  }
  // no_time is before all times.
  for (const Change& change : changes) {
    waiting_.insert(std::ranges::upper_bound(waiting_, change.at, {}, &Change::at), change);
  }
}

double& Timeline::number(LayerState& state, Key key) {
  return key == Key::X ? state.x : key == Key::Y ? state.y : state.opacity;
}

double Timeline::value_at(const Change& change, std::int64_t time) {
  if (time >= change.at + change.length) return change.value;
  const double part = std::max(0.0, static_cast<double>(time - change.at) / static_cast<double>(change.length));
  return change.from + (change.value - change.from) * part * part * (3 - 2 * part);
}

// A change of the same key that is under way ends where it is at that time.
void Timeline::begin(Change change, std::vector<LayerState>& states) {
  LayerState& state = states[change.layer];
  if (change.key == Key::Z) {
    state.z = static_cast<std::int64_t>(change.value);
    return;
  }
  if (change.key == Key::Visible) {
    state.visible = change.value != 0;
    return;
  }
  const auto older = std::ranges::find_if(
      running_, [&](const Change& other) { return other.layer == change.layer && other.key == change.key; });
  change.from = number(state, change.key);
  if (older != running_.end()) {
    change.from = value_at(*older, change.at);
    running_.erase(older);
  }
  running_.push_back(change);
}

void Timeline::apply(std::int64_t time, std::vector<LayerState>& states) {
  while (!waiting_.empty() && waiting_.front().at <= time) {
    Change change = waiting_.front();
    waiting_.pop_front();
    if (change.at == no_time) change.at = time;
    begin(change, states);
  }
  for (const Change& change : running_) number(states[change.layer], change.key) = value_at(change, time);
  std::erase_if(running_, [&](const Change& change) { return time >= change.at + change.length; });
}

}  // namespace sl
