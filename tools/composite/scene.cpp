// Lines of a scene set states; what cannot change in mid-stream is left as it was at the start.

#include "tools/composite/scene.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/bytes/name_list.h"
#include "libcore/process/sandbox.h"

namespace sl {

namespace {

bool is_layer(const std::string& line) { return !line.empty() && !line.starts_with('#'); }

}  // namespace

std::vector<std::string> Scene::read(const std::string& file) {
  std::vector<std::string> lines = read_names(file, false);
  std::erase_if(lines, [](const std::string& line) { return !is_layer(line); });
  return lines;
}

void Scene::watch(const std::string& file, SandboxPlan& plan) {
  name_ = file;
  file_.emplace(file, plan);
  (void)file_->changed();  // it was read as the list of inputs
}

void Scene::update(const std::vector<LayerSettings>& layers, std::vector<LayerState>& states) {
  const std::optional<std::string> text = file_ ? file_->changed() : std::nullopt;
  if (!text) return;
  try {
    std::vector<LayerState> next = states;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      if (!is_layer(line)) continue;
      const LayerSettings layer = parse_layer(line);
      const auto found = std::ranges::find(layers, layer.name, &LayerSettings::name);
      if (found == layers.end()) {
        warn(name_ + ": layer " + layer.name + " is new, and left out until the next start");
        continue;
      }
      LayerState& state = next[static_cast<std::size_t>(found - layers.begin())];
      if (layer.has("x")) state.x = layer.state.x;
      if (layer.has("y")) state.y = layer.state.y;
      if (layer.has("z")) state.z = layer.state.z;
      if (layer.has("opacity")) state.opacity = layer.state.opacity;
      if (layer.has("visible")) state.visible = layer.state.visible;
    }
    states = std::move(next);
  } catch (const Error& error) {
    warn(name_ + " is ignored: " + error.what());
  }
}

}  // namespace sl
