// Memory that spills.

#include "libcore/bytes/spilled_memory.h"

#include <gtest/gtest.h>

#include <cstring>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace {

TEST(SpilledMemory, TakesAFileBeyondTheLimit) {
  const std::uint64_t before = sl::limits().memory;
  sl::limits().memory = 1000;
  sl::SpilledMemory none, memory;
  EXPECT_NO_THROW((void)none.take(1000, "this"));
  EXPECT_THROW((void)none.take(1001, "this"), sl::Error);
  memory.prepare();
  for (int round = 0; round < 2; ++round) {
    const auto small = memory.take(600, "this"), large = memory.take(3 << 20, "this"), other = memory.take(700, "this");
    std::memset(small.get(), 1, 600);
    std::memset(large.get(), 2, 3 << 20);
    std::memset(other.get(), 3, 700);
    EXPECT_EQ(small[599], std::byte{1});
    EXPECT_EQ(large[(3 << 20) - 1], std::byte{2});
    EXPECT_EQ(other[0], std::byte{3});
  }
  sl::limits().memory = before;
}

}  // namespace
