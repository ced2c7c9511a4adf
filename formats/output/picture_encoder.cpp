// The way of a strip: (convert), (turn), (convert), encode.

#include "formats/output/picture_encoder.h"

#include "formats/metadata/orientation.h"
#include "formats/picture.h"
#include "libcore/base/report.h"
#include "libcore/media/attachment.h"

namespace sl {

namespace {

// A profile is for one kind of colours: one for RGB does not describe grey, and the reverse (ICC.1:2022, 7.2.6).
bool profile_fits(const std::string& profile, const Track& track) {
  const std::string space = profile.size() >= 20 ? profile.substr(16, 4) : "";
  return (track.pixels->model == Model::Gray) == (space == "GRAY") || space == "Lab ";
}

std::vector<Attachment> attachments_for(const Track& written, const Track& came,
                                        const PictureEncoder::Settings& settings,
                                        const std::vector<Attachment>& attachments) {
  using Keep = PictureEncoder::Settings::Keep;
  std::vector<Attachment> kept;
  for (const Attachment& attachment : attachments) {
    if (settings.keep == Keep::None || (settings.keep == Keep::Icc && attachment.name != "icc")) continue;
    if (attachment.name == "icc" && !profile_fits(attachment.bytes, written)) {
      warn("the colour profile is left out: the picture is no longer of its kind of colours");
      continue;
    }
    kept.push_back(attachment);
  }
  if (came.orientation != 1) put_orientation(kept, settings.orient ? 1 : came.orientation);
  return kept;
}

}  // namespace

PictureEncoder::PictureEncoder(const Settings& settings, Target& target, const Track& track,
                               const std::vector<Attachment>& attachments)
    : encoder_(settings.format.encoder({target, settings.options, settings.threads})),
      converter_(track, settings.orient, settings.background) {
  Track upright = converter_.upright();
  upright.orientation = 1;
  const Track accepted = encoder_->accept(upright);
  converter_.convert_to(accepted);
  encoder_->begin({accepted, attachments_for(accepted, track, settings, attachments)});
}

PictureEncoder::~PictureEncoder() = default;

void PictureEncoder::begin_frame(const Frame& frame) { encoder_->begin_frame(frame); }

void PictureEncoder::write_rows(const Strip& strip) {
  converter_.push(strip, [this](const Strip& rows) { encoder_->write_rows(rows); });
  if (strip.last) encoder_->end_frame();
}

void PictureEncoder::flush() { encoder_->flush(); }
void PictureEncoder::finish() { encoder_->finish(); }

}  // namespace sl
