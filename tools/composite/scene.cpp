// Each line is assigned to an input; the settings of a line are those of the input's first line, and its own.

#include "tools/composite/scene.h"

#include <algorithm>
#include <csignal>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/report.h"
#include "libcore/bytes/source.h"
#include "libcore/process/sandbox.h"
#include "libcore/process/signals.h"
#include "libcore/stage/options.h"

namespace sl {

namespace {

constexpr std::size_t most_scenes = 100, most_bytes = std::size_t{1} << 20;

// Whether an option belongs to the input, not to its look in a scene.
bool is_of_input(const std::string& key) {
  static const std::vector<std::string> layer = layer_keys();
  return key == "start" || key == "required" || key == "tracks" || key == "sound" ||
         std::ranges::find(layer, key) == layer.end();
}

std::string given_name(const NameWithOptions& parts) {
  for (const auto& [key, value] : parts.options) {
    if (key == "name") return value;
  }
  return {};
}

// What makes two lines the same input: its name, and options that are not of its look.
std::string identity_of(const NameWithOptions& parts) {
  std::set<std::string> options;
  for (const auto& [key, value] : parts.options) {
    if (is_of_input(key)) options.insert(key + "=" + value);
  }
  std::string identity = parts.name;
  for (const std::string& option : options) identity += '\0' + option;
  return identity;
}

// Whether the text of a file that changes is only a part: empty, or up to the middle of brackets.
bool is_being_written(const std::string& text) {
  const std::string last = text.substr(text.rfind('\n') + 1);
  return text.empty() || (last.find('[') != std::string::npos && !last.ends_with(']'));
}

std::string whole(const std::string& file) {
  Source source = Source::file(file);
  std::string text;
  for (auto bytes = source.peek(1); !bytes.empty(); bytes = source.peek(1)) {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    source.consume(bytes.size());
    if (text.size() > most_bytes) throw Error(Status::Limit, file + ": more than 1 MiB of text");
  }
  return text;
}

}  // namespace

Scene scene_of(const std::vector<LayerSettings>& layers) {
  Scene scene{"", layers};
  for (std::size_t i = 0; i < layers.size(); ++i) scene.layers[i].order = i;
  find_ducks(scene.layers);
  return scene;
}

std::size_t find_scene(const std::string& name, const std::vector<Scene>& scenes) {
  if (name.empty()) return scenes.size() > 1 ? 1 : 0;
  const auto found = std::ranges::find(scenes, name, &Scene::name);
  if (found != scenes.end()) return static_cast<std::size_t>(found - scenes.begin());
  std::vector<std::string> names;
  for (const Scene& scene : scenes) names.push_back(scene.name);
  fail_no_scene("--preview", name, names);
}

void fail_no_scene(std::string_view option, std::string_view name, const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& one : names) list += (list.empty() ? "" : ", ") + one;
  bad_value(option, name, "is no scene; the scenes are " + (list.empty() ? "without a name" : printable(list, 200)));
}

SceneFile::SceneFile(std::string name) : name_(std::move(name)) { parse(whole(name_)); }

void SceneFile::parse(std::string_view text) {
  std::vector<Part> parsed{{""}};
  const auto fail = [&](std::size_t number, const std::string& message) {
    throw Error(Status::Usage, name_ + ", line " + std::to_string(number) + ": " + message);
  };
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with('[') && line.ends_with(']')) {
      const std::string name = line.substr(1, line.size() - 2);
      if (name.empty() || name.find_first_of(" \t/") != std::string::npos) {
        fail(number, "\"" + printable(name, 60) + "\" is no name of a scene: it has blanks or a slash, or is empty");
      }
      if (std::ranges::find(parsed, name, &Part::name) != parsed.end()) {
        fail(number, "scene " + printable(name, 60) + " is there twice");
      }
      if (parsed.size() > most_scenes) throw Error(Status::Limit, name_ + ": more than 100 scenes");
      parsed.push_back({name});
      continue;
    }
    try {
      parsed.back().lines.push_back({number, line, split_options(line)});
    } catch (const Error& error) {
      fail(number, error.what());
    }
  }
  parts_ = std::move(parsed);
}

std::optional<std::size_t> SceneFile::find(const std::string& line, const std::vector<std::size_t>& used,
                                           bool is_own) const {
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const bool is_it = is_own ? known_[i].identity == line : known_[i].name == line;
    if (is_it && std::ranges::find(used, i) == used.end()) return i;
  }
  return std::nullopt;
}

