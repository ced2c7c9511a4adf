// Pipelines side by side. If one fails, what it has not written is tried again, first alone, so that one input that a
// stage cannot take costs none of its neighbours.

#include "tools/batch/batch_run.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/process/signals.h"

namespace sl::batch {

namespace {

constexpr std::chrono::milliseconds interval(500);

void write_text(const std::string& text) {
  const ssize_t count = write(STDERR_FILENO, text.data(), text.size());
  (void)count;  // no place to report it
}

// Take the line that says why a pipeline failed out of what its stages printed: that of the stage that failed, which
// the last one repeats.
std::string take_cause(std::string& printed) {
  while (printed.ends_with('\n')) printed.pop_back();
  const std::size_t last = printed.rfind('\n') + 1;
  std::string cause = printed.substr(last);
  printed.resize(last);
  for (std::size_t at = 0; at < printed.size();) {
    const std::size_t end = printed.find('\n', at);
    const std::string line = printed.substr(at, end - at);
    if (const std::size_t text = line.find(": "); text != std::string::npos && cause.ends_with(line.substr(text + 2))) {
      printed.erase(at, end + 1 - at);
      return line;
    }
    at = end + 1;
  }
  return cause;
}

// Name the input once.
std::string failure_text(const std::string& input, const std::string& cause) {
  const std::size_t text = cause.find(": ");
  const bool is_named = text != std::string::npos && cause.compare(text + 2, input.size(), input) == 0;
  return is_named ? cause.substr(text + 2) : input + ": " + cause;
}

void make_folders(const Chunk& chunk) {
  for (const Job& job : chunk.jobs) {
    const std::string folder = job.output.substr(0, job.output.rfind('/') + 1);
    std::error_code ignored;  // sl-encode reports a folder that is missing
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  }
}

}  // namespace

BatchRun::BatchRun(WorkList& work, const Settings& settings)
    : work_(work),
      settings_(settings),
      failures_(work.missing()),
      draws_(settings.progress == "auto" && isatty(STDERR_FILENO) == 1),
      began_(std::chrono::steady_clock::now()),
      next_drawing_(began_ + interval) {}

int BatchRun::run() {
  while (true) {
    start();
    if (running_.empty()) break;
    wait();
    show_progress(false);
  }
  show_progress(true);
  if (is_drawn_) write_text("\r\033[K");
  if (stops_) {
    report("interrupted after " + std::to_string(written_) + " of " + std::to_string(work_.size()));
    die_of(interrupted());
  }
  return report_end();
}

void BatchRun::start() {
  while (!stops_ && running_.size() < settings_.pipelines) {
    std::optional<Chunk> chunk = work_.next();
    if (!chunk) return;
    make_folders(*chunk);
    running_.emplace_back(settings_.line, settings_.output_options, std::move(*chunk));
  }
}

void BatchRun::wait() {
  std::vector<pollfd> polls;
  for (const Pipeline& pipeline : running_) polls.push_back({pipeline.printed_fd(), POLLIN, 0});
  const int ready = poll(polls.data(), polls.size(), static_cast<int>(interval.count()));
  if (ready < 0 && errno != EINTR) throw system_error(Status::Io, "the pipelines");
  if (interrupted() != 0 && !std::exchange(stops_, true)) {
    for (const Pipeline& pipeline : running_) pipeline.signal(SIGTERM);
  }
  if (ready <= 0) return;
  auto poll = polls.begin();
  for (auto pipeline = running_.begin(); pipeline != running_.end(); ++poll) {
    if (poll->revents == 0 || pipeline->read_printed()) {
      ++pipeline;
      continue;
    }
    close(*pipeline);
    pipeline = running_.erase(pipeline);
  }
}

// Count what a pipeline that has ended has done.
void BatchRun::close(Pipeline& pipeline) {
  const int status = pipeline.wait();
  const Chunk& chunk = pipeline.chunk();
  const BatchLedger& ledger = pipeline.ledger();
  std::vector<std::size_t> left, done;
  for (std::size_t i = 0; i < chunk.jobs.size(); ++i) {
    const BatchLedger::State state = ledger.state(i);
    if (state == BatchLedger::State::Waiting) left.push_back(i);
    if (state == BatchLedger::State::Done) done.push_back(i);
    if (state == BatchLedger::State::Failed) {
      failures_.push_back({chunk.jobs[i].number, ledger.text(i), static_cast<int>(ledger.status(i))});
    }
  }
  if (status == 0 && !left.empty() && chunk.jobs.size() > 1) return separate(pipeline);
  for (const std::size_t i : done) note_done(chunk.jobs[i], ledger.text(i));
  if (left.empty()) {
    if (status == 0) print(pipeline.printed());
  } else if (!stops_) {
    sort_out(chunk, std::move(left), status, pipeline.printed());
  }
}

void BatchRun::note_done(const Job& job, const std::string& output) {
  ++written_;
  if (!settings_.keep_time) return;
  const std::array<timespec, 2> times{job.accessed, job.changed};
  if (utimensat(AT_FDCWD, output.c_str(), times.data(), 0) == 0) return;
  failures_.push_back({job.number, output + ": its time cannot be set", static_cast<int>(Status::Io)});
}

// A stage has made one stream of several, or left some out: do each input alone.
void BatchRun::separate(const Pipeline& pipeline) {
  for (std::size_t i = 0; i < pipeline.chunk().jobs.size(); ++i) {
    if (pipeline.ledger().state(i) == BatchLedger::State::Failed) continue;
    work_.put_back({{pipeline.chunk().jobs[i]}, pipeline.chunk().is_list});
  }
}

// `left` are the jobs of a chunk that a pipeline has not done.
void BatchRun::sort_out(const Chunk& chunk, std::vector<std::size_t> left, int status, const std::string& printed) {
  if (chunk.jobs.size() == 1) {
    std::string text = printed;
    std::string cause = status == 0 ? "the stages made no picture of it" : take_cause(text);
    if (cause.empty()) cause = "ended with status " + std::to_string(status);
    print(text);
    failures_.push_back({chunk.jobs[0].number, failure_text(chunk.jobs[0].input, cause),
                         status == 0 ? static_cast<int>(Status::Data) : status});
    return;
  }
  Chunk first{{chunk.jobs[left[0]]}, chunk.is_list}, rest{{}, chunk.is_list};
  for (std::size_t i = 1; i < left.size(); ++i) rest.jobs.push_back(chunk.jobs[left[i]]);
  if (!rest.jobs.empty()) work_.put_back(std::move(rest));
  work_.put_back(std::move(first));
}

void BatchRun::print(const std::string& text) {
  if (text.empty()) return;
  if (std::exchange(is_drawn_, false)) write_text("\r\033[K");
  write_text(text);
}

void BatchRun::show_progress(bool at_once) {
  const auto now = std::chrono::steady_clock::now();
  const bool is_json = settings_.progress == "json";
  if ((!draws_ && !is_json) || (!at_once && now < next_drawing_) || (at_once && !is_json)) return;
  next_drawing_ = now + interval;
  std::size_t done = written_;
  for (const Pipeline& pipeline : running_) {
    for (std::size_t i = 0; i < pipeline.chunk().jobs.size(); ++i) {
      done += pipeline.ledger().state(i) == BatchLedger::State::Done ? 1 : 0;
    }
  }
  const double seconds = std::chrono::duration<double>(now - began_).count();
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-3);
  const std::size_t all = work_.size() - work_.skipped(), over = std::min(all, done + failures_.size());
  const double left = rate > 0 ? static_cast<double>(all - over) / rate : 0;
  std::array<char, 200> line{};
  const char* const format =
      is_json ? "{\"done\":%zu,\"of\":%zu,\"failed\":%zu,\"skipped\":%zu,\"rate\":%.2f,\"seconds_left\":%.0f}\n"
              : "\r%zu of %zu, %zu failed, %zu skipped: %.1f a second, %.0f s left\033[K";
  std::snprintf(line.data(), line.size(), format, done, all, failures_.size(), work_.skipped(), rate, left);
  write_text(line.data());
  is_drawn_ = draws_;
}

int BatchRun::report_end() {
  std::ranges::stable_sort(failures_, {}, &Failure::number);
  for (const Failure& failure : failures_) report(printable(failure.text, 500));
  const std::string counts = std::to_string(written_) + " written, " + std::to_string(work_.skipped()) +
                             " skipped (newer than their input), " + std::to_string(failures_.size()) + " failed";
  if (!failures_.empty()) {
    report(counts);
  } else if (work_.skipped() != 0) {
    warn(counts);
  }
  return failures_.empty() ? 0 : failures_[0].status;
}

}  // namespace sl::batch
