// What waits is a list of actions.

#include "formats/av/decode/first_frames.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "libcore/base/times.h"

namespace sl::av {

namespace {

constexpr std::uint64_t max_bytes = std::uint64_t{64} << 20;
constexpr std::int64_t max_time = 2'000'000'000;  // ns

std::uint64_t bytes_of(const AVFrame& frame) {
  std::uint64_t bytes = 0;
  for (const AVBufferRef* buffer : frame.buf) bytes += buffer == nullptr ? 0 : buffer->size;
  return bytes;
}

}  // namespace

void FirstFrames::add(TrackWriter& writer, bool decoded) { tracks_.push_back({&writer, decoded}); }

bool FirstFrames::waits_for(const TrackWriter& writer) const {
  return std::ranges::any_of(tracks_, [&](const Entry& track) { return track.writer == &writer && track.waits; });
}

void FirstFrames::found(const TrackWriter& writer) {
  for (Entry& track : tracks_) track.waits = track.waits && track.writer != &writer;
  if (std::ranges::none_of(tracks_, &Entry::waits)) announce();
}

void FirstFrames::write(FrameWriter& writer, AVFrame& frame, bool damaged, const FrameWriter::Facts& facts) {
  if (announced_) return writer.write(frame, damaged, facts);
  const bool is_first = waits_for(writer);
  if (is_first) writer.learn(frame);
  const std::shared_ptr<AVFrame> kept(av_frame_clone(&frame), Free());
  check_allocated(kept.get());
  const std::shared_ptr<const Frame> packet =
      facts.packet == nullptr ? nullptr : std::make_shared<Frame>(*facts.packet);
  const auto action = [&writer, kept, damaged, facts, packet] {
    FrameWriter::Facts own = facts;
    own.packet = packet.get();
    writer.write(*kept, damaged, own);
  };
  wait(action, bytes_of(frame), FrameWriter::time_of(frame), writer.track().time_base);
  if (is_first) found(writer);
}

void FirstFrames::use(const TrackWriter& writer, const AVPacket* packet, const Use& use) {
  if (announced_ || waits_for(writer)) return use(packet);
  std::shared_ptr<AVPacket> kept;
  if (packet != nullptr) {
    kept = std::shared_ptr<AVPacket>(av_packet_clone(packet), Free());
    check_allocated(kept.get());
  }
  const std::int64_t time = packet == nullptr || packet->dts == AV_NOPTS_VALUE ? no_time : packet->dts;
  wait([use, kept] { use(kept.get()); }, packet == nullptr ? 0 : static_cast<std::uint64_t>(packet->size), time,
       writer.track().time_base);
}

void FirstFrames::wait(std::function<void()> action, std::uint64_t bytes, std::int64_t time, const Rational& base) {
  waiting_.push_back(std::move(action));
  bytes_ += bytes;
  if (time != no_time) {
    const std::int64_t now = rescale(time, base, {1, 1'000'000'000});
    first_ = first_ == no_time ? now : std::min(first_, now);
    last_ = last_ == no_time ? now : std::max(last_, now);
  }
  if (bytes_ > max_bytes || (first_ != no_time && subtract_time(last_, first_) > max_time)) announce();
}

void FirstFrames::announce() {
  if (std::exchange(announced_, true)) return;
  for (const Entry& track : tracks_) {
    if (track.writer->is_complete()) track.writer->announce();
  }
  for (std::function<void()>& action : std::exchange(waiting_, {})) std::exchange(action, nullptr)();
}

void FirstFrames::announce_at_failure() {
  try {
    announce();
  } catch (const Error&) {
    // The first failure is reported.
  }
}

}  // namespace sl::av
