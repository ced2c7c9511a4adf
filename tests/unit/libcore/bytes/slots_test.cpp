// Slots between two processes: who attaches, what is refused, and which credits count.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/bytes/attached_slots.h"
#include "libcore/bytes/offered_slots.h"

namespace {

using sl::AttachedSlots;
using sl::OfferedSlots;

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() { EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(std::size_t end) {
    if (ends.at(end) >= 0) close(ends.at(end));
    ends.at(end) = -1;
  }
};

// Another process that writes to a pipe: it makes its offer, then does its work, and waits to be killed.
class Neighbour {
 public:
  using Work = std::function<void(int output)>;
  explicit Neighbour(
      const Work& offer, const Work& work = [](int) {}) {
    Pipe ready;
    process_ = fork();
    if (process_ == 0) {
      pipe_.close_end(0);
      offer(pipe_.ends[1]);
      if (write(ready.ends[1], "r", 1) != 1) _exit(1);
      work(pipe_.ends[1]);
      while (true) pause();
    }
    pipe_.close_end(1);
    ready.close_end(1);
    char byte = 0;
    EXPECT_EQ(read(ready.ends[0], &byte, 1), 1);
  }
  ~Neighbour() { end(); }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;

  [[nodiscard]] int input() const { return pipe_.ends[0]; }
  void end() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  Pipe pipe_;
  pid_t process_ = -1;
};

void lock(int output, int memory, int credits) {
  struct flock offer {};
  offer.l_type = F_WRLCK;
  offer.l_whence = SEEK_SET;
  offer.l_start = sl::slots::lock_offset(memory, credits);
  offer.l_len = 1;
  ASSERT_EQ(fcntl(output, F_SETLK, &offer), 0);
}

int credit_pipe() {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe2(ends.data(), O_NONBLOCK), 0);
  return ends[0];
}

int sealed_memory(std::size_t size, int seals) {
  const int memory = memfd_create("test", MFD_ALLOW_SEALING);
  EXPECT_EQ(ftruncate(memory, static_cast<off_t>(size)), 0);
  EXPECT_EQ(fcntl(memory, F_ADD_SEALS, seals), 0);
  return memory;
}

constexpr int all_seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE;
constexpr OfferedSlots::Sent much{std::uint64_t{2} << 20, 9}, little{1000, 0};
const auto nothing = [] {};

TEST(Slots, SamplesComeFromTheNeighbourInOrder) {
  constexpr int strips = 50;
  OfferedSlots* offered = nullptr;  // in the neighbour
  const Neighbour writer([&](int output) { offered = new OfferedSlots(output); },
                         [&](int output) {
                           for (int i = 0; i < strips;) {
                             std::byte* const place = offered->place(much, nothing);
                             unsigned char byte = 'b';  // of a strip that goes as bytes
                             if (place != nullptr) {
                               std::memset(place, i++, sl::slots::slot_bytes);
                               byte = static_cast<unsigned char>(offered->hand_over());
                             }
                             if (write(output, &byte, 1) != 1) _exit(1);
                           }
                         });
  unsigned char byte = 0;
  ASSERT_EQ(read(writer.input(), &byte, 1), 1);
  AttachedSlots slots(writer.input());
  slots.attach();
  ASSERT_TRUE(slots.attached()) << slots.account();
  std::vector<std::byte> samples(sl::slots::slot_bytes);
  for (int i = 0; i < strips;) {
    ASSERT_EQ(read(writer.input(), &byte, 1), 1);
    if (byte == 'b') continue;
    ASSERT_LT(byte, sl::slots::count);
    slots.copy(byte, 0, samples);
    slots.give_back(byte);
    ASSERT_TRUE(std::ranges::all_of(samples, [&](std::byte b) { return b == static_cast<std::byte>(i); })) << i;
    ++i;
  }
  EXPECT_EQ(slots.account(), "50 strips handed over");
}

struct Refusal {
  const char* name;
  std::function<void(int output)> offer;
};

class Refusals : public testing::TestWithParam<Refusal> {};

TEST_P(Refusals, FallBackToBytesAtOnce) {
  const Neighbour writer(GetParam().offer);
  const auto begin = std::chrono::steady_clock::now();
  const AttachedSlots slots(writer.input());
  EXPECT_FALSE(slots.found());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(100));
}

