// The way of a strip: (convert), (turn), (tone map), (convert), encode.

#include "formats/output/picture_encoder.h"

#include <string>
#include <utility>

#include "formats/picture.h"
#include "libcore/pixels/color_space.h"
#include "libcore/pixels/tone_mapper.h"
#include "libcore/pixels/turner.h"

namespace sl {

namespace {

// Whether the format has too few codes for the light of the picture, or cannot say what they mean.
bool needs_tone_map(const Track& from, const Track& accepted, const std::vector<Attachment>& attachments,
                    const FormatInfo& format) {
  constexpr int linear = 8;
  if (accepted.pixels->sample != Sample::U8 || format.keeps_codes || !has_highlights(from)) return false;
  if (format.carries.color && from.color.transfer != linear) return false;
  return space_of(from, attachments).profile.empty();
}

}  // namespace

PictureEncoder::PictureEncoder(const Settings& settings, Target& target, const Track& track,
                               const std::vector<Attachment>& attachments, const LeftOut& left_out)
    : settings_(settings),
      encoder_(settings.format.encoder({target, settings.options, settings.threads, left_out, settings.spill})),
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
  Track accepted = encoder_->accept(upright);
  tone_map(attachments, accepted);
  if (!settings_.background && track.pixels->alpha && !accepted.pixels->alpha) {
    left_out("transparency",
             std::string(settings_.format.info.name) + " has none: it becomes white; --background names another color");
  }
  steps_.convert_to(accepted, background);
  encoder_->begin(
      carried({accepted, attachments}, track, settings_.format.info, settings_.keep, settings_.orient, left_out));
}

void PictureEncoder::tone_map(const std::vector<Attachment>& attachments, Track& accepted) {
  const Track from = steps_.track();
  if (!needs_tone_map(from, accepted, attachments, settings_.format.info)) return;
  steps_.add(std::make_unique<ToneMapper>(
      from, [note = settings_.note, transfer = from.color.transfer](const PeakLight& peak) {
        if (note) note(tone_map_note(transfer, peak));
      }));
  Track mapped = steps_.track();
  mapped.orientation = 1;
  accepted = encoder_->accept(mapped);
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
