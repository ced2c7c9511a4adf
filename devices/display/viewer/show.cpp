// Deciding, many times a second: the user's command, the picture that is due, the next read, the time to wait.

#include "devices/display/viewer/show.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "devices/display/viewer/renderer.h"
#include "libcore/base/time_text.h"
#include "libcore/process/signals.h"

namespace sl::viewer {

namespace {

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::uint64_t queue_limit = 256u << 20, history_limit = 128u << 20;  // bytes
constexpr std::size_t queue_length = 3;
constexpr std::int64_t skip_length = 5 * ns_per_second, sound_ahead = ns_per_second / 2;
constexpr std::int64_t message_length = 3 * ns_per_second;

}  // namespace

Show::Show(Intake& intake, Display& display, Saver* saver, const Settings& settings)
    : intake_(intake),
      display_(display),
      saver_(saver),
      settings_(settings),
      renderer_(std::make_unique<Renderer>()),
      information_(settings.information) {}

Show::~Show() = default;

void Show::run() {
  while (true) {
    while (const auto command = display_.command()) obey(*command);
    if (quit_) return intake_.stop();
    if (interrupted() != 0) {
      // Every stage knows of the stop: drain the rest of the stream unseen.
      while (intake_.take()) intake_.queue.clear();
      return;
    }
    const std::int64_t now = monotonic_now();
    if (message_until_ != 0 && now > message_until_) {
      message_until_ = 0;
      draw();
    }
    if (const auto heard = intake_.heard(); heard && clock_.runs() && !paused_) clock_.follow(*heard, now);
    if (present()) continue;
    if (wants_input() && intake_.ready()) {
      intake_.take();
      continue;
    }
    if (is_over(now)) return;
    wait(now);
  }
}

void Show::obey(Command command) {
  switch (command) {
    case Command::Quit:
      quit_ = true;
      break;
    case Command::Pause:
      paused_ = !paused_;
      if (Speaker* speaker = display_.speaker()) speaker->pause(paused_);
      if (!paused_ && !history_.empty()) clock_.start(history_.back()->time, monotonic_now());
      if (!paused_ && std::exchange(back_, 0) != 0) draw();
      if (information_) draw();
      break;
    case Command::Forward:
      go_forward();
      break;
    case Command::Back:
      if (!paused_) obey(Command::Pause);
      if (back_ + 1 < history_.size()) {
        ++back_;
        draw();
      }
      break;
    case Command::Save:
      save();
      break;
    case Command::Information:
      information_ = !information_;
      draw();
      break;
    case Command::Redraw:
      draw();
      break;
    case Command::FullScreen:
      break;  // the display obeys it
  }
}

void Show::go_forward() {
  if (paused_ && back_ > 0) {
    --back_;
    draw();
  } else if (paused_ || (!history_.empty() && history_.back()->kind == Picture::Kind::Still)) {
    step_ = true;
  } else if (clock_.runs()) {
    // A pipe can only be hurried: what lies between is read and not shown.
    const std::int64_t now = monotonic_now(), target = add_time(clock_.time(now), skip_length);
    clock_.start(target, now);
    intake_.skip_sound_until(target);
  }
}

bool Show::wants_input() const {
  if (intake_.ended()) return false;
  if (intake_.queue.empty())
    return !(display_.speaker() != nullptr && intake_.has_sound() && !history_.empty() &&
             display_.speaker()->queued() > 4 * sound_ahead);
  const Picture& next = *intake_.queue.front();
  if (next.track->live || next.kind == Picture::Kind::Unknown) return true;
  if (intake_.queued_bytes() > queue_limit) return false;
  if (intake_.queue.size() < queue_length) return true;
  return !paused_ && intake_.has_sound() && display_.speaker()->queued() < sound_ahead;
}

// Shows a picture, or leaves one out. False: nothing is due.
bool Show::present() {
  if (intake_.queue.empty()) return false;
  return intake_.queue.front()->track->live ? present_live() : present_recorded(monotonic_now());
}

bool Show::present_live() {
  auto& queue = intake_.queue;
  while (queue.size() > 1) {
    queue.pop_front();
    if (!paused_) ++late_;
  }
  // A newer one that is here already would make this one late.
  if ((paused_ && !step_) || !display_.ready() || (intake_.ready() && queue.size() > 1)) return false;
  step_ = false;
  const PicturePointer picture = queue.front();
  queue.pop_front();
  show(picture);
  return true;
}

bool Show::present_recorded(std::int64_t now) {
  auto& queue = intake_.queue;
  const PicturePointer next = queue.front();
  if (next->kind == Picture::Kind::Unknown && !intake_.ended()) return false;
  if (!display_.in_real_time() || step_) {
    if (!display_.ready()) return false;
    step_ = false;
    queue.pop_front();
    show(next);
    clock_.start(next->time, monotonic_now());
    return true;
  }
  if (paused_ || (!history_.empty() && history_.back()->kind == Picture::Kind::Still && display_.holds_stills() &&
                  history_.back()->stream != next->stream)) {
    return false;
  }
  const bool begins = history_.empty() || history_.back()->stream != next->stream || !clock_.runs();
  if (begins) {
    if (!history_.empty() && clock_.runs() && now < clock_.due(history_.back()->time + history_.back()->duration)) {
      return false;
    }
    if (!display_.ready()) return false;
    queue.pop_front();
    show(next);
    clock_.start(next->time, monotonic_now());
    return true;
  }
  if (clock_.due(next->time) > now) return false;
  if (queue.size() > 1 && queue[1]->stream == next->stream && clock_.due(queue[1]->time) <= now) {
    queue.pop_front();
    ++late_;
    return true;
  }
  // Skip a picture that is already over too, if the next one is ready: reading takes less than showing.
  const bool is_past = now > clock_.due(next->time + std::max(next->duration, 20 * millisecond));
  if (is_past && queue.size() == 1 && intake_.ready() && now - last_shown_ < ns_per_second / 4) return false;
  if (!display_.ready()) return false;
  queue.pop_front();
  show(next);
  return true;
}

// "holiday.mp4 - sl-display", by the file given or the one that an earlier stage read.
void Show::set_title(const Track& track) {
  std::string name = settings_.name;
  if (name.empty()) name = rest_text(track, "source");
  if (settings_.name.empty()) name = name.substr(0, name.rfind('#'));
  name = printable(name.substr(name.find_last_of('/') + 1), 200);
  display_.set_title((name.empty() ? "" : name + " - ") + "sl-display");
}

void Show::show(const PicturePointer& picture) {
  if (picture->track != titled_) set_title(*picture->track);
  titled_ = picture->track;
  history_.push_back(picture);
  std::uint64_t bytes = 0;
  for (const PicturePointer& old : history_) bytes += old->samples.size();
  while (history_.size() > 1 && bytes > history_limit) {
    bytes -= history_.front()->samples.size();
    history_.pop_front();
  }
  back_ = 0;
  last_shown_ = monotonic_now();
  ++shown_;
  draw();
}

void Show::draw() {
  if (history_.empty()) return;
  const Picture& picture = *history_[history_.size() - 1 - back_];
  const bool still = picture.kind != Picture::Kind::Moving;
  display_.show(renderer_->render(picture, display_.room()), lines(),
                still ? Display::Kind::Still : Display::Kind::Moving);
}

bool Show::is_over(std::int64_t now) const {
  if (!intake_.ended() || !intake_.queue.empty() || !display_.ready()) return false;
  if (history_.empty() || !display_.in_real_time()) return true;
  const Picture& last = *history_.back();
  if (settings_.hold || (last.kind == Picture::Kind::Still && display_.holds_stills())) return false;
  if (paused_) return false;
  if (intake_.has_sound() && display_.speaker()->queued() > 0) return false;
  return last.kind == Picture::Kind::Still || last.track->live || !clock_.runs() ||
         now >= clock_.due(last.time + last.duration);
}

void Show::wait(std::int64_t now) {
  std::int64_t until = now + ns_per_second / 4;
  if (display_.fd() < 0) until = now + 10 * millisecond;
  if (intake_.has_sound()) until = std::min(until, now + 20 * millisecond);
  // Pictures wait until the display has room for them.
  if (clock_.runs() && !paused_ && display_.ready()) {
    if (!intake_.queue.empty()) until = std::min(until, clock_.due(intake_.queue.front()->time));
    if (intake_.queue.empty() && !history_.empty()) {
      const Picture& last = *history_.back();
      if (now < clock_.due(last.time + last.duration)) until = std::min(until, clock_.due(last.time + last.duration));
    }
  }
  if (until <= now) until = now + millisecond;
  std::array<pollfd, 3> some{pollfd{wants_input() ? intake_.fd() : -1, POLLIN, 0},
                             pollfd{display_.fd(), display_.events(), 0}, pollfd{settings_.watched_output, 0, 0}};
  const timespec time{(until - now) / ns_per_second, (until - now) % ns_per_second};
  const int ready = ppoll(some.data(), some.size(), &time, nullptr);
  if (ready < 0 && errno != EINTR) throw system_error(Status::Bug, "poll");
  if (ready > 0 && (some[2].revents & (POLLERR | POLLHUP)) != 0)
    throw Error(Status::ReaderGone, "the reader has closed");
}

void Show::save() {
  if (saver_ == nullptr || history_.empty()) return;
  const std::string name = saver_->save(*history_[history_.size() - 1 - back_]);
  tell(name.empty() ? "the picture could not be saved" : "saved " + name);
}

void Show::tell(std::string text) {
  message_ = std::move(text);
  message_until_ = monotonic_now() + message_length;
  draw();
}

std::vector<std::string> Show::lines() const {
  std::vector<std::string> lines;
  if (information_) {
    const Picture& picture = *history_[history_.size() - 1 - back_];
    const Track& track = *picture.track;
    std::string format =
        std::to_string(track.width) + "x" + std::to_string(track.height) + " " + std::string(track.pixels->name);
    if (track.rate.num > 0) {
      std::array<char, 40> rate{};
      std::snprintf(rate.data(), rate.size(), ", %.4g/s",
                    static_cast<double>(track.rate.num) / static_cast<double>(track.rate.den));
      format += rate.data();
    }
    lines.push_back(format);
    lines.push_back("frame " + std::to_string(picture.frame.number) + ", " +
                    seconds_text(picture.time, {1, ns_per_second}));
    if (const auto age = age_of(track, picture.frame); age && track.live) {
      lines.push_back("age " + seconds_text(*age, {1, ns_per_second}));
    }
    lines.push_back(std::to_string(shown_) + " shown, " + std::to_string(late_) + " late" +
                    (paused_ ? ", paused" : ""));
  }
  if (message_until_ != 0) lines.push_back(message_);
  return lines;
}

}  // namespace sl::viewer
