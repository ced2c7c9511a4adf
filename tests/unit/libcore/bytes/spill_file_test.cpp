// Disk space: stored data comes back, freed space is reused, and a full disk is no error.

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "libcore/bytes/spill_file.h"

namespace {

using Bytes = std::vector<std::byte>;

Bytes content(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

std::optional<sl::SpillFile::Extent> store(sl::SpillFile& file, const Bytes& bytes) {
  const std::size_t half = bytes.size() / 2;
  const std::vector<std::span<const std::byte>> pieces{{bytes.data(), half},
                                                       {bytes.data() + half, bytes.size() - half}};
  return file.store(pieces);
}

TEST(SpillFile, ReadsAndFreesInAnyOrder) {
  sl::SpillFile file(1 << 20);
  file.prepare();
  std::mt19937 random(3);
  std::vector<std::pair<sl::SpillFile::Extent, unsigned>> kept;
  std::size_t refused = 0;
  for (unsigned n = 0; n < 2000; ++n) {
    const Bytes bytes = content(1 + n * 37 % 50000, n);
    if (auto extent = store(file, bytes)) {
      kept.emplace_back(std::move(*extent), n);
    } else {
      ++refused;
    }
    if (kept.size() < 10 + random() % 20) continue;
    const std::size_t place = random() % 4 == 0 ? random() % kept.size() : 0;
    Bytes back(1 + kept[place].second * 37 % 50000);
    kept[place].first.read(0, back);
    ASSERT_EQ(back, content(back.size(), kept[place].second));
    std::vector<std::pair<sl::SpillFile::Extent, unsigned>> rest;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (i != place) rest.push_back(std::move(kept[i]));
    }
    kept.swap(rest);
    ASSERT_LE(file.used(), 1u << 20);
  }
  EXPECT_LT(refused, 400u);
  EXPECT_FALSE(file.disk_is_full());
  kept.clear();
  EXPECT_EQ(file.used(), 0u);
  EXPECT_TRUE(store(file, content(1 << 20, 1)).has_value());  // all of it is one piece again
}

TEST(SpillFile, AFullDiskIsNoError) {
  sl::SpillFile file(10000);  // two blocks
  file.prepare();
  const auto first = store(file, content(4000, 1));
  const auto second = store(file, content(4000, 2));
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(store(file, content(10, 3)).has_value());
  EXPECT_EQ(file.used(), 8192u);
}

}  // namespace
