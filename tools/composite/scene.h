// A file of layers, a line each, which may change while the stage works.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/composite/layer_settings.h"

namespace sl {

struct SandboxPlan;

class Scene {
 public:
  Scene() = default;
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene();

  // Return the layers of a file: INPUT[KEY=VALUE,...] on each line; not empty lines, and those that begin with #. Throw
  // NoInput, NotPermitted.
  [[nodiscard]] static std::vector<std::string> read(const std::string& file);
  // See changes of the file from now on. Call it before the sandbox.
  void watch(const std::string& file, SandboxPlan& plan);
  // Set what the file now says of layers that it names, if it was written or replaced since the last call. Report lines
  // that are wrong, and layers that are new, which need another start.
  void update(const std::vector<LayerSettings>& layers, std::vector<LayerState>& states);

 private:
  [[nodiscard]] bool is_changed() const;

  std::string file_, name_;  // name_: without its folder
  int events_ = -1;
};

}  // namespace sl
