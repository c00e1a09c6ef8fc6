// test_result_memory.cpp: which block a large result gets.
#include "core/result_memory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

namespace {

using pyudf::ResultMemory;
constexpr std::size_t kLeast = ResultMemory::kLeast, kMostKept = ResultMemory::kMostKept;

TEST(ResultMemory, UsesTheBlockThatWasGivenBackAgain) {
  ResultMemory memory;
  void* const block = memory.take(kLeast);
  ASSERT_TRUE(block);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0u);
  EXPECT_GE(memory.size(block), kLeast);
  memory.give(block);
  void* const again = memory.take(kLeast - 1);
  EXPECT_EQ(again, block);
  memory.give(again);
}

TEST(ResultMemory, BlocksInUseAreApart) {
  ResultMemory memory;
  auto* const first = static_cast<std::byte*>(memory.take(kLeast));
  auto* const second = static_cast<std::byte*>(memory.take(kLeast));
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first + kLeast <= second || second + kLeast <= first);
  memory.give(first);
  memory.give(second);
  void* const third = memory.take(kLeast);
  EXPECT_EQ(third, second) << "the last one given back is kept";
  memory.give(third);
}

TEST(ResultMemory, ABlockGrowsToWhatIsAsked) {
  ResultMemory memory;
  memory.give(memory.take(kLeast));
  void* const larger = memory.take(2 * kLeast);
  ASSERT_TRUE(larger);
  EXPECT_GE(memory.size(larger), 2 * kLeast);
  std::memset(larger, 1, 2 * kLeast);
  memory.give(larger);
}

TEST(ResultMemory, AMuchLargerBlockIsLeftForALargerResult) {
  ResultMemory memory;
  void* const large = memory.take(4 * kLeast);
  memory.give(large);
  void* const small = memory.take(kLeast);
  EXPECT_NE(small, large);
  void* const again = memory.take(4 * kLeast);
  EXPECT_EQ(again, large);
  memory.give(again);
  memory.give(small);
}

TEST(ResultMemory, AVeryLargeBlockIsNotKept) {
  ResultMemory memory;
  memory.give(memory.take(kMostKept + 1));
  void* const block = memory.take(kLeast);
  ASSERT_TRUE(block);
  EXPECT_LT(memory.size(block), kMostKept);
  memory.give(block);
}

TEST(ResultMemory, SaysThatThereIsNone) {
  ResultMemory memory;
  EXPECT_EQ(memory.take(std::numeric_limits<std::size_t>::max() / 4), nullptr);
  EXPECT_EQ(memory.take(std::numeric_limits<std::size_t>::max()), nullptr);
  memory.give(nullptr);
}

TEST(ResultMemory, OfThreadsAtOnce) {
  ResultMemory memory;
  const auto work = [&](std::byte mark) {
    for (int i = 0; i < 200; ++i) {
      auto* const block = static_cast<std::byte*>(memory.take(kLeast));
      ASSERT_TRUE(block);
      for (std::size_t at = 0; at < kLeast; at += kLeast / 8) block[at] = mark;
      for (std::size_t at = 0; at < kLeast; at += kLeast / 8) ASSERT_EQ(block[at], mark);
      memory.give(block);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, static_cast<std::byte>(i + 1));
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