const Refusal refusals[] = {
    {"NoLock", [](int) {}},
    {"AnotherLock",
     [](int output) {
       struct flock other {};
       other.l_type = F_WRLCK;
       other.l_len = 10;
       ASSERT_EQ(fcntl(output, F_SETLK, &other), 0);
     }},
    {"LockOnEverything",
     [](int output) {
       struct flock other {};
       other.l_type = F_WRLCK;
       ASSERT_EQ(fcntl(output, F_SETLK, &other), 0);
     }},
    {"ClosedDescriptors", [](int output) { lock(output, 1000, 1001); }},
    {"Device", [](int output) { lock(output, open("/dev/zero", O_RDWR), credit_pipe()); }},
    {"PipeAsMemory", [](int output) { lock(output, credit_pipe(), credit_pipe()); }},
    {"FileOnDisk",
     [](int output) {
       std::FILE* file = std::tmpfile();
       ASSERT_EQ(ftruncate(fileno(file), sl::slots::memory_bytes), 0);
       lock(output, fileno(file), credit_pipe());
     }},
    {"HugePages",
     [](int output) {
       const int memory = memfd_create("test", MFD_ALLOW_SEALING | MFD_HUGETLB);
       if (memory < 0) return;
       (void)!ftruncate(memory, sl::slots::memory_bytes);
       lock(output, memory, credit_pipe());
     }},
    {"Unsealed", [](int output) { lock(output, sealed_memory(sl::slots::memory_bytes, 0), credit_pipe()); }},
    {"MayShrink",
     [](int output) {
       lock(output, sealed_memory(sl::slots::memory_bytes, F_SEAL_GROW | F_SEAL_FUTURE_WRITE), credit_pipe());
     }},
    {"Short", [](int output) { lock(output, sealed_memory(sl::slots::memory_bytes / 2, all_seals), credit_pipe()); }},
    {"Long", [](int output) { lock(output, sealed_memory(sl::slots::memory_bytes * 2, all_seals), credit_pipe()); }},
    {"DeviceForCredits",
     [](int output) { lock(output, sealed_memory(sl::slots::memory_bytes, all_seals), open("/dev/null", O_RDWR)); }},
    {"NamedPipeForCredits",
     [](int output) {
       const std::string path = testing::TempDir() + "slots_test." + std::to_string(getpid());
       ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
       const int named = open(path.c_str(), O_RDWR | O_NONBLOCK);
       unlink(path.c_str());
       lock(output, sealed_memory(sl::slots::memory_bytes, all_seals), named);
     }},
    {"LimitOfFileSize",
     [](int output) {
       const rlimit small{1 << 20, 1 << 20};
       ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
       new OfferedSlots(output);
     }},
};
INSTANTIATE_TEST_SUITE_P(All, Refusals, testing::ValuesIn(refusals),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Slots, DeadWriterIsRefused) {
  Neighbour writer([](int output) { new OfferedSlots(output); });
  writer.end();
  EXPECT_FALSE(AttachedSlots(writer.input()).found());
}

TEST(Slots, FileIsNoPipe) {
  std::FILE* file = std::tmpfile();
  const OfferedSlots offered(fileno(file));
  EXPECT_EQ(offered.account(), "copied (the output is no pipe)");
  EXPECT_FALSE(AttachedSlots(fileno(file)).found());
  std::fclose(file);
}

// A writer whose reader, in this test, has attached.
class Credits : public testing::Test {
 protected:
  Credits() {
    const int memory = sl::slots::make_memory();
    Pipe credits;
    EXPECT_EQ(fcntl(credits.ends[0], F_SETFL, O_NONBLOCK), 0);
    reader_ = fcntl(credits.ends[1], F_DUPFD_CLOEXEC, 3);
    slots_.emplace(output_.ends[1], memory, fcntl(credits.ends[0], F_DUPFD_CLOEXEC, 3));
    EXPECT_FALSE(slots_->attached());
    give(sl::slots::attached);
    EXPECT_TRUE(slots_->attached());
  }
  ~Credits() override { leave(); }

