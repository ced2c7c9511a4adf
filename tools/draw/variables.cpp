// Lines of control. A FIFO is held open for writing too, so that a writer that leaves does not end it.

#include "variables.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/report.h"

namespace sl::drawing {

namespace {

constexpr std::size_t longest_line = 65536, most_variables = 1000;

bool is_name(std::string_view text) {
  const auto letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::ranges::all_of(text, letter);
}

}  // namespace

void Variables::set(std::string_view option, std::string_view text) {
  const auto equals = text.find('=');
  const std::string name(text.substr(0, equals));
  if (equals == std::string_view::npos || !is_name(name)) bad_value(option, text, "is not name=value");
  for (const std::string_view own : {"time", "frame_number", "width", "height", "pts", "wall_time", "capture_time",
                                     "source_id", "metadata", "detections", "level"}) {
    if (name == own) bad_value(option, text, "sets a member of ctx that the frame has");
  }
  if (values_.size() >= most_variables && !values_.contains(name)) bad_value(option, text, "is the 1001st variable");
  values_[name] = text.substr(equals + 1);
  ++version_;
}

Control::Control(const std::string& place, SandboxPlan& plan) : place_(place) {
  if (const auto number = to_number<int>(place)) {
    fd_ = fcntl(*number, F_DUPFD_CLOEXEC, 3);
    if (fd_ < 0) throw system_error(Status::NoInput, "--control: descriptor " + place);
    return;
  }
  struct stat info {};
  if (stat(place.c_str(), &info) != 0) throw system_error(Status::NoInput, "--control: " + place);
  if (S_ISREG(info.st_mode)) {
    file_.emplace(place, plan);
    return;
  }
  fd_ = open(place.c_str(), (S_ISFIFO(info.st_mode) ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0) throw system_error(Status::NoInput, "--control: " + place);
}

Control::~Control() {
  if (fd_ >= 0) close(fd_);
}

void Control::take_lines(std::string_view text, Variables& variables) {
  rest_ += text;
  std::size_t end = 0;
  while ((end = rest_.find('\n')) != std::string::npos) {
    const std::string line = rest_.substr(0, end);
    rest_.erase(0, end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    try {
      variables.set("--control", line);
    } catch (const Error& error) {
      warn(std::string(error.what()) + ": ignored");
    }
  }
  if (rest_.size() > longest_line) rest_.clear();
}

void Control::apply_to(Variables& variables) {
  if (file_) {
    const auto text = file_->changed();
    if (!text) return;
    rest_.clear();
    return take_lines(text->ends_with('\n') ? *text : *text + "\n", variables);
  }
  std::array<char, 4096> part{};
  pollfd waiting{fd_, POLLIN, 0};
  while (fd_ >= 0 && poll(&waiting, 1, 0) > 0) {
    const ssize_t count = read(fd_, part.data(), part.size());
    if (count > 0) {
      take_lines({part.data(), static_cast<std::size_t>(count)}, variables);
      continue;
    }
    if (count < 0 && errno == EAGAIN) return;
    close(fd_);  // its writer has left
    fd_ = -1;
  }
}

}  // namespace sl::drawing