// Give each line its input. Lines before the first scene are inputs of their own.
void SceneFile::assign(bool may_add) {
  for (Part& part : parts_) {
    std::vector<std::size_t> used;
    if (part.name.empty()) {
      for (std::size_t i = 0; i < given_; ++i) used.push_back(i);
    }
    for (Line& line : part.lines) {
      const std::string name = given_name(line.parts), identity = identity_of(line.parts);
      const auto by_identity = find(identity, used, true);
      const bool has_name = by_identity && (name.empty() || known_[*by_identity].name == name);
      if (has_name) {
        line.input = by_identity;
        line.is_own = true;
      } else if (!part.name.empty() && name.empty()) {
        line.input = find(line.parts.name, used, false);
      }
      if (!line.input && may_add) {
        line.input = known_.size();
        line.is_own = true;
        known_.push_back({parse_layer(line.words).name, identity});
      }
      if (line.input) {
        used.push_back(*line.input);
      } else {
        warn(name_ + ", line " + std::to_string(line.number) + ": layer " + printable(line.parts.name, 200) +
             " is new, and left out until the next start");
      }
    }
  }
}

std::vector<std::string> SceneFile::inputs(const std::vector<std::string>& given) {
  known_.clear();
  for (const std::string& input : given) known_.push_back({parse_layer(input).name, identity_of(split_options(input))});
  given_ = given.size();
  assign(true);
  std::vector<std::string> added(known_.size() - given_);
  for (const Part& part : parts_) {
    for (const Line& line : part.lines) {
      if (line.input >= given_ && added[*line.input - given_].empty()) added[*line.input - given_] = line.words;
    }
  }
  return added;
}

// Return the settings of a line: those of the layer's line outside of scenes, and its own.
LayerSettings SceneFile::look(const Line& line, const LayerSettings& layer, bool is_fresh) {
  LayerSettings result = layer;
  if (is_fresh) {
    result = {};
    result.name = layer.name;
    result.start = layer.start;
    result.required = layer.required;
    result.sound = layer.sound;
  }
  for (const auto& [key, value] : line.parts.options) {
    if (key != "name" && !is_of_input(key)) set_layer(result, key, value);
    if (!line.is_own && is_of_input(key)) {
      throw Error(Status::Usage, key + " is an option of the input, not of layer " + layer.name + " in a scene");
    }
  }
  return result;
}

std::vector<Scene> SceneFile::scenes(const std::vector<LayerSettings>& layers) const {
  std::vector<LayerSettings> base = layers;
  std::vector<bool> has_base(layers.size());
  std::fill_n(has_base.begin(), given_, true);
  std::vector<Scene> scenes;
  for (const Part& part : parts_) {
    Scene scene{part.name, base};
    for (LayerSettings& layer : scene.layers) {
      layer.listed = false;
      layer.state.visible = false;
    }
    std::size_t order = 0;
    for (const Line& line : part.lines) {
      if (!line.input) continue;
      const std::size_t i = *line.input;
      try {
        scene.layers[i] = look(line, base[i], !has_base[i]);
      } catch (const Error& error) {
        throw Error(error.status(), name_ + ", line " + std::to_string(line.number) + ": " + error.what());
      }
      scene.layers[i].order = order++;
      if (!part.name.empty()) continue;
      base[i] = scene.layers[i];
      base[i].order = i;
      has_base[i] = true;
    }
    if (part.name.empty()) continue;
    find_ducks(scene.layers);
    scenes.push_back(std::move(scene));
  }
  if (scenes.empty()) scenes.push_back(scene_of(base));
  for (Scene& scene : scenes) {
    try {
      resolve_masks(scene.layers);
    } catch (const Error& error) {
      throw Error(error.status(), name_ + ", scene " + scene.name + ": " + error.what());
    }
  }
  return scenes;
}

void SceneFile::watch(SandboxPlan& plan) {
  file_.emplace(name_, plan);
  (void)file_->changed();  // it was read as the list of inputs
  catch_request(SIGHUP);
}

std::optional<SceneFile::Change> SceneFile::changed(const std::vector<LayerSettings>& layers) {
  const bool asked = take_request();
  if (asked) file_->read_again();
  const std::optional<std::string> text = file_->changed();
  if (!text || is_being_written(*text)) return std::nullopt;
  try {
    parse(*text);
    assign(false);
    return Change{scenes(layers), asked};
  } catch (const Error& error) {
    warn(std::string(error.what()) + ": the scene file is ignored");
    return std::nullopt;
  }
}

}  // namespace sl
