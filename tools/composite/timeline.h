// Changes of layers, at once or over a while, at a time or from the next picture on.

#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "tools/composite/layer_settings.h"

namespace sl {

// Return the number of the layer with this name, or with this number from 1. Throw Usage, naming `option`.
[[nodiscard]] std::size_t find_layer(std::string_view option, std::string_view text,
                                     const std::vector<LayerSettings>& layers);

class Timeline {
 public:
  // The layers outlive it.
  explicit Timeline(const std::vector<LayerSettings>& layers) : layers_(layers) {}

  // Take a line: [@TIME] LAYER.KEY=VALUE... [over TIME]. The keys are x, y, opacity, z and visible; "over" is for the
  // first three. Empty lines, and those that begin with #, say nothing. Throw Usage, with nothing changed.
  void add(std::string_view line);
  // Set the states for a picture `time` ns after the first one. Call it for each picture in order. Lines of the same
  // time take effect in their order.
  void apply(std::int64_t time, std::vector<LayerState>& states);

 private:
  enum class Key : std::uint8_t { X, Y, Opacity, Z, Visible };
  struct Change {
    std::int64_t at = 0;  // ns; no_time: with the next picture
    std::int64_t length = 0;
    std::size_t layer = 0;
    Key key = Key::X;
    double value = 0, from = 0;
  };
  [[nodiscard]] Change parse(std::string_view word) const;
  void begin(Change change, std::vector<LayerState>& states);
  static double& number(LayerState& state, Key key);
  static double value_at(const Change& change, std::int64_t time);

  const std::vector<LayerSettings>& layers_;
  std::deque<Change> waiting_;   // by time
  std::vector<Change> running_;  // one for each key of a layer
};

}  // namespace sl
