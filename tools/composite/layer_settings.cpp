// One table of keys, and the arithmetic of places.

#include "tools/composite/layer_settings.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/letters_apart.h"
#include "libcore/base/parse.h"
#include "libcore/base/time_text.h"
#include "libcore/sound/samples.h"
#include "libcore/stage/options.h"

namespace sl {

namespace {

constexpr Name<bool> answers[] = {{"yes", true}, {"no", false},  {"true", true}, {"false", false},
                                  {"on", true},  {"off", false}, {"1", true},    {"0", false}};
constexpr Name<Fit> fits[] = {{"fill", Fit::Fill}, {"contain", Fit::Contain}, {"cover", Fit::Cover}};
constexpr Name<Turn> turn_names[] = {{"horizontal", {true, false, false}},
                                     {"vertical", {false, true, false}},
                                     {"both", {true, true, false}},
                                     {"h", {true, false, false}},
                                     {"v", {false, true, false}}};
constexpr double farthest = 1 << 24;

double number(std::string_view key, std::string_view text, double least, double most) {
  const auto value = to_number<double>(text);
  if (!value || !(*value >= least && *value <= most)) {
    bad_value(key, text, most == 1 ? "is no number from 0 to 1" : "is no number of pixels");
  }
  return *value;
}

Length length(std::string_view key, std::string_view text) {
  const bool is_percent = text.ends_with('%');
  const Length value{number(key, is_percent ? text.substr(0, text.size() - 1) : text, 0, farthest), is_percent};
  if (value.value == 0) bad_value(key, text, "is no size");
  return value;
}

struct Key {
  std::string_view name;
  void (*set)(LayerSettings& layer, std::string_view key, std::string_view text);
};
constexpr Key keys[] = {
    {"name", [](LayerSettings& layer, std::string_view, std::string_view text) { layer.name = text; }},
    {"x", [](LayerSettings& layer, std::string_view key,
             std::string_view text) { layer.state.x = number(key, text, -farthest, farthest); }},
    {"y", [](LayerSettings& layer, std::string_view key,
             std::string_view text) { layer.state.y = number(key, text, -farthest, farthest); }},
    {"z",
     [](LayerSettings& layer, std::string_view key, std::string_view text) {
       const auto value = to_number<std::int32_t>(text);
       if (!value) bad_value(key, text, "is no whole number");
       layer.state.z = *value;
     }},
    {"opacity", [](LayerSettings& layer, std::string_view key,
                   std::string_view text) { layer.state.opacity = number(key, text, 0, 1); }},
    {"visible", [](LayerSettings& layer, std::string_view key,
                   std::string_view text) { layer.state.visible = parse_name(key, text, answers); }},
    {"gravity", [](LayerSettings& layer, std::string_view key,
                   std::string_view text) { layer.gravity = parse_name(key, text, gravity_names); }},
    {"width",
     [](LayerSettings& layer, std::string_view key, std::string_view text) { layer.width = length(key, text); }},
    {"height",
     [](LayerSettings& layer, std::string_view key, std::string_view text) { layer.height = length(key, text); }},
    {"fit", [](LayerSettings& layer, std::string_view key,
               std::string_view text) { layer.fit = parse_name(key, text, fits); }},
    {"crop",
     [](LayerSettings& layer, std::string_view key, std::string_view text) { layer.crop = RectRule(key, text); }},
    {"flip", [](LayerSettings& layer, std::string_view key,
                std::string_view text) { layer.flip = parse_name(key, text, turn_names); }},
    {"rotate",
     [](LayerSettings& layer, std::string_view key, std::string_view text) { parse_value(key, text, layer.rotate); }},
    {"radius",
     [](LayerSettings& layer, std::string_view key, std::string_view text) { layer.radius = length(key, text); }},
    {"tile", [](LayerSettings& layer, std::string_view key,
                std::string_view text) { layer.tile = parse_name(key, text, answers); }},
    {"mask", [](LayerSettings& layer, std::string_view, std::string_view text) { layer.mask = text; }},
    {"blend",
     [](LayerSettings& layer, std::string_view key, std::string_view text) {
       layer.is_mask = text == "mask";
       layer.blend = layer.is_mask ? Operator::DestinationIn : parse_name(key, text, operator_names);
     }},
    {"start",
     [](LayerSettings& layer, std::string_view key, std::string_view text) { layer.start = parse_seconds(key, text); }},
    {"sound", [](LayerSettings& layer, std::string_view key,
                 std::string_view text) { layer.sound = parse_name(key, text, answers); }},
    {"gain",
     [](LayerSettings& layer, std::string_view key, std::string_view text) {
       Gain gain;
       parse_value(key, text, gain);
       layer.state.gain = gain.factor;
     }},
    {"mute", [](LayerSettings& layer, std::string_view key,
                std::string_view text) { layer.state.heard = parse_name(key, text, answers) ? 0 : 1; }},
    {"duck", [](LayerSettings& layer, std::string_view,
                std::string_view text) { layer.duck = text == "none" ? std::string_view() : text; }},
    {"required", [](LayerSettings& layer, std::string_view key,
                    std::string_view text) { layer.required = parse_name(key, text, answers); }},
};

// A decoder's option may be nearly the same as a key: only what is nearer than those are is taken for a mistyped one.
void refuse_mistyped(const std::string& name) {
  if (name.size() > 20) return;
  for (const Key& key : keys) {
    const std::size_t least = std::min(name.size(), key.name.size());
    if (least < 4 || letters_apart(name, key.name) > (least < 6 ? 1 : 2)) continue;
    throw Error(Status::Usage, "\"" + printable(name, 60) + "\" is no option of a layer: the nearest name is " +
                                   std::string(key.name));
  }
}

// "overlay" of /home/me/overlay.png.
std::string stem_of(const std::string& name) {
  const std::string file = name.substr(name.find_last_of('/') + 1);
  return file.substr(0, file.find('.', 1));
}

std::int64_t aligned(std::int64_t value, std::uint32_t group) {
  const std::int64_t rest = value % group;
  return value - (rest < 0 ? rest + group : rest);
}

std::int64_t along(double offset, int side, std::uint32_t size, std::uint32_t whole, std::uint32_t group) {
  const auto distance = static_cast<std::int64_t>(std::llround(offset));
  if (side == 0) return distance;
  if (side == 2) return std::int64_t{whole} - size - distance;
  return aligned((std::int64_t{whole} - size) / 2, group) + distance;
}

}  // namespace

bool LayerSettings::has(std::string_view key) const { return std::ranges::find(given, key) != given.end(); }

std::vector<std::string> layer_keys() {
  std::vector<std::string> names{"tracks"};
  for (const Key& key : keys) names.emplace_back(key.name);
  return names;
}

void set_layer(LayerSettings& layer, std::string_view name, std::string_view value) {
  const auto* const key = std::ranges::find(keys, name, &Key::name);
  if (key == std::end(keys)) throw Error(Status::Usage, "\"" + printable(name, 60) + "\" is no option of a layer");
  key->set(layer, name, value);
  layer.given.emplace_back(name);
}

LayerSettings parse_layer(const std::string& input) {
  const NameWithOptions parts = split_options(input);
  LayerSettings layer;
  layer.name = stem_of(parts.name);
  for (const auto& [name, value] : parts.options) {
    if (std::ranges::find(keys, name, &Key::name) != std::end(keys)) {
      set_layer(layer, name, value);
    } else if (name != "tracks") {
      refuse_mistyped(name);
    }
  }
  return layer;
}

std::size_t find_layer(std::string_view option, std::string_view text, const std::vector<LayerSettings>& layers) {
  const auto found = std::ranges::find(layers, text, &LayerSettings::name);
  if (found != layers.end()) return static_cast<std::size_t>(found - layers.begin());
  const auto number = to_number<std::size_t>(text);
  if (number && *number >= 1 && *number <= layers.size()) return *number - 1;
  std::string names;
  for (const LayerSettings& layer : layers) names += (names.empty() ? "" : ", ") + layer.name;
  bad_value(option, text, "is no layer; there are " + printable(names, 200));
}

void resolve_masks(std::vector<LayerSettings>& layers) {
  for (LayerSettings& layer : layers) {
    layer.masked_by.reset();
    layer.is_hidden = false;
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].mask.empty() || !layers[i].listed) continue;
    layers[i].masked_by = find_layer("mask", layers[i].mask, layers);
    if (*layers[i].masked_by == i) bad_value("mask", layers[i].mask, "is the layer itself");
    layers[*layers[i].masked_by].is_hidden = true;
  }
}

