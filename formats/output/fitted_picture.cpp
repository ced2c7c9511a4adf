// Hold, and encode until the best quality is found.

#include "formats/output/fitted_picture.h"

#include <algorithm>
#include <string>
#include <utility>

#include "formats/output/quality_search.h"
#include "libcore/base/limits.h"

namespace sl {

FittedPicture::FittedPicture(const PictureEncoder::Settings& settings, Target& target, const Track& track,
                             const std::vector<Attachment>& attachments, LeftOut left_out)
    : settings_(settings), target_(target), track_(track), attachments_(attachments), left_out_(std::move(left_out)) {}

void FittedPicture::begin_frame(const Frame& frame) {
  const std::uint64_t bytes = strip_bytes(*track_.pixels, track_.width, track_.height);
  check_memory(target_.name(), saturating_multiply(bytes, frames_.size() + 1), "holding a picture for --max-size");
  frames_.push_back({frame, Image(track_, target_.name(), "holding a picture for --max-size")});
}

void FittedPicture::write_rows(const Strip& strip) {
  frames_.back().image.put(strip);
  frames_.back().whole = strip.last;
}

std::uint64_t FittedPicture::encode(int quality) {
  std::vector<std::byte> bytes;
  std::uint64_t size = 0;
  Target memory = Target::callbacks(
      [&](std::span<const std::byte> some) {
        size += some.size();
        if (size <= settings_.max_size) bytes.insert(bytes.end(), some.begin(), some.end());
      },
      [] {}, target_.name());
  FormatOptions options = settings_.options;
  options.set("quality", std::to_string(quality));
  PictureEncoder encoder(
      {settings_.format, options, settings_.orient, settings_.background, settings_.threads, settings_.keep}, memory,
      track_, attachments_, left_out_);
  const std::uint32_t step = (strip_rows(track_) + 7) / 8 * 8;
  for (const Held& held : frames_) {
    if (!held.whole) break;
    encoder.begin_frame(held.frame);
    for (std::uint32_t y = 0; y < track_.height; y += step) {
      encoder.write_rows(held.image.rows(y, std::min(step, track_.height - y)));
    }
  }
  encoder.finish();
  memory.finish();
  if (size <= settings_.max_size) bytes_ = std::move(bytes);
  return size;
}

void FittedPicture::finish() {
  const FormatInfo& format = settings_.format.info;
  const auto option = std::ranges::find(format.encode_options, "quality", &FormatOption::name);
  const auto highest = settings_.options.is_given("quality") ? settings_.options.integer("quality") : option->maximum;
  std::uint64_t fixed = 0;
  for (const Attachment& attachment : attachments_) fixed += settings_.keep == Keep::All ? attachment.bytes.size() : 0;
  QualitySearch search(static_cast<int>(option->minimum), static_cast<int>(highest), settings_.max_size, fixed);
  while (const auto quality = search.next()) search.add(*quality, encode(*quality));
  if (!search.fits()) {
    throw Error(Status::Limit, target_.name() + ": " + std::string(format.name) + " takes " +
                                   std::to_string(search.over()->bytes) + " bytes at quality " +
                                   std::to_string(search.over()->quality) + ", over --max-size " +
                                   std::to_string(settings_.max_size));
  }
  target_.write(bytes_);
}

}  // namespace sl
