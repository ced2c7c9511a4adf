// The offer, the credits and the states of the writer's side.

#include "libcore/bytes/offered_slots.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/process/signals.h"

namespace sl {

namespace {

constexpr std::uint32_t first_slots = 2;
// The first bytes fit the pipe, and memory that is touched for the first time costs more than a copy.
constexpr std::uint64_t first_bytes = std::uint64_t{1} << 20;
// More slots pay only in a long stream whose writer waits.
constexpr std::uint64_t long_stream = std::uint64_t{64} << 20;

}  // namespace

OfferedSlots::OfferedSlots(int output) : why_("the output is no pipe"), output_(output) {
  struct stat info {};
  if (fstat(output, &info) != 0 || !S_ISFIFO(info.st_mode)) return;
  why_ = "SL_HOPS is off";
  if (switch_.off) return;
  why_ = "the system gives no memory file";
  const int memory = slots::make_memory();
  if (memory < 0) return;
  memory_ = memory;
  if (!map(memory) || !slots::seal(memory, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE)) return;
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
  credits_ = pipe[0];
  close(pipe[1]);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = slots::lock_offset(memory_, credits_);
  lock.l_len = 1;
  why_ = "the kernel locks no pipes";
  if (memory_ > 0xffff || credits_ > 0xffff || fcntl(output, F_SETLK, &lock) != 0) return;
  state_ = State::Offered;
  why_ = "the stream is short";
}

OfferedSlots::OfferedSlots(int output, int memory, int credits)
    // A number that was not open at the start: inherited ones are closed (process/launch.h).
    : why_("the system maps no memory file"), output_(output), memory_(memory) {
  credits_ = fcntl(credits, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  close(credits);
  if (credits_ < 0 || !map(memory_)) return;
  state_ = State::Offered;
  why_ = "the stream is short";
}

OfferedSlots::~OfferedSlots() {
  if (slots_ != nullptr) munmap(slots_, slots::memory_bytes);
  if (memory_ >= 0) close(memory_);
  if (credits_ >= 0) close(credits_);
}

bool OfferedSlots::map(int memory) {
  void* const mapped = mmap(nullptr, slots::memory_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  if (mapped == MAP_FAILED) return false;
  slots_ = static_cast<std::byte*>(mapped);
  return true;
}

bool OfferedSlots::attached() {
  if (state_ == State::Offered) read_credits();
  return state_ == State::Attached;
}

std::byte* OfferedSlots::place(const Sent& sent, const std::function<void()>& before_wait) {
  if (!placed_) {
    if (state_ == State::None || state_ == State::Left || !worth_it(sent)) return nullptr;
    if (state_ == State::Offered && switch_.first_strip) wait_for_reader(before_wait);
    read_credits();
    if (state_ == State::Offered) why_ = "the reader has not attached";
    if (state_ == State::Attached) wait_for_slot(sent, before_wait);
    if (state_ != State::Attached) return nullptr;
    placed_ = free_.back();
    free_.pop_back();
  }
  return slots_ + *placed_ * slots::slot_bytes;
}

void OfferedSlots::wait_for_slot(const Sent& sent, const std::function<void()>& before_wait) {
  if (may_pop()) return;
  if (sent.bytes >= long_stream && in_use_ < most_) {
    while (in_use_ < slots::count) free_.push_back(in_use_++);
    return;
  }
  before_wait();
  while (state_ == State::Attached && !may_pop()) {
    wait_for_credit();
    read_credits();
  }
}

bool OfferedSlots::may_pop() const {
  return !free_.empty() && static_cast<std::uint32_t>(std::popcount(outstanding_)) < most_;
}

std::uint32_t OfferedSlots::hand_over() {
  assert(placed_);
  const std::uint32_t slot = *std::exchange(placed_, std::nullopt);
  outstanding_ |= 1u << slot;
  ++handed_over_;
  return slot;
}

std::string OfferedSlots::account() const {
  if (handed_over_ == 0) return "copied (" + why_ + ")";
  const std::string strips = std::to_string(handed_over_) + (handed_over_ == 1 ? " strip" : " strips") + " handed over";
  return state_ == State::Left ? strips + ", then copied (" + why_ + ")" : strips;
}

bool OfferedSlots::worth_it(const Sent& sent) {
  return switch_.first_strip ? sent.strips >= *switch_.first_strip : sent.bytes >= first_bytes;
}

// Before a reader has attached, its end of the pipe is closed: then 0 bytes are no end.
void OfferedSlots::read_credits() {
  std::array<unsigned char, 64> bytes{};
  const ssize_t count = read(credits_, bytes.data(), bytes.size());
  if (count == 0 && state_ == State::Attached) return leave("the reader is gone");
  for (ssize_t i = 0; i < count && state_ != State::Left; ++i) take_credit(bytes[static_cast<std::size_t>(i)]);
}

void OfferedSlots::take_credit(unsigned char credit) {
  if (state_ == State::Offered && credit == slots::attached) return attach();
  const bool is_slot = state_ == State::Attached && credit < slots::count;
  if (!is_slot || (outstanding_ & 1u << credit) == 0) return leave("the reader gave back what it has not");
  outstanding_ &= ~(1u << credit);
  free_.push_back(credit);
}

void OfferedSlots::attach() {
  state_ = State::Attached;
  why_ = "the stream is short";
  for (in_use_ = 0; in_use_ < first_slots; ++in_use_) free_.push_back(in_use_);
  std::ranges::reverse(free_);
  close(std::exchange(memory_, -1));  // no other process can attach
}

// For good: the slots that are outstanding are never written again.
void OfferedSlots::leave(std::string why) {
  state_ = State::Left;
  why_ = std::move(why);
}

void OfferedSlots::wait_for_reader(const std::function<void()>& before_wait) {
  if (std::exchange(has_waited_, true)) return;
  before_wait();
  pollfd reader_gone{output_, 0, 0};
  for (int i = 0; i < 1000 && state_ == State::Offered && poll(&reader_gone, 1, 1) == 0; ++i) read_credits();
}

void OfferedSlots::wait_for_credit() const {
  std::array<pollfd, 2> polls{pollfd{credits_, POLLIN, 0}, pollfd{output_, 0, 0}};
  if (poll(polls.data(), polls.size(), -1) < 0 && errno != EINTR) throw system_error(Status::Io, "the credits");
  check_interrupt();
  if ((polls[1].revents & POLLERR) != 0) throw Error(Status::ReaderGone, "standard output: no reader is left");
}

}  // namespace sl
