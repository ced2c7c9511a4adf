// The loop of a camera.

#include "devices/v4l2/camera.h"

#include <algorithm>
#include <ctime>
#include <limits>

#include "devices/v4l2/controls.h"
#include "libcore/clock.h"
#include "libcore/signals.h"

namespace sl::v4l2 {

namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
constexpr std::uint16_t track_number = 1;

// What another try may mend, once the camera is plugged in again.
bool may_come_back(const Error& error) {
  return error.status() == Status::Unavailable || error.status() == Status::Io || error.status() == Status::TryAgain;
}

// A name that is none of a format, or of one that cannot be sent, is no wish for the nearest.
void check_format(const std::vector<FormatOffer>& offers, const std::string& name) {
  if (name.empty() || is_format_name(name)) return;
  for (const FormatOffer& offer : offers) {
    if (!is_called(offer.fourcc, name)) continue;
    throw Error(Status::Usage, "--format " + printable(name, 20) + ": the camera has it (" +
                                   printable(offer.description) + "), but it cannot be sent");
  }
  throw Error(Status::Usage, "--format: \"" + printable(name, 40) + "\" is no format: see --list");
}

}  // namespace

void Camera::prepare(SandboxPlan& plan) {
  opened_.emplace(find_device(device));
  const std::vector<FormatOffer> offers = offers_of(*opened_, wish.size.value_or(usual_size));
  check_format(offers, wish.format);
  const auto mode = choose(offers, wish);
  if (!mode) {
    throw Error(Status::Unavailable, opened_->identity().path + ": has no format that can be sent: see --list");
  }
  set(*mode);
  mode_ = capture_->picture().mode;
  const std::string difference = tell_difference(wish, mode_);
  if (!difference.empty()) warn(opened_->identity().path + ": " + difference);
  plan.device_requests = Capture::requests();
  if (!reconnect) return;
  plan.receives_descriptors = true;
  finder_ = std::make_unique<Finder>(opened_->identity());
}

// Controls first: some of them change what formats there are, and none can be set in mid-stream on some cameras.
void Camera::set(const Mode& mode) {
  set_controls(*opened_, controls);
  capture_.emplace(*opened_, mode);
}

void Camera::run(Writer& out) {
  capture_->start();
  const Picture& picture = capture_->picture();
  out.begin(picture.format.is_raw() ? 0 : wire::preamble_compressed);
  Frames frames(out, opened_->identity(), !anonymous);
  frames.announce(picture);
  std::optional<Ended> ended;
  while (!ended) {
    std::string why;
    try {
      ended = read_frames(out, frames);
    } catch (const Error& error) {
      if (!reconnect || !may_come_back(error) || out.in_frame()) throw;
      warn(std::string(error.what()) + ": waiting for it to come back");
      why = error.what();
    }
    if (ended) break;
    if (!find_again(out, frames)) {
      ended = interrupted() != 0 ? Ended::Interrupted : Ended::Asked;
    } else {
      warn(opened_->identity().path + ": the camera is back");
      frames.announce(capture_->picture(), why);
    }
  }
  out.end(nullptr, *ended == Ended::Interrupted);
  capture_.reset();
}

std::int64_t Camera::patience() const {
  if (timeout == 0) return never;
  const Rational& rate = mode_.rate;
  const std::int64_t frame = rate.num != 0 ? ns_per_second * rate.den / rate.num : 0;
  return std::max(timeout * ns_per_second, 3 * frame);
}

std::int64_t Camera::stop_time(const Frames& frames) const {
  return frames.first() && stop.length() ? *frames.first() + *stop.length() : never;
}

std::optional<Camera::Ended> Camera::read_frames(Writer& out, Frames& frames) {
  std::int64_t heard = monotonic_now();
  for (;;) {
    if (stop.stops_before(frames.count(), 0)) return Ended::Asked;
    const std::int64_t give_up = patience() == never ? never : heard + patience();
    const std::int64_t until = std::min(give_up, stop_time(frames));
    switch (wait_live(opened_->fd(), until, out, track_number, frames.next_pts())) {
      case Waited::Interrupted:
        return Ended::Interrupted;
      case Waited::Time:
        if (stop_time(frames) <= monotonic_now()) return Ended::Asked;
        throw Error(Status::Unavailable, opened_->identity().path + ": the camera has sent nothing for " +
                                             std::to_string(patience() / ns_per_second) + " s");
      case Waited::Ready:
        break;
    }
    const auto buffer = capture_->take();
    if (!buffer) {  // a driver that reports what is not there must not keep a processor busy
      const timespec pause{0, 5'000'000};
      nanosleep(&pause, nullptr);
      continue;
    }
    heard = monotonic_now();
    if (stop.stops_before(frames.count(), frames.elapsed(*buffer))) return Ended::Asked;
    frames.write(*buffer);
    capture_->give_back(*buffer);
  }
}

// False where it was asked to stop meanwhile.
bool Camera::find_again(Writer& out, const Frames& frames) {
  for (;;) {
    capture_.reset();
    opened_.reset();
    finder_->ask();
    if (wait_live(finder_->fd(), stop_time(frames), out, track_number, frames.next_pts()) != Waited::Ready)
      return false;
    try {
      opened_.emplace(finder_->receive());
      set(mode_);
      if (capture_->picture().mode.fourcc != mode_.fourcc) {
        throw Error(Status::Data, opened_->identity().path + ": came back without " + describe(mode_));
      }
      capture_->start();
      return true;
    } catch (const Error& error) {
      if (!may_come_back(error)) throw;
      // Still waking up. Wait before the next try, and go on being heard.
      if (wait_live(-1, monotonic_now() + ns_per_second / 2, out, track_number, frames.next_pts()) ==
          Waited::Interrupted) {
        return false;
      }
    }
  }
}

}  // namespace sl::v4l2