void find_ducks(std::vector<LayerSettings>& layers) {
  for (LayerSettings& layer : layers) {
    layer.state.under.reset();
    if (!layer.duck.empty()) layer.state.under = find_layer("duck", layer.duck, layers);
  }
}

std::string with_options(const std::string& input, const std::string& options) {
  if (options.empty()) return input;
  if (!input.ends_with(']') || input.find('[') == std::string::npos) return input + "[" + options + "]";
  return input.substr(0, input.size() - 1) + "," + options + "]";
}

Size fitted_size(const LayerSettings& layer, const Size& picture, const Size& canvas) {
  if (!layer.width && !layer.height) return picture;
  const Size area = layer.area ? Size{layer.area->width, layer.area->height} : canvas;
  double x = layer.width ? static_cast<double>(layer.width->of(area.width)) / picture.width : 0;
  double y = layer.height ? static_cast<double>(layer.height->of(area.height)) / picture.height : 0;
  if (!layer.width || (layer.height && layer.fit == Fit::Contain && y < x)) x = y;
  if (!layer.height || (layer.width && layer.fit == Fit::Contain)) y = x;
  if (layer.width && layer.height && layer.fit == Fit::Cover) x = y = std::max(x, y);
  const auto side = [](double length) {
    return static_cast<std::uint32_t>(std::clamp<double>(std::round(length), 1, farthest));
  };
  return {side(x * picture.width), side(y * picture.height)};
}

Corner place_of(const LayerSettings& layer, const LayerState& state, const Size& size, const Size& canvas,
                const Size& group) {
  const Rect area = layer.area.value_or(Rect{0, 0, canvas.width, canvas.height});
  return {area.x + along(state.x, column_of(layer.gravity), size.width, area.width, group.width),
          area.y + along(state.y, row_of(layer.gravity), size.height, area.height, group.height)};
}

}  // namespace sl
