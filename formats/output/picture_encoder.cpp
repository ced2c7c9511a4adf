// The way of a strip: (convert), (turn), (convert), encode.

#include "formats/output/picture_encoder.h"

#include <string>

#include "formats/picture.h"
#include "libcore/pixels/turner.h"

namespace sl {

PictureEncoder::PictureEncoder(const Settings& settings, Target& target, const Track& track,
                               const std::vector<Attachment>& attachments, const LeftOut& left_out)
    : settings_(settings),
      encoder_(settings.format.encoder({target, settings.options, settings.threads, left_out})),
      steps_(track) {
  next_page(track, attachments, left_out);
}

void PictureEncoder::next_page(const Track& track, const std::vector<Attachment>& attachments,
                               const LeftOut& left_out) {
  constexpr std::array<float, 3> white{1, 1, 1};
  const auto background = settings_.background.value_or(white);
  steps_ = settings_.orient ? upright_steps(track, background) : Chain(track);
  Track upright = steps_.track();
  upright.orientation = 1;
  const Track accepted = encoder_->accept(upright);
  if (!settings_.background && track.pixels->alpha && !accepted.pixels->alpha) {
    left_out("transparency",
             std::string(settings_.format.info.name) + " has none: it becomes white; --background names another color");
  }
  steps_.convert_to(accepted, background);
  encoder_->begin(
      carried({accepted, attachments}, track, settings_.format.info, settings_.keep, settings_.orient, left_out));
}

PictureEncoder::~PictureEncoder() = default;

void PictureEncoder::begin_frame(const Frame& frame) { encoder_->begin_frame(frame); }

void PictureEncoder::write_rows(const Strip& strip) {
  steps_.push(strip, [this](const Strip& rows) { encoder_->write_rows(rows); });
  if (strip.last) encoder_->end_frame();
}

void PictureEncoder::flush() {
  steps_.flush([this](const Strip& rows) { encoder_->write_rows(rows); });
  encoder_->flush();
}
void PictureEncoder::finish() { encoder_->finish(); }

}  // namespace sl
