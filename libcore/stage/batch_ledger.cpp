// A head, a record for each entry, and the names.

#include "libcore/stage/batch_ledger.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace sl {

namespace {

constexpr std::uint64_t mark = 0x68637461622d6c73;  // "sl-batch"
constexpr std::size_t most_text = 8000;             // more than a path has; pages that are not written take no memory

}  // namespace

struct BatchLedger::Head {
  std::uint64_t mark, entries;
};

struct BatchLedger::Record {
  std::atomic<std::uint32_t> state;
  std::uint32_t status, length, input_length, output_length;
  char text[most_text];
};

BatchLedger::BatchLedger(const std::vector<Entry>& entries) : entries_(entries) {
  std::size_t names = 0;
  for (const Entry& entry : entries) names += entry.input.size() + entry.output.size();
  bytes_ = sizeof(Head) + entries.size() * sizeof(Record) + names;
  fd_ = memfd_create("batch", MFD_CLOEXEC);
  if (fd_ < 0 || ftruncate(fd_, static_cast<off_t>(bytes_)) != 0) throw system_error(Status::Resources, "the ledger");
  map(true);
  reinterpret_cast<Head*>(memory_)[0] = {mark, entries.size()};
  auto* name = reinterpret_cast<char*>(memory_ + sizeof(Head) + entries.size() * sizeof(Record));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    record(i).input_length = static_cast<std::uint32_t>(entries[i].input.size());
    record(i).output_length = static_cast<std::uint32_t>(entries[i].output.size());
    name = std::ranges::copy(entries[i].input, name).out;
    name = std::ranges::copy(entries[i].output, name).out;
  }
}

BatchLedger::BatchLedger(int fd) : fd_(fcntl(fd, F_DUPFD_CLOEXEC, 3)) {
  struct stat info {};
  if (fd_ < 0 || fstat(fd_, &info) != 0 || info.st_size < static_cast<off_t>(sizeof(Head))) {
    throw Error(Status::Usage, "--ledger is for sl-batch");
  }
  bytes_ = static_cast<std::size_t>(info.st_size);
  map(false);
  const Head& head = *reinterpret_cast<const Head*>(memory_);
  if (head.mark != mark || head.entries > (bytes_ - sizeof(Head)) / sizeof(Record)) {
    throw Error(Status::Usage, "--ledger is for sl-batch");
  }
  entries_.resize(head.entries);
  const auto* name = reinterpret_cast<const char*>(memory_ + sizeof(Head) + head.entries * sizeof(Record));
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Record& own = record(i);
    entries_[i] = {std::string(name, own.input_length), std::string(name + own.input_length, own.output_length)};
    name += own.input_length + own.output_length;
  }
}

BatchLedger::~BatchLedger() {
  if (memory_ != nullptr) munmap(memory_, bytes_);
  if (fd_ >= 0) close(fd_);
}

void BatchLedger::map(bool is_new) {
  void* const memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (memory == MAP_FAILED) throw system_error(is_new ? Status::Resources : Status::Usage, "the ledger");
  memory_ = static_cast<std::byte*>(memory);
}

BatchLedger::Record& BatchLedger::record(std::size_t entry) const {
  return reinterpret_cast<Record*>(memory_ + sizeof(Head))[entry];
}

void BatchLedger::note(std::size_t entry, State state, Status status, std::string_view text) {
  Record& own = record(entry);
  own.status = static_cast<std::uint32_t>(status);
  own.length = static_cast<std::uint32_t>(text.copy(own.text, most_text));
  own.state.store(static_cast<std::uint32_t>(state), std::memory_order_release);
}

void BatchLedger::fail(std::size_t entry, Status status, std::string_view why) {
  note(entry, State::Failed, status, why);
}
void BatchLedger::finish(std::size_t entry, std::string_view name) { note(entry, State::Done, Status::Ok, name); }

BatchLedger::State BatchLedger::state(std::size_t entry) const {
  return static_cast<State>(record(entry).state.load(std::memory_order_acquire));
}
Status BatchLedger::status(std::size_t entry) const { return static_cast<Status>(record(entry).status); }
std::string BatchLedger::text(std::size_t entry) const {
  const Record& own = record(entry);
  return {own.text, std::min<std::size_t>(own.length, most_text)};
}

}  // namespace sl
