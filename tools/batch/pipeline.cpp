// Processes joined by pipes. Their standard error is a pipe to sl-batch.

#include "tools/batch/pipeline.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/stage/failure.h"

namespace sl::batch {

namespace {

std::vector<BatchLedger::Entry> entries_of(const Chunk& chunk) {
  std::vector<BatchLedger::Entry> entries;
  for (const Job& job : chunk.jobs) entries.push_back({job.input, job.output});
  return entries;
}

int null_input() {
  static const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  return fd;
}

}  // namespace

Pipeline::Pipeline(const CommandLine& line, const std::string& output_options, Chunk chunk)
    : chunk_(std::move(chunk)), ledger_(entries_of(chunk_)) {
  const std::string ledger = std::to_string(ledger_.fd()), parent = std::to_string(getpid());
  std::vector<Words> commands{{"sl-decode"}};
  if (chunk_.is_list) commands[0].insert(commands[0].end(), {"--ledger", ledger});
  commands[0].insert(commands[0].end(), line.decoder.begin(), line.decoder.end());
  if (!chunk_.is_list) {
    const std::string& input = chunk_.jobs[0].input;
    commands[0].insert(commands[0].end(), {"--", input == "-" ? "./-" : input});
  }
  commands.insert(commands.end(), line.stages.begin(), line.stages.end());
  commands.push_back({"sl-encode", "--ledger", ledger});
  commands.back().insert(commands.back().end(), line.encoder.begin(), line.encoder.end());
  commands.back().insert(commands.back().end(), {"--output", "." + suffix_of(chunk_.jobs[0].output) + output_options});

  const PipeEnds printed = make_pipe();
  printed_fd_ = printed.read;
  fcntl(printed_fd_, F_SETFL, O_NONBLOCK);
  int input = null_input();
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const bool is_last = i + 1 == commands.size();
    const PipeEnds pipe = is_last ? PipeEnds{-1, null_input()} : make_pipe();
    Words& words = commands[i];
    words[0] = find_part(words[0]);
    words.insert(words.begin() + 1, {"--parent", parent});
    processes_.push_back(Helper::start(words, input, pipe.write, printed.write, i == 0 || is_last ? ledger_.fd() : -1));
    if (i != 0) close(input);
    if (!is_last) close(pipe.write);
    input = pipe.read;
  }
  close(printed.write);
}

Pipeline::~Pipeline() { close(printed_fd_); }

bool Pipeline::read_printed() {
  constexpr std::size_t most = 64 << 10;  // a stage in trouble does not fill memory
  std::array<char, 4096> some{};
  const ssize_t count = read(printed_fd_, some.data(), some.size());
  if (count > 0 && printed_.size() < most) printed_.append(some.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

void Pipeline::signal(int number) const {
  for (const Helper& process : processes_) process.signal(number);
}

int Pipeline::wait() {
  int status = 0;
  for (Helper& process : processes_) {
    const Ending& ending = process.wait();
    if (ending.good() || ending.signal == SIGPIPE) continue;
    const int own = ending.code ? *ending.code : 128 + ending.signal.value_or(0);
    const bool is_first = status == 0 || status == static_cast<int>(Status::Upstream);
    if (is_first) status = own;
  }
  return status;
}

Words decoder_options_of(const Words& stage) {
  Words words = stage;
  words[0] = find_part(words[0]);
  words.insert(words.begin() + 1, "--list-decoder-options");
  const PipeEnds pipe = make_pipe();
  Helper process = Helper::start(words, null_input(), pipe.write);
  close(pipe.write);
  std::string text;
  std::array<char, 4096> some{};
  for (ssize_t count = 0; (count = read(pipe.read, some.data(), some.size())) > 0;) {
    text.append(some.data(), static_cast<std::size_t>(count));
  }
  close(pipe.read);
  if (const Ending& ending = process.wait(); !ending.good()) {
    throw Error::upstream(status_of(ending), cause_of(stage[0], ending, "refuses its arguments"),
                          reports_itself(ending));
  }
  Words options;
  for (std::size_t at = 0; at < text.size(); at = text.find('\0', at) + 1) options.emplace_back(text.c_str() + at);
  return options;
}

}  // namespace sl::batch
