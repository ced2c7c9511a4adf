// A layer as users describe it: where it lies, how large, how it is mixed, and when.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/angle_text.h"
#include "libcore/base/gravity.h"
#include "libcore/base/rect_rule.h"
#include "libcore/base/size_text.h"
#include "libcore/base/times.h"
#include "libcore/media/geometry.h"
#include "libcore/pixels/composite.h"

namespace sl {

enum class Fit : std::uint8_t { Fill, Contain, Cover };

// What can change while it is shown.
struct LayerState {
  double x = 0, y = 0;  // pixels from the side that `gravity` names, inwards; from the middle to the right and down
  double opacity = 1;
  std::int64_t z = 0;  // higher ones lie above lower ones; of equals, later ones of the scene
  bool visible = true;
  double gain = 1, heard = 1;          // factors of its sound: of `gain`, and 0 if it is muted
  std::optional<std::size_t> under{};  // the layer whose sound makes its own softer
};

struct LayerSettings {
  std::string name;
  LayerState state;
  std::optional<Rect> area;  // part of the canvas that it is placed in, by a layout; by default all of it
  Gravity gravity = Gravity::NorthWest;
  std::optional<Length> width, height;  // of the area; one alone keeps the proportions
  Fit fit = Fit::Fill;                  // of both
  std::optional<RectRule> crop;         // before the size
  Turn flip;                            // then
  Angle rotate;                         // quarter turns before the size, other angles after it, about the middle
  std::optional<Length> radius;         // of the corners, after the size; a part of the shorter side
  bool tile = false;                    // repeated over the canvas, as rotated
  std::string mask;                     // the layer whose luma its alpha is multiplied by
  Operator blend = Operator::Over;
  bool is_mask = false;          // its luma is its alpha (blend=mask)
  std::optional<Seconds> start;  // added to its times; nothing is shown before its first picture then
  bool required = true;          // its failure is a failure of the stage
  std::optional<bool> sound;     // whether it is heard; by default only the master is
  std::string duck;              // name or number of the layer that `state.under` is, or empty
  bool listed = true;            // the scene has it, visible or not
  std::size_t order = 0;         // place in the scene: of equal z, later ones lie above
  // Set by resolve_masks().
  std::optional<std::size_t> masked_by;
  bool is_hidden = false;  // a mask of others, not shown itself
  std::vector<std::string> given;
  [[nodiscard]] bool has(std::string_view key) const;
};

// The keys that parse_layer takes from the brackets; all others are the decoder's.
[[nodiscard]] std::vector<std::string> layer_keys();
// Read INPUT[KEY=VALUE,...]. Its name is that of its file without suffix, unless `name` is given. Throw Usage.
[[nodiscard]] LayerSettings parse_layer(const std::string& input);
// Set one value. Throw Usage, naming `key`.
void set_layer(LayerSettings& layer, std::string_view key, std::string_view value);
// Return the number of the layer with this name, or with this number from 1. Throw Usage, naming `option`.
[[nodiscard]] std::size_t find_layer(std::string_view option, std::string_view text,
                                     const std::vector<LayerSettings>& layers);
// Find the layers that `mask` of listed ones names. Throw Usage.
void resolve_masks(std::vector<LayerSettings>& layers);
// Find the layers that `duck` names, for all layers. Throw Usage.
void find_ducks(std::vector<LayerSettings>& layers);
// Return the words of INPUT and OPTIONS ("x=10,y=10") as one: INPUT[x=10,y=10].
[[nodiscard]] std::string with_options(const std::string& input, const std::string& options);

// Return the size of a picture on the canvas.
[[nodiscard]] Size fitted_size(const LayerSettings& layer, const Size& picture, const Size& canvas);
// Return the place of the upper left pixel. Pictures in the middle begin on a whole group of `group_x` by `group_y`
// pixels.
struct Corner {
  std::int64_t x = 0, y = 0;
};
[[nodiscard]] Corner place_of(const LayerSettings& layer, const LayerState& state, const Size& size, const Size& canvas,
                              const Size& group);

}  // namespace sl
