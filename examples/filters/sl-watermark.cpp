// sl-watermark: a picture over another one, or over film. A filter with two inputs.

#include <optional>

#include "libcore/combine/map_pairs.h"
#include "libcore/pixels/composite.h"
#include "libcore/pixels/convert_image.h"
#include "libcore/pixels/working_space.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-watermark", "Put a picture over another one, or over film.");
  tool.example("sl-shrink 2 b.jpg | sl-watermark --left 4 --top 4 in.jpg - -o marked.png");
  tool.describe("The second input is laid over the first, at the nearest time; a still stays for all of a film.");
  std::int64_t left = 0, top = 0;
  double opacity = 0.5;
  tool.option("--left", left, "N", "columns on its left", 0, 1 << 20);
  tool.option("--top", top, "N", "rows above it", 0, 1 << 20);
  tool.option("--opacity", opacity, "N", "multiplies its alpha", 0, 1);
  tool.inputs({.least = 2, .most = 2, .own_options = {"tracks"}, .help = "the picture or film, and the mark"});

  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) {
    std::optional<sl::Layer> layer;  // the mark in the colours of the film, made once for a still
    std::uint64_t made_of = 0;
    sl::Track made_for;
    sl::PairFilter filter;
    filter.target = [](const sl::Track& film, const sl::Track&) {
      return sl::working(film, sl::WorkingSpace::Straight);
    };
    filter.work = [&](const sl::HeldPicture& film, const sl::HeldPicture& mark, const sl::Strip& made) {
      const sl::Track track = filter.target(film.context->track, mark.context->track);
      sl::convert_image(film.context->track, film.image.strip(), track, made);
      if (!layer || mark.index != made_of || !(track == made_for)) {
        layer.emplace(mark.context->track, mark.image, track);
        made_of = mark.index;
        made_for = track;
      }
      sl::Composite(track).apply(made, *layer, {left, top, static_cast<float>(opacity)});
    };
    sl::map_pairs(inputs, out, filter);
  });
}
