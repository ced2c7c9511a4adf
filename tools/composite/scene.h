// A file of layers, a line each, which may change while the stage works.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/bytes/watched_file.h"
#include "tools/composite/layer_settings.h"

namespace sl {

struct SandboxPlan;

class Scene {
 public:
  // Return the layers of a file: INPUT[KEY=VALUE,...] on each line; not empty lines, and those that begin with #. Throw
  // NoInput, NotPermitted.
  [[nodiscard]] static std::vector<std::string> read(const std::string& file);
  // See changes of the file from now on. Call it before the sandbox.
  void watch(const std::string& file, SandboxPlan& plan);
  // Set what the file says of layers that it names, if it has changed since the last call. Report lines that are wrong,
  // and layers that are new, which need another start.
  void update(const std::vector<LayerSettings>& layers, std::vector<LayerState>& states);

 private:
  std::string name_;
  std::optional<WatchedFile> file_;
};

}  // namespace sl