  void give(unsigned char credit) { ASSERT_EQ(write(reader_, &credit, 1), 1); }
  void leave() {
    if (reader_ >= 0) close(std::exchange(reader_, -1));
  }
  std::uint32_t hand_over() {
    EXPECT_NE(slots_->place(much, nothing), nullptr);
    return slots_->hand_over();
  }
  [[nodiscard]] bool is_bytes() { return slots_->place(much, nothing) == nullptr; }

  Pipe output_;
  int reader_ = -1;
  std::optional<OfferedSlots> slots_;
};

TEST_F(Credits, TheFirstBytesGoThroughThePipe) {
  EXPECT_EQ(slots_->place(little, nothing), nullptr);
  EXPECT_EQ(slots_->account(), "copied (the stream is short)");
  EXPECT_NE(slots_->place(much, nothing), nullptr);
}

TEST_F(Credits, APlaceStaysTheSameUntilItIsHandedOver) {
  const std::byte* const place = slots_->place(much, nothing);
  EXPECT_EQ(slots_->place(much, nothing), place);
  slots_->hand_over();
  EXPECT_NE(slots_->place(much, nothing), place);
}

TEST_F(Credits, TheSlotFreedLastIsUsedFirst) {
  const std::uint32_t first = hand_over(), second = hand_over();
  give(static_cast<unsigned char>(second));
  give(static_cast<unsigned char>(first));
  EXPECT_EQ(hand_over(), first);
}

TEST_F(Credits, ALongStreamThatWaitsGetsAllSlots) {
  const OfferedSlots::Sent very_much{std::uint64_t{65} << 20, 300};
  for (std::uint32_t i = 0; i < sl::slots::count; ++i) {
    ASSERT_NE(slots_->place(very_much, nothing), nullptr);
    slots_->hand_over();
  }
}

TEST_F(Credits, WithoutAFreeSlotTheWriterWaitsForOne) {
  const std::uint32_t first = hand_over();
  hand_over();
  bool wrote_out = false;
  ASSERT_NE(slots_->place(much,
                          [&] {
                            wrote_out = true;
                            give(static_cast<unsigned char>(first));
                          }),
            nullptr);
  EXPECT_TRUE(wrote_out);
  EXPECT_EQ(slots_->hand_over(), first);
}

TEST_F(Credits, OneSlotIsALimit) {
  slots_->limit(1);
  const std::uint32_t first = hand_over();
  bool waited = false;
  ASSERT_NE(slots_->place(much,
                          [&] {
                            waited = true;
                            give(static_cast<unsigned char>(first));
                          }),
            nullptr);
  EXPECT_TRUE(waited);
}

TEST_F(Credits, AReaderThatLeavesEndsTheHandOver) {
  hand_over();
  hand_over();
  leave();
  EXPECT_TRUE(is_bytes());
  EXPECT_EQ(slots_->account(), "2 strips handed over, then copied (the reader is gone)");
}

TEST_F(Credits, WithoutAReaderOfTheOutputTheWaitFails) {
  hand_over();
  hand_over();
  output_.close_end(0);
  try {
    (void)slots_->place(much, nothing);
    FAIL();
  } catch (const sl::Error& error) {
    EXPECT_EQ(error.status(), sl::Status::ReaderGone);
  }
}

TEST_F(Credits, WhatIsNotOutstandingEndsTheHandOver) {
  const std::uint32_t slot = hand_over();
  give(static_cast<unsigned char>(slot));
  give(static_cast<unsigned char>(slot));
  EXPECT_TRUE(is_bytes());
  EXPECT_TRUE(is_bytes());
  EXPECT_EQ(slots_->account(), "1 strip handed over, then copied (the reader gave back what it has not)");
}

class BadCredits : public Credits, public testing::WithParamInterface<int> {};
TEST_P(BadCredits, EndTheHandOver) {
  hand_over();
  give(static_cast<unsigned char>(GetParam()));
  EXPECT_TRUE(is_bytes());
}
INSTANTIATE_TEST_SUITE_P(All, BadCredits, testing::Values(1, 2, 3, 4, 5, 0x7f, 0xfe, 0xff));

}  // namespace
