// A pipe is written by a thread of its own, so that a slow reader holds up nothing else.

#include "tools/composite/preview.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/filter/point.h"
#include "libcore/process/launch.h"
#include "libcore/process/sandbox.h"
#include "libcore/process/signals.h"
#include "libcore/stage/failure.h"
#include "libcore/stage/identity.h"
#include "libcore/wire/events.h"

namespace sl {

namespace {

// Return a descriptor of a pipe that does not block, with a mode of its own; or -1 if it is no pipe.
int open_pipe(const std::string& place, std::optional<int> number) {
  struct stat info {};
  const std::string path = number ? "/proc/self/fd/" + std::to_string(*number) : place;
  if (stat(path.c_str(), &info) != 0 || !S_ISFIFO(info.st_mode)) return -1;
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);  // waits for a reader
  if (fd < 0) throw system_error(Status::CannotCreate, "--preview-to: " + place);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  enlarge_pipe(fd);
  return fd;
}

}  // namespace

Preview::Preview(const std::string& place, SandboxPlan& plan) {
  const auto number = to_number<int>(place);
  if (number && *number <= STDERR_FILENO) throw Error(Status::Usage, "--preview-to: descriptors begin at 3");
  fd_ = open_pipe(place, number);
  if (fd_ >= 0) {
    if (number) ::close(*number);
    target_.emplace(Target::callbacks(
        [this](std::span<const std::byte> bytes) { made_.insert(made_.end(), bytes.begin(), bytes.end()); }, [] {},
        "the preview"));
  } else if (number) {
    const int fd = fcntl(*number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (fd < 0) throw system_error(Status::CannotCreate, "--preview-to: " + place);
    target_.emplace(Target::descriptor(fd, "the preview"));
  } else {
    target_.emplace(Target::file(place));
    if (target_->directory() >= 0) plan.output_folders.push_back(target_->directory());
  }
  writer_.emplace(*target_, identity().stage, identity().command);
}

Preview::~Preview() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  if (fd_ >= 0) ::close(fd_);
}

void Preview::send(const HeldPicture& picture, const Track& as, const std::function<void(const Strip& rows)>& make) {
  is_live_ = as.live;
  if (!is_idle(is_live_ ? Wait::No : Wait::Yes)) {
    if (!first_dropped_) first_dropped_ = picture.frame.number;
    last_dropped_ = picture.frame.number;
    ++count_dropped_;
    return;
  }
  if (!writer_->in_stream()) {
    writer_->begin();
    pictures_.emplace(*writer_, 1);
    pictures_->announce(as);
  }
  if (first_dropped_) {
    write_dropped(*writer_, 1, *std::exchange(first_dropped_, std::nullopt), last_dropped_,
                  "the reader of the preview is slow", std::exchange(count_dropped_, 0));
  }
  HeldPicture copy;
  copy.frame = picture.frame;
  copy.context = picture.context;
  (void)drop_geometry(copy.frame);
  pictures_->send(copy, as, make);
  writer_->flush();
  hand_over();
}

void Preview::end() {
  if (!writer_->in_stream()) return;
  writer_->end();
  writer_->flush();
}

void Preview::close() {
  end();
  if (!is_idle(is_live_ ? Wait::Briefly : Wait::Yes)) return;
  writer_->close();
  writer_->flush();
  hand_over();
  (void)is_idle(is_live_ ? Wait::Briefly : Wait::Yes);
  if (!is_gone_) target_->finish();
}

void Preview::fail(const Error& error) {
  try {
    writer_->abort(cause_of(error));
    writer_->flush();
    if (fd_ < 0) return target_->discard();
    if (!is_idle(Wait::Briefly)) return;
    hand_over();
    (void)is_idle(Wait::Briefly);
  } catch (const Error&) {
    // The first failure is reported.
  }
}

// Return whether the thread has written everything, after a wait for that.
bool Preview::is_idle(Wait wait) {
  if (fd_ < 0) return true;
  std::unique_lock lock(mutex_);
  const auto done = [&] { return waiting_.empty() || is_gone_; };
  if (wait == Wait::Briefly) changed_.wait_for(lock, std::chrono::milliseconds(500), done);
  while (wait == Wait::Yes && !changed_.wait_for(lock, std::chrono::milliseconds(100), done)) check_interrupt();
  return waiting_.empty() && !is_gone_;
}

// Give the idle thread what was made.
void Preview::hand_over() {
  if (fd_ < 0) return;
  {
    const std::lock_guard lock(mutex_);
    waiting_.swap(made_);
    made_.clear();
  }
  changed_.notify_all();
  if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { write_out(stop); });
}

void Preview::write_out(const std::stop_token& stop) {
  // A reader that goes away ends the preview, not the process.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::unique_lock lock(mutex_);
  while (!is_gone_ && changed_.wait(lock, stop, [&] { return !waiting_.empty(); })) {
    lock.unlock();
    const bool is_written = write_all(waiting_, stop);
    lock.lock();
    is_gone_ = !is_written;
    waiting_.clear();
    changed_.notify_all();
  }
}

// Return false if the reader has gone, or is too slow at the end.
bool Preview::write_all(std::span<const std::byte> bytes, const std::stop_token& stop) const {
  while (!bytes.empty()) {
    pollfd room{fd_, POLLOUT, 0};
    if (poll(&room, 1, 50) <= 0) {
      if (stop.stop_requested()) return false;
      continue;
    }
    const ssize_t count = write(fd_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno != EAGAIN && errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace sl
