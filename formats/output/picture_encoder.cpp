// The way of a strip: (convert), (turn), (convert), encode.

#include "formats/output/picture_encoder.h"

#include "formats/picture.h"

namespace sl {

PictureEncoder::PictureEncoder(const Settings& settings, Target& target, const Track& track,
                               const std::vector<Attachment>& attachments, const LeftOut& left_out)
    : settings_(settings), encoder_(settings.format.encoder({target, settings.options, settings.threads, left_out})) {
  next_page(track, attachments, left_out);
}

void PictureEncoder::next_page(const Track& track, const std::vector<Attachment>& attachments,
                               const LeftOut& left_out) {
  converter_.emplace(track, settings_.orient, settings_.background);
  Track upright = converter_->upright();
  upright.orientation = 1;
  const Track accepted = encoder_->accept(upright);
  converter_->convert_to(accepted);
  encoder_->begin(
      carried({accepted, attachments}, track, settings_.format.info, settings_.keep, settings_.orient, left_out));
}

PictureEncoder::~PictureEncoder() = default;

void PictureEncoder::begin_frame(const Frame& frame) { encoder_->begin_frame(frame); }

void PictureEncoder::write_rows(const Strip& strip) {
  converter_->push(strip, [this](const Strip& rows) { encoder_->write_rows(rows); });
  if (strip.last) encoder_->end_frame();
}

void PictureEncoder::flush() { encoder_->flush(); }
void PictureEncoder::finish() { encoder_->finish(); }

}  // namespace sl
