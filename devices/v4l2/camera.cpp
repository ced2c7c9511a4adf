// The loop of a camera.

#include "devices/v4l2/camera.h"

#include <algorithm>
#include <ctime>
#include <limits>

#include "devices/v4l2/controls.h"
#include "libcore/base/parse.h"
#include "libcore/base/report.h"
#include "libcore/media/clock.h"
#include "libcore/process/signals.h"

namespace sl::v4l2 {

namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
constexpr std::uint16_t track_number = 1;

// What another try may mend, once the camera is plugged in again.
bool may_come_back(const Error& error) {
  return error.status() == Status::Unavailable || error.status() == Status::Io || error.status() == Status::TryAgain;
}

// An unknown format, or one that cannot be sent, is an error; the nearest one is no substitute.
void check_format(const std::vector<FormatOffer>& offers, const std::string& name) {
  if (name.empty() || is_format_name(name)) return;
  for (const FormatOffer& offer : offers) {
    if (!is_called(offer.fourcc, name)) continue;
    throw Error(Status::Usage, "--format " + printable(name, 20) + ": the camera has it (" +
                                   printable(offer.description) + "), but it cannot be sent");
  }
  bad_value("--format", name, "is no format: see --list");
}

}  // namespace

void Camera::prepare(SandboxPlan& plan) {
  opened_.emplace(find_device(device));
  const std::vector<FormatOffer> offers = offers_of(*opened_, request.size.value_or(usual_size));
  check_format(offers, request.format);
  const auto mode = choose(offers, request);
  if (!mode) {
    throw Error(Status::Unavailable, opened_->identity().path + ": has no format that can be sent: see --list");
  }
  set(*mode);
  mode_ = capture_->picture().mode;
  const std::string difference = difference_text(request, mode_);
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
  std::optional<std::uint64_t> when_back;  // frames sent then
  Ended ended = read_frames(out, frames);
  while (ended == Ended::Lost) {
    // One that comes back and fails again before its first frame is tried slowly, and in silence.
    const bool news = when_back != frames.count();
    if (news) warn(fault_ + ": waiting for it to come back");
    if (!find_again(out, frames, news)) {
      ended = interrupted() != 0 ? Ended::Interrupted : Ended::Asked;
      break;
    }
    if (news) warn(opened_->identity().path + ": the camera is back");
    when_back = frames.count();
    frames.announce(capture_->picture(), fault_);
    ended = read_frames(out, frames);
  }
  out.end(nullptr, ended == Ended::Interrupted);
  capture_.reset();
}

// A fault of the camera, not of the output: with --reconnect it is waited for.
Camera::Ended Camera::lose(const Error& error) {
  if (!reconnect || !may_come_back(error)) throw error;
  fault_ = error.what();
  return Ended::Lost;
}

std::optional<Camera::Ended> Camera::ask(const std::function<void()>& question) {
  try {
    question();
    return std::nullopt;
  } catch (const Error& error) {
    return lose(error);
  }
}

std::int64_t Camera::patience() const {
  if (timeout == 0) return never;
  const Rational& rate = mode_.rate;
  const std::int64_t frame = rate.num != 0 ? ns_per_second * rate.den / rate.num : 0;
  return std::max(timeout * ns_per_second, 3 * frame);
}

// By then a frame has shown that the time is over, unless no frame comes.
std::int64_t Camera::stop_time(const Frames& frames) const {
  return frames.first() && stop.length() ? *frames.first() + *stop.length() + ns_per_second / 2 : never;
}

Camera::Ended Camera::read_frames(Writer& out, Frames& frames) {
  std::int64_t heard = monotonic_now();
  bool promised = false;  // a buffer, by the last wait
  while (!stop.stops_before(frames.count(), 0)) {
    if (interrupted() != 0) return Ended::Interrupted;
    std::optional<Buffer> buffer;
    if (const auto lost = ask([&] { buffer = capture_->take(); })) return *lost;
    if (buffer) {
      if (stop.stops_before(frames.count(), frames.elapsed(*buffer))) return Ended::Asked;
      frames.write(*buffer);
      if (const auto lost = ask([&] { capture_->give_back(*buffer); })) return *lost;
      heard = monotonic_now();  // the reader may have taken its time
      promised = false;
      continue;
    }
    if (promised) {  // a driver that reports missing data must not keep a processor busy
      const timespec pause{0, 5'000'000};
      nanosleep(&pause, nullptr);
    }
    const std::int64_t give_up = patience() == never ? never : heard + patience();
    const std::int64_t until = std::min(give_up, stop_time(frames));
    const Waited waited = wait_live(opened_->fd(), until, out, track_number, frames.next_pts());
    promised = waited == Waited::Ready;
    if (waited != Waited::Time) continue;
    if (stop_time(frames) <= monotonic_now()) return Ended::Asked;
    return lose({Status::Unavailable, opened_->identity().path + ": the camera has sent nothing for " +
                                          std::to_string(patience() / ns_per_second) + " s"});
  }
  return Ended::Asked;
}

// Return false if an interrupt ended the search.
bool Camera::find_again(Writer& out, const Frames& frames, bool at_once) {
  const auto wait = [&](int fd, std::int64_t until) {
    return wait_live(fd, until, out, track_number, frames.next_pts());
  };
  for (;; at_once = false) {
    capture_.reset();
    opened_.reset();
    if (!at_once && wait(-1, monotonic_now() + ns_per_second) == Waited::Interrupted) return false;
    finder_->ask();
    if (wait(finder_->fd(), stop_time(frames)) != Waited::Ready) return false;
    try {
      opened_.emplace(finder_->receive());
      set(mode_);
      if (capture_->picture().mode.fourcc != mode_.fourcc) {
        throw Error(Status::Data, opened_->identity().path + ": came back without " + describe(mode_));
      }
      capture_->start();
      return true;
    } catch (const Error& error) {
      if (!may_come_back(error)) throw;  // otherwise it is still waking up
    }
  }
}

}  // namespace sl::v4l2
