// Small pictures as they come, and the choice of one at the end of each stream.

#include "libcore/filter/thumbnail.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/report.h"
#include "libcore/base/time_text.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/media/image.h"
#include "libcore/media/reduced.h"
#include "libcore/pixels/color_space.h"
#include "libcore/pixels/format_choice.h"
#include "libcore/pixels/mover.h"
#include "libcore/pixels/pixel_change.h"
#include "libcore/pixels/tone_mapper.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/typical.h"

namespace sl {

namespace {

using wire::Type;

// The size at which a picture is seen on square pixels.
Size shown_size(const Track& track) {
  Size size = whole_size(track);
  Rational aspect = track.sample_aspect;
  if (aspect.num <= 0 || aspect.den <= 0) return size;
  if (turn_of(track.orientation).swap) std::swap(aspect.num, aspect.den);
  const double width = size.width * static_cast<double>(aspect.num) / static_cast<double>(aspect.den);
  size.width = static_cast<std::uint32_t>(std::clamp(std::round(width), 1.0, static_cast<double>(wire_limit::number)));
  return size;
}

// Leave nothing of the description but the light of HDR, which the tone mapping needs.
void keep_light(Track& track) {
  const std::string before = std::exchange(track.rest, {});
  if (!has_highlights(track) || before.find("\"hdr\"") == std::string::npos) return;
  Json rest = parse_json(before, wire_limit::json);
  if (rest.contains("hdr")) track.rest = write_json(Json{{"hdr", rest["hdr"]}});
}

// The way of a track's frames to small upright ones.
class Small {
 public:
  Small(Track from, const ThumbnailSettings& settings) : chain_(from) {
    const Size size = (settings.crop ? settings.size.covering() : settings.size).of(shown_size(from));
    from.fields = Fields::Progressive;  // the fields of a small frame may mix
    set_reduced(from, std::nullopt);
    chain_.add(std::make_unique<Resampler>(from, size, settings.resampling));
    add_turn(chain_, plan_upright(chain_.track()));
    track_ = chain_.track();
    track_.sample_aspect = track_.rate = {};
    track_.loop = -1;
    track_.live = false;
    keep_light(track_);
  }

  [[nodiscard]] const Track& track() const { return track_; }
  void push(const Strip& strip, Image& into) {
    chain_.push(strip, [&](const Strip& rows) { into.put(rows); });
  }

 private:
  Chain chain_;
  Track track_;
};

struct SmallPicture {
  Track track;
  Frame frame;
  Image image;
  std::string profile;  // ICC
};

// Pictures spread evenly over a film of unknown length.
class SpreadPictures {
 public:
  // Whether the next picture is one of them.
  [[nodiscard]] bool wants_next() { return count_++ % step_ == 0; }
  void add(SmallPicture picture) {
    if (!kept_.empty() && !(kept_.front().track == picture.track)) {  // of another size: a mean has no meaning
      kept_.clear();
    }
    kept_.push_back(std::move(picture));
    if (kept_.size() < most) return;
    for (std::size_t i = 1; 2 * i < kept_.size(); ++i) kept_[i] = std::move(kept_[2 * i]);
    kept_.resize((kept_.size() + 1) / 2);
    step_ *= 2;
  }
  [[nodiscard]] bool empty() const { return kept_.empty(); }

  // Return the one that is most like 20 of them between 10 and 60 % of the film.
  [[nodiscard]] SmallPicture typical() {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < wanted; ++i) {
      const double part = 0.1 + 0.5 * static_cast<double>(i) / (wanted - 1);
      const auto place = static_cast<std::size_t>(part * static_cast<double>(kept_.size()));
      if (places.empty() || places.back() != place) places.push_back(place);
    }
    if (count_ <= wanted) {  // a decoder has chosen them (sl-decode --for-preview), or there are no more
      places.resize(kept_.size());
      for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    }
    std::vector<Strip> strips;
    for (const std::size_t place : places) strips.push_back(kept_[place].image.strip());
    return std::move(kept_[places[most_typical(strips)]]);
  }

 private:
  static constexpr std::size_t wanted = 20, most = 80;
  std::vector<SmallPicture> kept_;
  std::uint64_t count_ = 0, step_ = 1;
};

class ThumbnailStage {
 public:
  ThumbnailStage(Reader& in, Writer& out, const ThumbnailSettings& settings)
      : in_(in), out_(out), settings_(settings) {}

  void run() {
    while (const auto record = in_.next()) take(*record);
  }

 private:
  void take(const wire::Header& record) {
    if (record.type == Type::Start) {
      number_ = 0;
      at_ = {};
      spread_ = {};
      open_.reset();
      return in_.pass(record, out_);
    }
    if (record.type == Type::Stage) return in_.pass(record, out_);
    if (record.type == Type::End) return finish(record);
    if (record.type == Type::Track && number_ == 0 && in_.track(record.track).is_raw_video()) number_ = record.track;
    if (number_ == 0 || record.track != number_) return;
    if (record.type == Type::Track && !(small_ && in_.track(number_) == small_of_)) {  // many pictures have one size
      small_of_ = in_.track(number_);
      small_.emplace(small_of_, settings_);
    }
    if (record.type == Type::Frame) open();
    if (record.type == Type::Rows && open_) {
      const Strip strip = in_.strip();
      small_->push(strip, open_->image);
      if (strip.last) close();
    }
  }

