// libimagequant's histogram, palette and remapping.

#include "formats/palette/quantizer.h"

#include <libimagequant.h>
#include <omp.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "libcore/base/error.h"

namespace sl {

namespace {

struct Delete {
  void operator()(liq_attr* it) const { liq_attr_destroy(it); }
  void operator()(liq_histogram* it) const { liq_histogram_destroy(it); }
  void operator()(liq_image* it) const { liq_image_destroy(it); }
  void operator()(liq_result* it) const { liq_result_destroy(it); }
};

void check(liq_error error) {
  if (error == LIQ_OK) return;
  if (error == LIQ_OUT_OF_MEMORY) throw Error(Status::Resources, "no memory to choose a palette");
  throw Error(Status::Bug, "error " + std::to_string(error) + " of libimagequant");
}

template <class T>
T* checked(T* made) {
  if (made == nullptr) throw Error(Status::Resources, "no memory to choose a palette");
  return made;
}

}  // namespace

struct Quantizer::State {
  std::unique_ptr<liq_attr, Delete> settings;
  std::unique_ptr<liq_histogram, Delete> histogram;
  std::unique_ptr<liq_result, Delete> result;
  Palette palette;

  // The pixels, without their fourth byte, row by row.
  struct Rows {
    const std::uint8_t* pixels;
  };
  static void row(liq_color* out, int y, int width, void* rows) {
    const std::uint8_t* from =
        static_cast<Rows*>(rows)->pixels + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * 4;
    for (int x = 0; x < width; ++x, from += 4) out[x] = {from[0], from[1], from[2], 255};
  }
  std::unique_ptr<liq_image, Delete> image(Rows& rows, std::size_t width, std::size_t height) const {
    return std::unique_ptr<liq_image, Delete>(checked(
        liq_image_create_custom(settings.get(), row, &rows, static_cast<int>(width), static_cast<int>(height), 0)));
  }
};

Quantizer::Quantizer(const Settings& wanted) : state_(std::make_unique<State>()) {
  omp_set_num_threads(1);  // sums of floats depend on their order
  state_->settings.reset(checked(liq_attr_create()));
  check(liq_set_max_colors(state_->settings.get(), std::clamp(wanted.colours, 2, 256)));
  check(liq_set_speed(state_->settings.get(), wanted.speed));
  state_->histogram.reset(checked(liq_histogram_create(state_->settings.get())));
}

Quantizer::~Quantizer() = default;

void Quantizer::add(std::span<const std::uint8_t> pixels) {
  constexpr std::size_t row = 1024;
  const std::size_t count = pixels.size() / 4, whole = count / row;
  State::Rows rows{pixels.data()};
  if (whole > 0) {
    const auto image = state_->image(rows, row, whole);
    check(liq_histogram_add_image(state_->histogram.get(), state_->settings.get(), image.get()));
  }
  if (count % row == 0) return;
  rows.pixels += whole * row * 4;
  const auto image = state_->image(rows, count % row, 1);
  check(liq_histogram_add_image(state_->histogram.get(), state_->settings.get(), image.get()));
}

const Palette& Quantizer::choose() {
  liq_result* result = nullptr;
  check(liq_histogram_quantize(state_->histogram.get(), state_->settings.get(), &result));
  state_->result.reset(result);
  const liq_palette* palette = liq_get_palette(result);
  for (unsigned i = 0; i < palette->count; ++i) {
    const liq_color& colour = palette->entries[i];
    state_->palette.push_back({colour.r, colour.g, colour.b});
  }
  return state_->palette;
}

void Quantizer::map(std::span<const std::uint8_t> pixels, std::uint32_t width, std::uint32_t height, float dither,
                    std::span<std::uint8_t> indices) {
  omp_set_num_threads(1);
  State::Rows rows{pixels.data()};
  const auto image = state_->image(rows, width, height);
  check(liq_set_dithering_level(state_->result.get(), dither));
  check(liq_write_remapped_image(state_->result.get(), image.get(), indices.data(), indices.size()));
}

}  // namespace sl
