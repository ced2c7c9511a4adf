// sl-convert decodes a picture and brings it to sRGB.

#include "images.h"

#include <unistd.h>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/bytes/source.h"
#include "libcore/media/image.h"
#include "libcore/media/track.h"
#include "libcore/pixels/turner.h"
#include "libcore/process/launch.h"
#include "libcore/wire/reader.h"
#include "tools/canvas/layer.h"

namespace sl::drawing {

namespace {

Surface first_picture(Reader& in) {
  std::optional<Chain> steps;
  Image picture;
  Track target;
  while (const auto record = in.next()) {
    if (record->track == 0 || !in.track(record->track).is_raw_video()) continue;
    if (record->type == wire::Type::Track && !steps) {
      steps.emplace(upright_steps(in.track(record->track)));
      target = steps->track();
      target.pixels = &pixel_format("rgba");
      target.alpha = Alpha::Straight;
      target.color = {.primaries = 1, .transfer = 13, .matrix = 0, .range = Range::Full, .chroma = Chroma::Unknown};
      steps->convert_to(target);
      picture = Image(target, in.name(), "a picture");
    }
    if (record->type != wire::Type::Rows) continue;
    bool complete = false;
    steps->push(in.strip(), [&](const Strip& rows) {
      picture.put(rows);
      complete = rows.last;
    });
    if (complete) return surface_of(picture.strip());
  }
  throw Error(Status::Data, "it has no picture");
}

}  // namespace

void Images::load(std::string_view option, std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size())
    bad_value(option, text, "is not name=file");
  const std::string name(text.substr(0, equals)), file(text.substr(equals + 1));
  const PipeEnds pipe = make_pipe();
  Helper helper = Helper::start({find_part("sl-convert"), "--to", "srgb", "--format", "rgba", "--quiet", "--", file},
                                -1, pipe.write);
  close(pipe.write);
  try {
    Source source = Source::descriptor(pipe.read, file);
    Reader in(source);
    Surface picture = first_picture(in);
    names_[name] = surfaces_.size();
    surfaces_.push_back(std::move(picture));
  } catch (const Error& error) {
    (void)helper.wait();
    const auto& cause = error.cause();
    // A stage that fails has printed its line.
    if (cause && cause->code) throw Error::upstream(static_cast<Status>(*cause->code), *cause, true);
    throw Error(error.status(), "--image " + name + ": " + error.what());
  }
  (void)helper.wait();
}

Size Images::size_of(std::size_t image) const {
  cairo_surface_t* const surface = surfaces_[image].get();
  return {static_cast<std::uint32_t>(cairo_image_surface_get_width(surface)),
          static_cast<std::uint32_t>(cairo_image_surface_get_height(surface))};
}

}  // namespace sl::drawing
