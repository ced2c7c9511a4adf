// Exact colours first, then those that stand for several.

#include "formats/gif/palettes.h"

#include <algorithm>
#include <utility>

namespace sl::gif {

namespace {

bool add_colours(const Job& job, PaletteIndex& index, std::size_t most) {
  for (std::size_t i = 0; i < job.drawn.size(); ++i) {
    const std::uint8_t* pixel = job.pixels.data() + i * 4;
    if (job.drawn[i] != 0 && !index.add({pixel[0], pixel[1], pixel[2]}, most)) return false;
  }
  return true;
}

Pixels drawn_pixels(const Job& job) {
  if (!job.has_gaps) return job.pixels;
  Pixels pixels;
  pixels.reserve(job.pixels.size());
  for (std::size_t i = 0; i < job.drawn.size(); ++i) {
    if (job.drawn[i] != 0)
      pixels.insert(pixels.end(), job.pixels.begin() + static_cast<std::ptrdiff_t>(i * 4),
                    job.pixels.begin() + static_cast<std::ptrdiff_t>(i * 4 + 4));
  }
  return pixels;
}

}  // namespace

Choice palette_of(std::span<const Job> jobs, std::size_t most, int speed) {
  PaletteIndex exact;
  if (std::ranges::all_of(jobs, [&](const Job& job) { return add_colours(job, exact, most); })) {
    return {exact.palette(), nullptr};
  }
  auto quantizer = std::make_unique<Quantizer>(Quantizer::Settings{.colours = static_cast<int>(most), .speed = speed});
  for (const Job& job : jobs) quantizer->add(drawn_pixels(job));
  Palette palette = quantizer->choose();
  return {std::move(palette), std::move(quantizer)};
}

bool has_colours(const PaletteIndex& index, const Job& job) {
  for (std::size_t i = 0; i < job.drawn.size(); ++i) {
    const std::uint8_t* pixel = job.pixels.data() + i * 4;
    if (job.drawn[i] != 0 && !index.find({pixel[0], pixel[1], pixel[2]})) return false;
  }
  return true;
}

std::vector<std::uint8_t> indices_of(const Job& job, const Palette& palette, Quantizer* quantizer, float dither) {
  std::vector<std::uint8_t> indices(job.drawn.size());
  if (quantizer != nullptr) {
    quantizer->map(job.pixels, job.width, job.height, dither, indices);
    return indices;
  }
  const PaletteIndex index(palette);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::uint8_t* pixel = job.pixels.data() + i * 4;
    if (job.drawn[i] != 0) indices[i] = *index.find({pixel[0], pixel[1], pixel[2]});
  }
  return indices;
}

}  // namespace sl::gif
