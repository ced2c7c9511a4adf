// Lines are split into words; a change that takes time starts slowly and ends slowly.

#include "tools/composite/timeline.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/rational.h"
#include "libcore/base/report.h"
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

// [SCENE/]NAME.KEY=VALUE; names may have dots.
Timeline::Change Timeline::parse(std::string_view word, const Show& show) const {
  constexpr Name<Key> keys[] = {{"x", Key::X},       {"y", Key::Y}, {"opacity", Key::Opacity}, {"gain", Key::Gain},
                                {"mute", Key::Mute}, {"z", Key::Z}, {"visible", Key::Visible}, {"duck", Key::Duck}};
  const std::size_t equals = word.find('=');
  const std::size_t dot = equals == word.npos ? word.npos : word.rfind('.', equals);
  if (dot == word.npos) bad_value("control", word, "is not LAYER.KEY=VALUE, scene NAME or preview NAME");
  const std::string_view key = word.substr(dot + 1, equals - dot - 1);
  std::string_view name = word.substr(0, dot);
  Change change;
  const std::size_t slash = name.find('/');
  if (slash != name.npos && show.find(name.substr(0, slash))) {
    change.scene = name.substr(0, slash);
    name.remove_prefix(slash + 1);
  }
  change.layer = find_layer("control", name, layers_);
  change.key = parse_name("control", key, keys);
  LayerSettings parsed;
  set_layer(parsed, key, word.substr(equals + 1));
  LayerState& state = parsed.state;
  if (change.key == Key::Duck) {
    if (!parsed.duck.empty()) change.under = find_layer("control", parsed.duck, layers_);
    return change;
  }
  change.value = change.key == Key::Visible ? (state.visible ? 1.0 : 0.0)
                 : change.key == Key::Z     ? static_cast<double>(state.z)
                                            : number(state, change.key);
  return change;
}

std::vector<Timeline::Change> Timeline::parse(const std::vector<std::string_view>& words, const Show& show) const {
  std::vector<Change> changes;
  if (words.size() == 2 && (words[0] == "scene" || words[0] == "preview")) {
    Change change;
    change.key = words[0] == "scene" ? Key::Scene : Key::Preview;
    change.scene = words[1];
    if (!show.find(words[1])) {
      std::vector<std::string> names;
      for (const auto& scene : show.scenes()) names.push_back(scene->name());
      fail_no_scene("control", words[1], names);
    }
    changes.push_back(change);
    return changes;
  }
  for (const std::string_view word : words) changes.push_back(parse(word, show));
  return changes;
}

void Timeline::add(std::string_view line, const Show& show) {
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
  std::vector<Change> changes = parse(words, show);
  for (Change& change : changes) {
    const bool takes_time = change.key < Key::Z || change.key == Key::Scene;
    if (length != 0 && !takes_time) bad_value("control", line, "cannot take time");
    change.at = at;
    change.length = length;
  }
  // no_time is before all times.
  for (const Change& change : changes) {
    waiting_.insert(std::ranges::upper_bound(waiting_, change.at, {}, &Change::at), change);
  }
}

double& Timeline::number(LayerState& state, Key key) {
  switch (key) {
    case Key::X:
      return state.x;
    case Key::Y:
      return state.y;
    case Key::Gain:
      return state.gain;
    case Key::Mute:
      return state.heard;
    default:
      return state.opacity;
  }
}

// From 0 to 1, slowly at both ends.
double Timeline::part_at(const Change& change, std::int64_t time) {
  if (time >= change.at + change.length) return 1;
  const double part = std::max(0.0, static_cast<double>(time - change.at) / static_cast<double>(change.length));
  return part * part * (3 - 2 * part);
}

double Timeline::value_at(const Change& change, std::int64_t time) {
  const double part = part_at(change, time);
  return part == 1 ? change.value : change.from + (change.value - change.from) * part;
}

// A change of the same key that is under way ends where it is at that time.
void Timeline::begin(Change change, Show& show) {
  if (change.key == Key::Scene) return begin_scene(std::move(change), show);
  if (change.scene.empty()) change.scene = show.scenes()[show.shown]->name();
  const auto scene = show.find(change.scene);
  if (!scene) return warn("control: scene " + change.scene + " is there no more: ignored");
  if (change.key == Key::Preview) {
    show.previewed = *scene;
    return;
  }
  LayerState& state = show.scenes()[*scene]->states()[change.layer];
  if (change.key == Key::Z) {
    state.z = static_cast<std::int64_t>(change.value);
    return;
  }
  if (change.key == Key::Visible) {
    state.visible = change.value != 0;
    return;
  }
  if (change.key == Key::Duck) {
    state.under = change.under;
    return;
  }
  const auto older = std::ranges::find_if(running_, [&](const Change& other) {
    return other.scene == change.scene && other.layer == change.layer && other.key == change.key;
  });
  change.from = number(state, change.key);
  if (older != running_.end()) {
    change.from = value_at(*older, change.at);
    running_.erase(older);
  }
  running_.push_back(std::move(change));
}

// A fade that is under way is left as it is at that time.
void Timeline::begin_scene(Change change, Show& show) {
  const auto scene = show.find(change.scene);
  if (!scene) return warn("control: scene " + change.scene + " is there no more: ignored");
  fade(change.at, show);
  show.shown = *scene;
  change.shares = show.shares;
  fade_ = std::move(change);
}

// Set the shares of the scenes. The scenes may be other ones than at the start of the fade.
void Timeline::fade(std::int64_t time, Show& show) {
  if (!fade_) return;
  const double part = part_at(*fade_, time);
  if (fade_->shares.size() == show.shares.size()) {
    for (std::size_t i = 0; i < show.shares.size(); ++i) {
      const double to = i == show.shown ? 1 : 0;
      show.shares[i] = part == 1 ? to : fade_->shares[i] + (to - fade_->shares[i]) * part;
    }
  }
  if (part == 1) fade_.reset();
}

void Timeline::apply(std::int64_t time, Show& show) {
  while (!waiting_.empty() && waiting_.front().at <= time) {
    Change change = std::move(waiting_.front());
    waiting_.pop_front();
    if (change.at == no_time) change.at = time;
    begin(std::move(change), show);
  }
  fade(time, show);
  for (const Change& change : running_) {
    const auto scene = show.find(change.scene);
    if (scene) number(show.scenes()[*scene]->states()[change.layer], change.key) = value_at(change, time);
  }
  std::erase_if(running_, [&](const Change& change) { return time >= change.at + change.length; });
}

}  // namespace sl
