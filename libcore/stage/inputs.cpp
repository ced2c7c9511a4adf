// Opening, decoding and waiting for inputs.

#include "libcore/stage/inputs.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

#include "libcore/base/url.h"
#include "libcore/bytes/remote.h"
#include "libcore/net/fetcher.h"
#include "libcore/process/signals.h"
#include "libcore/stage/failure.h"
#include "libcore/stage/options.h"

namespace sl {

namespace {

// Return the bytes that the stage before has read already, from the memory file that it handed over.
std::vector<std::byte> inherited_head(const Handover& handover) {
  if (handover.head < 0) return {};
  Source head = Source::descriptor(static_cast<int>(handover.head), "the start of standard input");
  const auto bytes = head.peek(std::size_t{16} << 20);
  return {bytes.begin(), bytes.end()};
}

// Whether a path is that of a FIFO which others can open: not of a descriptor of this process.
bool is_named_fifo(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISFIFO(info.st_mode) && !path.starts_with("/dev/fd/") &&
         !path.starts_with("/proc/");
}

// Invert split_options.
std::string join_options(const NameWithOptions& parts) {
  if (parts.options.empty()) return parts.name;
  std::string text = parts.name + "[";
  for (const auto& [name, value] : parts.options) {
    text += (text.back() == '[' ? "" : ",") + name + "=\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "]";
}

}  // namespace

Reader& Inputs::reader(std::size_t input) {
  Entry& entry = *entries_[input];
  if (!entry.reader) {
    entry.reader.emplace(*entry.source);
    entry.reader->stop_with([this] { return may_stop(); });
    if (entry.slots) entry.reader->attach(*entry.slots);
  }
  return *entry.reader;
}

std::string Inputs::title(std::size_t input) const {
  return "input " + std::to_string(input + 1) + " (" + entries_[input]->name + ")";
}

std::string Inputs::option(std::size_t input, std::string_view name) const {
  for (const auto& [own, value] : entries_[input]->options) {
    if (own == name) return value;
  }
  return {};
}

void Inputs::open(const std::string& name, const Opening& opening) {
  NameWithOptions parts = split_options(name);
  if (parts.name.empty())
    throw Error(Status::Usage, "\"" + printable(name, 200) + "\" has no name; - is standard input");
  const std::size_t input = entries_.size();
  Entry& entry = *entries_.emplace_back(std::make_unique<Entry>());
  entry.argument = name;
  const auto is_own = [&](const auto& option) { return std::ranges::count(opening.own, option.first) != 0; };
  std::ranges::copy_if(parts.options, std::back_inserter(entry.options), is_own);
  std::erase_if(parts.options, is_own);
  if (!entry.options.empty()) entry.argument = join_options(parts);
  entry.has_decoder_options = !parts.options.empty();
  entry.optional = opening.optional;
  entry.is_url = is_url(parts.name);
  const bool from_standard_input = parts.name == "-";
  entry.is_standard_input = from_standard_input || opening.handover.input_open;
  entry.name = from_standard_input ? "standard input" : parts.name;
  try {
    if (opening.handover.remote >= 0 || is_url(parts.name)) {
      int socket = static_cast<int>(opening.handover.remote);
      if (socket < 0) {
        Fetcher fetcher = start_fetcher(parts.name, opening.fetch);
        entry.fetcher = std::move(fetcher.process);
        socket = fetcher.socket;
      }
      entry.name = without_secrets(parts.name);
      entry.source.emplace(remote_source(socket, entry.name, inherited_head(opening.handover)));
    } else if (entry.is_standard_input) {
      enlarge_pipe(STDIN_FILENO);
      entry.source.emplace(Source::descriptor(STDIN_FILENO, entry.name, inherited_head(opening.handover)));
    } else {
      entry.source.emplace(Source::file(parts.name));
      if (opening.starts_without && entry.optional && is_named_fifo(parts.name)) {
        pollfd state{entry.source->fd(), POLLIN, 0};
        entry.kept = fcntl(entry.source->fd(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (poll(&state, 1, 500) == 0) throw Error(Status::NoInput, parts.name + ": nothing has come yet");
        ::close(std::exchange(entry.kept, -1));
      }
      enlarge_pipe(entry.source->fd());  // a record has to fit in, or branches of one tee can lock each other
    }
    watch(input);
  } catch (const Error& error) {
    (void)lose(input, error);
  }
}

void Inputs::recognise(std::size_t input, const Opening& opening) {
  Entry& entry = *entries_[input];
  if (!opening.decodes || entry.lost) return;
  try {
    const auto start = entry.source->peek(2);
    // A pipe without a byte is a stage that died, which the Reader reports.
    if (start.empty() && (entry.source->can_seek() || entry.source->is_remote())) {
      throw Error(Status::Data, entry.name + ": is empty");
    }
    const bool foreign = !start.empty() && !wire::looks_like_wire(start);
    entry.is_wire = !start.empty() && !foreign;
    if (foreign && opening.before_decoder && !opening.before_decoder(*entry.source)) return;
    const std::uint32_t flags = foreign ? 0 : wire::preamble_flags(entry.source->peek(wire::preamble_bytes));
    const std::uint32_t refused = opening.takes_packed       ? 0
                                  : opening.takes_compressed ? wire::preamble_packed
                                                             : wire::preamble_packed | wire::preamble_compressed;
    if (foreign || entry.has_decoder_options || (flags & refused) != 0) start_decoder(input, opening);
  } catch (const Error& error) {
    (void)lose(input, error);
  }
}

// The decoder opens a file by its name again. A source that can be read only once (a FIFO, the shell's /dev/fd/63) is
// handed over, and so is the socket to sl-fetch, so that it fetches nothing twice.
void Inputs::start_decoder(std::size_t input, const Opening& opening) {
  Entry& entry = *entries_[input];
  Source& source = *entry.source;
  const bool hand_over = source.is_remote() || entry.is_standard_input || !source.can_seek();
  Handover handover;
  handover.parent = getpid();
  if (hand_over) handover.hand_over(source);
  // The decoder's first bytes come too late to wait for them before the sandbox, so it gets its slots now.
  entry.slots = std::make_unique<AttachedSlots>(AttachedSlots::ForChild());
  handover.memory = entry.slots->child_memory();
  handover.credits = entry.slots->child_credits();
  std::vector<std::string> arguments{find_part("sl-decode")};
  for (std::string& argument : handover.arguments()) arguments.push_back(std::move(argument));
  for (const std::string& option : opening.decoder_options) arguments.push_back(option);
  if (opening.takes_compressed && entry.is_wire) arguments.emplace_back("--packets");
  if (source.is_remote() && opening.io_report) arguments.emplace_back("--io-report");
  arguments.insert(arguments.end(), {"--", entry.argument});
  const PipeEnds pipe = make_pipe();
  entry.helper = Helper::start(arguments, hand_over ? source.fd() : -1, pipe.write);
  ::close(pipe.write);
  entry.slots->close_child();
  handover.close();
  entry.source.emplace(Source::descriptor(pipe.read, "sl-decode"));
  watch(input);
}

bool Inputs::start_reopener(const Opening& opening) {
  std::vector<std::vector<std::string>> commands;
  for (const auto& entry : entries_) {
    if (!opening.reopens || (!entry->is_url && !is_named_fifo(entry->name))) continue;
    entry->reopened_by = commands.size();
    std::vector<std::string>& command = commands.emplace_back(1, find_part("sl-decode"));
    command.insert(command.end(), opening.decoder_options.begin(), opening.decoder_options.end());
    command.insert(command.end(), {"--", entry->argument});
  }
  if (commands.empty()) return false;
  reopener_.emplace(commands);
  return true;
}

bool Inputs::may_return(std::size_t input) const {
  const Entry& entry = *entries_[input];
  return entry.reopened_by && (!entry.is_url || entry.lost);
}

void Inputs::ask_again(std::size_t input) {
  Entry& entry = *entries_[input];
  if (entry.source) of_lost_ += entry.source->counters();
  if (entry.source && !entry.is_url && !entry.helper && !entry.is_reopened && entry.kept < 0) {
    entry.kept = fcntl(entry.source->fd(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  }
  if (!entry.lost) entry.lost = Cause{"", "", std::nullopt, std::nullopt, "has ended"};
  entry.reader.reset();
  entry.source.reset();
  entry.slots.reset();
  entry.helper.reset();  // it has ended, or ends when it writes
  entry.fetcher.reset();
  entry.asked_at = std::max(std::chrono::steady_clock::now(), entry.asked_at + std::chrono::seconds(1));
  entry.is_asked = false;
}

void Inputs::receive_reopened() {
  while (const auto started = reopener_->started()) {
    const auto entry =
        std::ranges::find_if(entries_, [&](const auto& one) { return one->reopened_by == started->command; });
    (*entry)->reopened = started->output;
  }
}

bool Inputs::has_returned(std::size_t input) {
  Entry& entry = *entries_[input];
  if (!entry.is_asked && std::chrono::steady_clock::now() >= entry.asked_at) {
    entry.is_asked = true;
    reopener_->ask(*entry.reopened_by);
  }
  receive_reopened();
  pollfd state{entry.reopened, POLLIN, 0};
  if (entry.reopened < 0 || poll(&state, 1, 0) <= 0) return false;
  if ((state.revents & POLLIN) == 0) {  // it has ended without a byte
    ::close(std::exchange(entry.reopened, -1));
    ask_again(input);
    return false;
  }
  if (entry.kept >= 0) ::close(std::exchange(entry.kept, -1));
  entry.lost.reset();
  entry.is_reopened = true;
  entry.source.emplace(Source::descriptor(std::exchange(entry.reopened, -1), "sl-decode"));
  watch(input);
  return true;
}

void Inputs::attach() {
  for (const auto& entry : entries_) {
    if (entry->is_wire && !entry->lost && !entry->slots) {
      entry->slots = std::make_unique<AttachedSlots>(entry->source->fd());
    }
  }
}

std::string Inputs::account(std::size_t input) const {
  const auto& slots = entries_[input]->slots;
  return slots ? slots->account() : "copied (the input is not the wire)";
}

void Inputs::watch(std::size_t input) { entries_[input]->source->on_wait(before_wait_, output_); }

bool Inputs::ready(std::size_t input) const {
  const Source& source = *entries_[input]->source;
  return source.is_remote() || !source.would_wait();  // sl-fetch sends nothing unasked
}

bool Inputs::has_record(std::size_t input) {
  try {
    return ready(input) && (entries_[input]->source->is_remote() || !reader(input).would_wait());
  } catch (const Error&) {
    return true;  // next() fails, too
  }
}

void Inputs::wait(std::span<const std::size_t> some) {
  wait_until(some, [this](std::size_t input) { return ready(input); });
}

void Inputs::wait_for_record(std::span<const std::size_t> some) {
  wait_until(some, [this](std::size_t input) { return has_record(input); });
}

void Inputs::wait_until(std::span<const std::size_t> some, const std::function<bool(std::size_t)>& is_there) {
  assert(!some.empty());
  before_wait_();
  constexpr int look_again = 5;  // ms: nothing says that the rest of a record has come
  while (!std::ranges::any_of(some, is_there)) {
    std::vector<pollfd> polls;
    int time = -1;
    for (const std::size_t input : some) {
      const bool is_partial = ready(input);
      if (is_partial) time = look_again;
      polls.push_back({is_partial ? -1 : entries_[input]->source->fd(), POLLIN, 0});
    }
    polls.push_back({output_, 0, 0});
    if (poll(polls.data(), polls.size(), time) < 0 && errno != EINTR) throw system_error(Status::Io, "the inputs");
    check_interrupt();
    if ((polls.back().revents & (POLLERR | POLLHUP)) != 0) throw Error(Status::ReaderGone, "the output has no reader");
  }
}

const Cause& Inputs::lose(std::size_t input, const Error& error) {
  Entry& entry = *entries_[input];
  const bool is_its_own = !entry.reader || entry.reader->failed();
  if (!entry.optional || !is_its_own || error.status() == Status::Interrupted || error.status() == Status::ReaderGone) {
    throw error;
  }
  entry.lost = cause_of(error);
  if (entry.source) of_lost_ += entry.source->counters();
  entry.reader.reset();
  entry.source.reset();
  entry.slots.reset();
  return *entry.lost;
}

void Inputs::close() {
  reopener_.reset();
  for (const auto& entry : entries_) {
    entry->reader.reset();
    entry->source.reset();
    // sl-fetch ends when its socket is closed; a decoder may still hold it.
    if (entry->fetcher && (!entry->helper || entry->helper->wait().code)) (void)entry->fetcher->wait();
  }
}

Source::Counters Inputs::counters() const {
  Source::Counters sum = of_lost_;
  for (const auto& entry : entries_) {
    if (entry->source) sum += entry->source->counters();
  }
  return sum;
}

Helper* Inputs::helper(std::size_t input) {
  Entry& entry = *entries_[input];
  return entry.helper ? &*entry.helper : nullptr;
}

std::optional<std::size_t> Inputs::failed() const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i]->reader && entries_[i]->reader->failed()) return i;
  }
  return std::nullopt;
}

bool Inputs::live() const {
  return std::ranges::any_of(entries_, [](const auto& entry) { return entry->reader && entry->reader->live(); });
}

bool Inputs::may_stop() const {
  return std::ranges::any_of(entries_, [](const auto& entry) { return entry->reader && entry->reader->may_stop(); });
}

}  // namespace sl
