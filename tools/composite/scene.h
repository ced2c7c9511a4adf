// A file of layers, a line each, and of scenes that show some of them; it may change while the stage works.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/bytes/watched_file.h"
#include "libcore/stage/options.h"
#include "tools/composite/layer_settings.h"

namespace sl {

struct SandboxPlan;

// What is shown at a time.
struct Scene {
  std::string name;                   // empty, if it is the only one and has none
  std::vector<LayerSettings> layers;  // of all inputs; one that is not listed is invisible
};

// Return the scene that shows all layers as they are.
[[nodiscard]] Scene scene_of(const std::vector<LayerSettings>& layers);
// Return the number of the scene with this name; for an empty one that of the second, or of the only one. Throw Usage,
// naming --preview.
[[nodiscard]] std::size_t find_scene(const std::string& name, const std::vector<Scene>& scenes);
// Throw Usage for a name that none of the scenes has.
[[noreturn]] void fail_no_scene(std::string_view option, std::string_view name, const std::vector<std::string>& names);

// Lines are INPUT[KEY=VALUE,...], or LAYER[KEY=VALUE,...] for a layer that is known by its name. A line [NAME] begins a
// scene, which shows only the layers that it lists, the lowest first; two lines with the same input and the same
// options for its decoder are one layer, unless they are in one scene. Empty lines, and those that begin with #, say
// nothing.
class SceneFile {
 public:
  // Read the file. Throw NoInput, NotPermitted, Limit; Usage for lines that are wrong.
  explicit SceneFile(std::string name);

  // Return the inputs that the file names, without those that are `given` already. Throw Usage.
  [[nodiscard]] std::vector<std::string> inputs(const std::vector<std::string>& given);
  // Return the scenes, for the layers of all inputs, given ones and those of the file. Throw Usage.
  [[nodiscard]] std::vector<Scene> scenes(const std::vector<LayerSettings>& layers) const;

  // See changes of the file from now on, and SIGHUP. Call it before the sandbox.
  void watch(SandboxPlan& plan);
  // Return the scenes if the file has changed since the last call, or SIGHUP asks to read it again, which is `asked`.
  // If a line is wrong, report that and return nothing. A layer that is new is reported and left out: its input was not
  // opened at the start.
  struct Change {
    std::vector<Scene> scenes;
    bool asked = false;
  };
  [[nodiscard]] std::optional<Change> changed(const std::vector<LayerSettings>& layers);

 private:
  struct Line {
    std::size_t number = 0;
    std::string words;
    NameWithOptions parts{};
    std::optional<std::size_t> input{};
    bool is_own = false;  // it names the input itself, not a layer
  };
  struct Part {  // a scene; without a name, the lines before the first one
    std::string name;
    std::vector<Line> lines{};
  };
  struct Known {  // an input
    std::string name, identity;
  };
  void parse(std::string_view text);
  void assign(bool may_add);
  [[nodiscard]] std::optional<std::size_t> find(const std::string& line, const std::vector<std::size_t>& used,
                                                bool is_own) const;
  static LayerSettings look(const Line& line, const LayerSettings& layer, bool is_fresh);

  std::string name_;
  std::optional<WatchedFile> file_;
  std::vector<Part> parts_;
  std::vector<Known> known_;
  std::size_t given_ = 0;  // inputs of the command line
};

}  // namespace sl
