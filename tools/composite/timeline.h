// Changes of layers and scenes, at once or over a while, at a time or from the next picture on.

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/composite/layer_settings.h"
#include "tools/composite/show.h"

namespace sl {

class Timeline {
 public:
  // The layers outlive it.
  explicit Timeline(const std::vector<LayerSettings>& layers) : layers_(layers) {}

  // Take a line: [@TIME] [SCENE/]LAYER.KEY=VALUE... [over TIME], [@TIME] scene NAME [over TIME], or [@TIME] preview
  // NAME. The keys are x, y, opacity, gain, mute, z, visible and
  // duck; "over" is for the first five. Without SCENE it is the scene that
  // is shown then. Empty lines, and those that begin with #, say nothing. Throw Usage, with nothing changed.
  void add(std::string_view line, const Show& show);
  // Set the states for a picture `time` ns after the first one. Call it for each picture in order. Lines of the same
  // time take effect in their order.
  void apply(std::int64_t time, Show& show);

 private:
  enum class Key : std::uint8_t { X, Y, Opacity, Gain, Mute, Z, Visible, Duck, Scene, Preview };
  struct Change {
    std::int64_t at = 0;  // ns; no_time: with the next picture
    std::int64_t length = 0;
    std::string scene;  // empty: the one that is shown
    std::size_t layer = 0;
    Key key = Key::X;
    double value = 0, from = 0;
    std::optional<std::size_t> under{};  // the layer that ducks it
    std::vector<double> shares{};        // of scenes, at its start
  };
  [[nodiscard]] std::vector<Change> parse(const std::vector<std::string_view>& words, const Show& show) const;
  [[nodiscard]] Change parse(std::string_view word, const Show& show) const;
  void begin(Change change, Show& show);
  void begin_scene(Change change, Show& show);
  void fade(std::int64_t time, Show& show);
  static double& number(LayerState& state, Key key);
  static double part_at(const Change& change, std::int64_t time);
  static double value_at(const Change& change, std::int64_t time);

  const std::vector<LayerSettings>& layers_;
  std::deque<Change> waiting_;   // by time
  std::vector<Change> running_;  // one for each key of a layer in a scene
  std::optional<Change> fade_;   // to another scene
};

}  // namespace sl
