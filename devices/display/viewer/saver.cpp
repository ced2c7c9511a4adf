// One sl-encode for all pictures: each is a stream, and becomes a separate file when it is whole.

#include "devices/display/viewer/saver.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/bytes/target.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/process/launch.h"
#include "libcore/stage/failure.h"
#include "libcore/stage/identity.h"
#include "libcore/wire/writer.h"

namespace sl::viewer {

struct Saver::State {
  int socket = -1;
  std::string prefix;
  std::optional<Helper> encoder;
  std::optional<Target> target;
  std::optional<Writer> writer;
  std::vector<std::string> saved;
  bool failed = false;
};

namespace {

std::string name_prefix() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "sl-display-%Y%m%d-%H%M%S-", &parts);
  return text.data();
}

// In the child. End silently if no picture comes.
[[noreturn]] void become_encoder(int socket, const std::string& program, const std::string& name, int parent) {
  die_with_parent(parent);
  // The processes at both ends of the pipe must not take this one for the viewer.
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  char byte = 0;
  ssize_t count = 0;
  do count = recv(socket, &byte, 1, MSG_PEEK);
  while (count < 0 && errno == EINTR);
  if (count <= 0) _exit(0);
  dup2(socket, STDIN_FILENO);
  const int nowhere = dup2(STDERR_FILENO, STDOUT_FILENO);  // the viewer's output is no business of it
  (void)nowhere;
  execl(program.c_str(), program.c_str(), "--progress", "never", "-o", name.c_str(), static_cast<char*>(nullptr));
  _exit(static_cast<int>(Status::Missing));
}

}  // namespace

Saver::Saver() : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.prefix = name_prefix();
  const std::string program = find_part("sl-encode"), name = s.prefix + "%d.png";
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw system_error(Status::Resources, "a socket pair");
  }
  const int parent = getpid();
  const int child = fork();
  if (child < 0) throw system_error(Status::Resources, "sl-encode");
  if (child == 0) {
    close(ends[0]);
    become_encoder(ends[1], program, name, parent);
  }
  close(ends[1]);
  s.socket = ends[0];
  s.encoder.emplace(child, "sl-encode");
}

Saver::~Saver() {
  if (state_->socket >= 0) close(state_->socket);
}

std::string Saver::save(const Picture& picture) {
  State& s = *state_;
  if (s.failed || s.socket < 0) return {};
  // Not by write(): an encoder that has failed would end us by SIGPIPE.
  const auto send_all = [&s](std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t count = send(s.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw system_error(Status::Io, "sl-encode");
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
  };
  try {
    if (!s.target) {
      s.target.emplace(Target::callbacks(send_all, {}, "sl-encode"));
      s.writer.emplace(*s.target, identity().stage, identity().command);
    }
    Track track = *picture.track;
    track.live = false;
    track.rest.clear();
    auto* const samples = const_cast<std::byte*>(picture.samples.data());  // a Strip is a view that could write
    Strip strip = packed_strip(*track.pixels, track.width, track.height, samples);
    strip.last = true;
    s.writer->begin();
    s.writer->track(1, track);
    s.writer->frame(1, picture.frame);
    s.writer->rows(1, strip);
    s.writer->end();
    s.writer->flush();
    return s.saved.emplace_back(s.prefix + std::to_string(s.saved.size() + 1) + ".png");
  } catch (const Error&) {
    s.failed = true;
    return {};
  }
}

const std::vector<std::string>& Saver::saved() const { return state_->saved; }

void Saver::finish() {
  State& s = *state_;
  if (s.socket < 0) return;
  if (s.writer && !s.failed) s.writer->close();
  if (s.target && !s.failed) s.target->flush();
  close(std::exchange(s.socket, -1));
  const Ending& ending = s.encoder->wait();
  if (ending.good()) return;
  const Cause cause = cause_of("sl-encode", ending, "could not save a picture");
  throw Error::upstream(status_of(ending), cause, reports_itself(ending));
}

}  // namespace sl::viewer
