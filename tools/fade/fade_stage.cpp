// Frames wait until no later end of the stream can fade them.

#include "fade_stage.h"

#include <algorithm>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/sound/sample_times.h"
#include "libcore/sound/samples.h"
#include "libcore/wire/attachments.h"

namespace sl::fade {

using wire::Type;

void FadeStage::run(Reader& in, Writer& out) {
  in_ = &in;
  out_ = &out;
  while (const auto record = in.next()) take(*record);
}

void FadeStage::take(const wire::Header& record) {
  if (record.type == Type::Start) {
    window_.emplace(*in_, "frames that wait for the end of the stream");
    writer_.emplace(*out_);
    end_.reset();
    fades_.clear();
  } else if (record.type == Type::End) {
    end_stream();
  } else if (record.track != 0 && window_->takes(record)) {
    const std::uint16_t number = record.track;
    const bool is_header = !window_->has_begun(number);
    if (window_->take(record) != nullptr) send_ready(false);
    if (is_header && record.type == Type::Track) writer_->track(number).announce(in_->track(number));
    if (is_header && record.type == Type::Attachment) {
      Attachment attachment = wire::read_attachment(record, in_->body());
      if (!is_one_shot(attachment)) writer_->track(number).attach(std::move(attachment));
    }
    return;
  }
  in_->pass(record, *out_);
}

void FadeStage::end_stream() {
  for (const std::uint16_t number : in_->tracks()) {
    if (in_->track(number).kind == Kind::Video && window_->is_still(number) && tracks.includes(*in_, number)) {
      throw Error(Status::Data,
                  in_->name() + ": a still picture has no length to fade in: sl-concat --rate gives it one");
    }
  }
  window_->drop_open();
  end_ = window_->end();
  send_ready(true);
}

void FadeStage::send_ready(bool all) {
  while (!window_->frames().empty() && (all || is_ready(window_->front()))) {
    HeldFrame frame = window_->pop();
    const bool is_changed = fade_frame(frame);
    writer_->send(frame, frame.frame, is_changed);
  }
}

bool FadeStage::is_ready(const HeldFrame& frame) const {
  if (!frame.complete) return false;
  return out_length == 0 || frame.context->track.kind == Kind::Data ||
         add_time(frame.end, out_length) <= window_->end();
}

// Return the share of the stream at a time, 0 to 1.
double FadeStage::weight(std::int64_t time) const {
  double result = 1;
  if (in_length != 0) {
    result = std::clamp(static_cast<double>(time - window_->start()) / static_cast<double>(in_length), 0.0, 1.0);
  }
  if (out_length != 0 && end_) {
    result *= std::clamp(static_cast<double>(*end_ - time) / static_cast<double>(out_length), 0.0, 1.0);
  }
  return result;
}

// Return whether samples were changed.
bool FadeStage::fade_frame(HeldFrame& frame) {
  const Track& track = frame.context->track;
  if (track.kind == Kind::Data || !tracks.includes(*in_, frame.track)) return false;
  if (track.codec != "raw") {
    throw Error(Status::Data,
                in_->name() + ": track " + std::to_string(frame.track) + " holds packets: decode it first");
  }
  if (track.kind == Kind::Audio) return fade_sound(frame);
  const double share = weight(frame.start);
  if (share >= 1) return false;
  if (color.alpha == 0 && !track.pixels->alpha) {
    throw Error(Status::Data, in_->name() + ": it has no alpha, so it cannot fade to a transparent color");
  }
  auto found = fades_.find(frame.track);
  if (found == fades_.end() || !(found->second.track == track)) {
    found = fades_.insert_or_assign(frame.track, PictureFade{track, ColorFade(track, color)}).first;
  }
  found->second.fade.apply(frame.image.strip(), share);
  return true;
}

bool FadeStage::fade_sound(HeldFrame& frame) const {
  if (weight(frame.start) >= 1 && weight(frame.end) >= 1) return false;
  const Track& track = frame.context->track;
  const Rational sample{1, track.sample_rate};
  scale_samples(sample_type(track), frame.bytes, track.channels, [&](std::size_t k) {
    return weight(add_time(frame.start, rescale(static_cast<std::int64_t>(k), sample, {1, ns_per_second})));
  });
  return true;
}

}  // namespace sl::fade
