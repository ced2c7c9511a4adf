// The steps of opening the writer's slots. Each of them checks what the writer says.

#include "libcore/bytes/attached_slots.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cstring>
#include <utility>

namespace sl {

namespace {

// A descriptor that is closed at the end of its scope.
struct Scoped {
  int fd;
  explicit Scoped(int open) : fd(open) {}
  Scoped(const Scoped&) = delete;
  Scoped& operator=(const Scoped&) = delete;
  ~Scoped() {
    if (fd >= 0) close(fd);
  }
};

// Describe a descriptor of another process without opening what it names: a device or a FIFO would act on that.
// Return a descriptor that only names it, or -1.
int name_descriptor(pid_t process, int fd, struct stat& info) {
  const std::string path = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(fd);
  const int named = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (named >= 0 && fstat(named, &info) == 0) return named;
  if (named >= 0) close(named);
  return -1;
}

int reopen(int named, int flags) { return open(("/proc/self/fd/" + std::to_string(named)).c_str(), flags | O_CLOEXEC); }

// Return whether this is a file of the same kind and the same user as `own`, a file that this process has made.
bool is_like(const struct stat& info, int own) {
  struct stat mine {};
  return own >= 0 && fstat(own, &mine) == 0 && info.st_dev == mine.st_dev &&
         (info.st_mode & S_IFMT) == (mine.st_mode & S_IFMT) && info.st_uid == geteuid();
}

}  // namespace

AttachedSlots::AttachedSlots(int input) : why_("the input is no pipe") {
  struct stat info {};
  if (fstat(input, &info) != 0 || !S_ISFIFO(info.st_mode)) return;
  why_ = "SL_HOPS is off";
  if (slots::from_environment().off) return;
  const Offer offer = offer_on(input);
  why_ = "the writer offers no slots";
  if (offer.process <= 0) return;
  why_ = "the writer's memory is out of reach";
  // The lock again: the process was alive all the time, so its number was not another one's.
  if (!open_memory(offer) || !open_credits(offer) || offer_on(input) != offer) {
    detach();
    return;
  }
  why_ = "this stage looks at no samples, and passes bytes on";
  if (slots::from_environment().first_strip) attach();
}

AttachedSlots::AttachedSlots(ForChild) : why_("SL_HOPS is off") {
  if (slots::from_environment().off) return;
  why_ = "the system gives no memory file";
  const int memory = slots::make_memory();
  std::array<int, 2> pipe{-1, -1};
  if (memory < 0) return;
  if (slots::seal(memory, F_SEAL_SHRINK | F_SEAL_GROW) && map(memory) &&
      pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
    // Both ends stay open here: otherwise a credit for a decoder that has finished would raise SIGPIPE.
    credits_read_ = pipe[0];
    credits_ = pipe[1];
    child_memory_ = fcntl(memory, F_DUPFD, STDERR_FILENO + 1);
    child_credits_ = fcntl(credits_read_, F_DUPFD, STDERR_FILENO + 1);
    why_ = "this stage looks at no samples, and passes bytes on";
    if (slots::from_environment().first_strip) attach();
  } else {
    detach();
  }
  close(memory);
}

void AttachedSlots::attach() {
  if (!found() || attached_) return;
  attached_ = write(credits_, &slots::attached, 1) == 1;
  why_ = "the writer sent bytes";
}

AttachedSlots::~AttachedSlots() { detach(); }

void AttachedSlots::detach() {
  if (slots_ != nullptr) munmap(const_cast<std::byte*>(std::exchange(slots_, nullptr)), slots::memory_bytes);
  for (int* fd : {&credits_, &credits_read_}) {
    if (*fd >= 0) close(std::exchange(*fd, -1));
  }
  close_child();
}

void AttachedSlots::close_child() {
  for (int* fd : {&child_memory_, &child_credits_}) {
    if (*fd >= 0) close(std::exchange(*fd, -1));
  }
}

AttachedSlots::Offer AttachedSlots::offer_on(int input) {
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = slots::lock_start;
  lock.l_len = slots::lock_length;
  if (fcntl(input, F_GETLK, &lock) != 0 || lock.l_type != F_WRLCK || lock.l_start < slots::lock_start) return {};
  return {lock.l_pid, lock.l_start - slots::lock_start};
}

bool AttachedSlots::open_memory(const Offer& offer) {
  struct stat info {};
  const Scoped named(name_descriptor(offer.process, static_cast<int>(offer.place >> 16), info));
  if (named.fd < 0) return false;
  const Scoped own(memfd_create("streamlib", MFD_CLOEXEC));
  if (!is_like(info, own.fd) || info.st_size != static_cast<off_t>(slots::memory_bytes)) return false;
  const Scoped memory(reopen(named.fd, O_RDONLY));
  constexpr int needed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE;
  const int seals = memory.fd < 0 ? 0 : fcntl(memory.fd, F_GET_SEALS);
  return seals >= 0 && (seals & needed) == needed && map(memory.fd);
}

bool AttachedSlots::open_credits(const Offer& offer) {
  struct stat info {};
  const Scoped named(name_descriptor(offer.process, static_cast<int>(offer.place & 0xffff), info));
  std::array<int, 2> pipe{-1, -1};
  if (named.fd < 0 || pipe2(pipe.data(), O_CLOEXEC) != 0) return false;
  const Scoped own_read(pipe[0]), own_write(pipe[1]);
  if (!is_like(info, own_read.fd)) return false;
  // For reading too: otherwise a credit for a writer that has finished would raise SIGPIPE.
  credits_ = reopen(named.fd, O_RDWR | O_NONBLOCK);
  return credits_ >= 0;
}

bool AttachedSlots::map(int memory) {
  void* const mapped = mmap(nullptr, slots::memory_bytes, PROT_READ, MAP_SHARED, memory, 0);
  if (mapped == MAP_FAILED) return false;
  slots_ = static_cast<const std::byte*>(mapped);
  return true;
}

void AttachedSlots::copy(std::uint32_t slot, std::size_t offset, std::span<std::byte> into) const {
  assert(attached_ && slot < slots::count && offset <= slots::slot_bytes && into.size() <= slots::slot_bytes - offset);
  std::memcpy(into.data(), slots_ + slot * slots::slot_bytes + offset, into.size());
}

void AttachedSlots::give_back(std::uint32_t slot) {
  ++handed_over_;
  const auto credit = static_cast<unsigned char>(slot);
  // The pipe is full only if the writer reads no credits: then it is not waiting for one.
  (void)!write(credits_, &credit, 1);
}

std::string AttachedSlots::account() const {
  if (handed_over_ == 0) return "copied (" + why_ + ")";
  return std::to_string(handed_over_) + (handed_over_ == 1 ? " strip" : " strips") + " handed over";
}

}  // namespace sl
