// Ordered: order, bounds, exceptions and clean ends, at any number of threads.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "libcore/pixels/ordered.h"

namespace {

using sl::Ordered;

struct Number {
  int value = 0;
  int square = 0;
};

// Later jobs are quicker than earlier ones, so that they overtake each other if they can.
void work_unevenly(Number& n) {
  if (n.value % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
  n.square = n.value * n.value;
}

class OrderedThreads : public testing::TestWithParam<int> {};

TEST_P(OrderedThreads, EmitsEverythingInOrderInTheCallersThread) {
  std::vector<int> emitted;
  const auto caller = std::this_thread::get_id();
  Ordered<Number> ordered(GetParam(), work_unevenly, [&](Number& n) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_EQ(n.square, n.value * n.value);
    emitted.push_back(n.value);
  });
  for (int i = 0; i < 200; ++i) ordered.push({i, -1});
  ordered.finish();
  ASSERT_EQ(emitted.size(), 200u);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(emitted[static_cast<std::size_t>(i)], i);
}

TEST_P(OrderedThreads, GoesOnAfterFinish) {
  int sum = 0;
  Ordered<Number> ordered(GetParam(), work_unevenly, [&](Number& n) { sum += n.value; });
  ordered.finish();
  for (int round = 0; round < 3; ++round) {
    for (int i = 1; i <= 10; ++i) ordered.push({i, 0});
    ordered.finish();
    EXPECT_EQ(sum, 55 * (round + 1));
  }
}

TEST_P(OrderedThreads, HoldsAtMostOneMoreThanThreads) {
  int held = 0, most = 0;
  Ordered<Number> ordered(GetParam(), work_unevenly, [&](Number&) { --held; });
  for (int i = 0; i < 50; ++i) {
    ++held;
    ordered.push({i, 0});
    most = std::max(most, held);
  }
  ordered.finish();
  EXPECT_EQ(held, 0);
  EXPECT_LE(most, GetParam() + 1);
}

TEST_P(OrderedThreads, AnExceptionComesOutInItsTurn) {
  std::vector<int> emitted;
  Ordered<Number> ordered(
      GetParam(),
      [](Number& n) {
        if (n.value == 5) throw std::runtime_error("five");
        work_unevenly(n);
      },
      [&](Number& n) { emitted.push_back(n.value); });
  const auto push_all = [&] {
    for (int i = 0; i < 20; ++i) ordered.push({i, 0});
    ordered.finish();
  };
  try {
    push_all();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "five");
  }
  EXPECT_EQ(emitted, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_P(OrderedThreads, AnExceptionOfEmitPasses) {
  Ordered<Number> ordered(GetParam(), work_unevenly, [](Number& n) {
    if (n.value == 3) throw std::runtime_error("full");
  });
  const auto push_all = [&] {
    for (int i = 0; i < 20; ++i) ordered.push({i, 0});
    ordered.finish();
  };
  EXPECT_THROW(push_all(), std::runtime_error);
}

TEST_P(OrderedThreads, IsDestroyedWithWorkInHand) {
  std::atomic<int> emitted = 0;
  {
    Ordered<Number> ordered(GetParam(), work_unevenly, [&](Number&) { ++emitted; });
    for (int i = 0; i < 5; ++i) ordered.push({i, 0});
  }
  EXPECT_LE(emitted, 5);
}

INSTANTIATE_TEST_SUITE_P(Counts, OrderedThreads, testing::Values(1, 2, 3, 7));

TEST(Ordered, TakesJobsThatCannotBeCopied) {
  int sum = 0;
  Ordered<std::unique_ptr<int>> ordered(
      2, [](std::unique_ptr<int>& n) { *n *= 2; }, [&](std::unique_ptr<int>& n) { sum += *n; });
  for (int i = 0; i < 10; ++i) ordered.push(std::make_unique<int>(i));
  ordered.finish();
  EXPECT_EQ(sum, 90);
}

TEST(Ordered, OneThreadIsTheCaller) {
  const auto caller = std::this_thread::get_id();
  Ordered<Number> ordered(
      1, [&](Number&) { EXPECT_EQ(std::this_thread::get_id(), caller); }, [](Number&) {});
  for (int i = 0; i < 3; ++i) ordered.push({i, 0});
  ordered.finish();
}

TEST(Ordered, ThreadsWorkAtTheSameTime) {
  std::atomic<int> inside = 0;
  const auto meet = [&](Number&) {  // returns when two threads are in here, or after a long wait
    ++inside;
    for (int i = 0; i < 2000 && inside < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  Ordered<Number> ordered(2, meet, [](Number&) {});
  ordered.push({1, 0});
  ordered.push({2, 0});
  ordered.finish();
  EXPECT_EQ(inside, 2);
}

TEST(Ordered, WorkersLeaveSignalsToTheCaller) {
  Ordered<Number> ordered(
      2,
      [](Number& n) {
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        n.value = sigismember(&mask, SIGINT);
      },
      [](Number& n) { EXPECT_EQ(n.value, 1); });
  ordered.push({});
  ordered.push({});
  ordered.finish();
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGINT), 0);
}

}  // namespace
