// The folder is watched, as editors write a new file and rename it.

#include "tools/composite/scene.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/bytes/name_list.h"
#include "libcore/process/sandbox.h"

namespace sl {

Scene::~Scene() {
  if (events_ >= 0) close(events_);
}

std::vector<std::string> Scene::read(const std::string& file) {
  std::vector<std::string> lines = read_names(file, false);
  std::erase_if(lines, [](const std::string& line) { return line.starts_with('#'); });
  return lines;
}

void Scene::watch(const std::string& file, SandboxPlan& plan) {
  const std::filesystem::path path = std::filesystem::absolute(file);
  file_ = path.string();
  name_ = path.filename().string();
  events_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  const std::string folder = path.parent_path().string();
  if (events_ < 0 || inotify_add_watch(events_, folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
    throw system_error(Status::Resources, folder);
  }
  plan.readable.push_back(folder);
}

bool Scene::is_changed() const {
  alignas(inotify_event) std::array<char, 4096> buffer;
  bool changed = false;
  for (ssize_t count = ::read(events_, buffer.data(), buffer.size()); count > 0;
       count = ::read(events_, buffer.data(), buffer.size())) {
    for (ssize_t at = 0; at < count;) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof event);
      changed = changed || (event.len != 0 && name_ == buffer.data() + at + sizeof event);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
  return changed;
}

void Scene::update(const std::vector<LayerSettings>& layers, std::vector<LayerState>& states) {
  if (events_ < 0 || !is_changed()) return;
  try {
    std::vector<LayerState> next = states;
    for (const std::string& line : read(file_)) {
      const LayerSettings layer = parse_layer(line);
      const auto found = std::ranges::find(layers, layer.name, &LayerSettings::name);
      if (found == layers.end()) {
        warn(file_ + ": layer " + layer.name + " is new, and left out until the next start");
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
    warn(file_ + " is ignored: " + error.what());
  }
}

}  // namespace sl