  void open() {
    const Track& from = in_.track(number_);
    const Frame& frame = in_.frame(number_);
    open_.reset();
    if ((frame.flags & frame_flag::hidden) != 0) return;
    if (settings_.at) {
      const bool is_late = frame.pts != no_time && frame.pts > ticks_down(*settings_.at, from.time_base);
      if (is_late && at_) return;
    } else if (!spread_.wants_next()) {
      return;
    }
    SmallPicture& picture = open_.emplace();
    picture.track = small_->track();
    picture.image = Image(picture.track, in_.name(), "a thumbnail");
    picture.frame.pts = frame.pts;
    picture.frame.flags = frame_flag::key | (frame.flags & frame_flag::damaged);
    for (const Attachment& attachment : in_.attachments(number_)) {
      if (attachment.name == "icc") picture.profile = attachment.bytes;
    }
  }

  void close() {
    if (settings_.at) {
      at_.swap(open_);
    } else {
      spread_.add(std::move(*open_));
    }
    open_.reset();
  }

  void finish(const wire::Header& end) {
    if (!at_ && spread_.empty()) {
      if (in_.stopped_here()) return in_.pass(end, out_);
      throw Error(Status::Data, in_.name() + ": there is no track of pictures");
    }
    write(in_srgb(at_ ? std::move(*at_) : spread_.typical()));
    in_.pass(end, out_);
  }

  // PQ, HLG and floats of light as sRGB of 8 bits.
  SmallPicture tone_mapped(const SmallPicture& picture) const {
    const int transfer = picture.track.color.transfer;
    Chain steps(picture.track);
    steps.add(std::make_unique<ToneMapper>(picture.track,
                                           [&](const PeakLight& peak) { warn(tone_map_note(transfer, peak)); }));
    steps.convert_to(nearest(steps.track(), {"gray", "ya8", "rgb24", "rgba"}));
    SmallPicture mapped{steps.track(), picture.frame, Image(steps.track(), in_.name(), "a thumbnail"), {}};
    steps.push(picture.image.strip(), [&](const Strip& rows) { mapped.image.put(rows); });
    return mapped;
  }

  // In sRGB, unless its colors cannot be converted: then its profile stays.
  SmallPicture in_srgb(SmallPicture picture) const {
    if (has_highlights(picture.track) && picture.profile.empty()) return tone_mapped(picture);
    PixelChange change;
    change.to.emplace();
    change.to->space = {.primaries = 1, .transfer = 13, .profile = {}};
    change.to->text = "srgb";
    change.threads = settings_.resampling.threads;
    try {
      std::vector<Attachment> attachments;
      if (!picture.profile.empty()) attachments.push_back({"icc", picture.profile, 0});
      PixelPlan plan = plan_change(picture.track, space_of(picture.track, attachments), change);
      if (plan.steps.empty()) {
        picture.track = plan.steps.track();
        picture.profile = std::move(plan.profile);
        return picture;
      }
      SmallPicture converted{plan.steps.track(), picture.frame, Image(plan.steps.track(), in_.name(), "a thumbnail"),
                             std::move(plan.profile)};
      plan.steps.push(picture.image.strip(), [&](const Strip& rows) { converted.image.put(rows); });
      return converted;
    } catch (const Error& error) {
      if (error.status() != Status::Data) throw;
      return picture;
    }
  }

  void write(const SmallPicture& picture) {
    const Strip whole = picture.image.strip();
    if (!settings_.crop) {
      announce(picture, picture.track);
      return out_.rows(number_, whole);
    }
    const Size box = *settings_.size.box(), size{std::min(box.width, whole.width), std::min(box.height, whole.rows)};
    const Rect part = chosen_part(*settings_.crop, size, picture.track, picture.image);
    Mover mover(picture.track, crop_to(picture.track, part));
    announce(picture, mover.track());
    mover.push(whole, [&](const Strip& rows) { out_.rows(number_, rows); });
  }

  void announce(const SmallPicture& picture, const Track& track) {
    out_.track(number_, track);
    if (!picture.profile.empty()) out_.attachment(number_, {"icc", picture.profile, 0});
    out_.frame(number_, picture.frame);
  }

  Reader& in_;
  Writer& out_;
  const ThumbnailSettings& settings_;
  std::uint16_t number_ = 0;  // of the track; 0: not known yet
  std::optional<Small> small_;
  Track small_of_;
  std::optional<SmallPicture> open_;  // under way
  std::optional<SmallPicture> at_;    // shown at the time, of those so far
  SpreadPictures spread_;
};

}  // namespace

void make_thumbnails(Reader& in, Writer& out, const ThumbnailSettings& settings) {
  ThumbnailStage(in, out, settings).run();
}

}  // namespace sl
