// test_loops.cpp: the task loop: every task once, the lowest failure wins, cancelling, exceptions, serial as parallel.
#include "core/loops.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using pyudf::run_tasks;
using pyudf::threads_for;
using pyudf::Tick;

struct NoState {};

void pause_for(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

class Loop : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (GetParam() > 1 && !pyudf::has_threads()) GTEST_SKIP() << "built without threads";
  }
};

TEST_P(Loop, RunsEachTaskOnce) {
  for (const std::int64_t tasks : {0, 1, 2, 7, 1000}) {
    std::vector<std::atomic<int>> runs(static_cast<std::size_t>(tasks));
    pyudf_error error{};
    const pyudf_status status = run_tasks(
        tasks, GetParam(), {}, [] { return NoState{}; },
        [&](NoState&, std::int64_t i, pyudf_error*) {
          ++runs[static_cast<std::size_t>(i)];
          return PYUDF_OK;
        },
        &error);
    EXPECT_EQ(status, PYUDF_OK);
    for (const auto& n : runs) EXPECT_EQ(n, 1);
  }
}

TEST_P(Loop, GivesEachThreadAStateOfItsOwn) {
  std::atomic<int> states{0}, clashes{0};
  struct State {
    std::atomic<bool> busy{false};
  };
  pyudf_error error{};
  run_tasks(
      100, GetParam(), {},
      [&] {
        ++states;
        return std::make_unique<State>();
      },
      [&](std::unique_ptr<State>& state, std::int64_t, pyudf_error*) {
        clashes += state->busy.exchange(true);
        pause_for(1);
        state->busy = false;
        return PYUDF_OK;
      },
      &error);
  EXPECT_EQ(clashes, 0);
  EXPECT_GE(states, 1);
  EXPECT_LE(states, GetParam() + 1) << "one more for what is done before threads start";
}

TEST_P(Loop, ReportsTheLowestTaskThatFailed) {
  for (int round = 0; round < 20; ++round) {
    pyudf_error error{};
    const pyudf_status status = run_tasks(
        200, GetParam(), {}, [] { return NoState{}; },
        [&](NoState&, std::int64_t i, pyudf_error* e) {
          // The lowest failure comes late in time.
          if (i == 10) pause_for(2);
          if (i < 10) return PYUDF_OK;
          return pyudf::fail(e, i == 10 ? PYUDF_INDEX_ERROR : PYUDF_VALUE_ERROR, "failed", i);
        },
        &error);
    EXPECT_EQ(status, PYUDF_INDEX_ERROR);
    EXPECT_EQ(error.row, 10);
    EXPECT_STREQ(error.message, "failed");
  }
}

TEST_P(Loop, StopsAfterAFailure) {
  std::atomic<int> runs{0};
  pyudf_error error{};
  run_tasks(
      1'000'000, GetParam(), {}, [] { return NoState{}; },
      [&](NoState&, std::int64_t, pyudf_error* e) {
        ++runs;
        return pyudf::fail(e, PYUDF_VALUE_ERROR, "failed");
      },
      &error);
  EXPECT_LE(runs, GetParam());
}

TEST_P(Loop, TurnsExceptionsIntoAStatus) {
  pyudf_error error{};
  const auto run = [&](auto task) { return run_tasks(50, GetParam(), {}, [] { return NoState{}; }, task, &error); };
  EXPECT_EQ(run([](NoState&, std::int64_t i, pyudf_error*) -> pyudf_status {
              if (i == 5) throw std::out_of_range("task five");
              return PYUDF_OK;
            }),
            PYUDF_INDEX_ERROR);
  EXPECT_STREQ(error.message, "task five");
  EXPECT_EQ(run([](NoState&, std::int64_t, pyudf_error*) -> pyudf_status { throw 5; }), PYUDF_RUNTIME_ERROR);
}

TEST_P(Loop, TurnsExceptionsOfMakeStateIntoAStatus) {
  pyudf_error error{};
  std::atomic<int> runs{0};
  const pyudf_status status = run_tasks(
      50, GetParam(), {}, []() -> NoState { throw std::bad_alloc(); },
      [&](NoState&, std::int64_t, pyudf_error*) {
        ++runs;
        return PYUDF_OK;
      },
      &error);
  EXPECT_EQ(status, PYUDF_MEMORY_ERROR);
  EXPECT_EQ(error.row, -1);
  EXPECT_EQ(runs, 0);
}

struct Watch {
  std::vector<double> shares;
  std::thread::id caller = std::this_thread::get_id();
  bool elsewhere = false;
  int stop_at = -1;

  static int call(void* context, double done) {
    auto& watch = *static_cast<Watch*>(context);
    watch.elsewhere |= std::this_thread::get_id() != watch.caller;
    watch.shares.push_back(done);
    return static_cast<int>(watch.shares.size()) == watch.stop_at;
  }
};

TEST_P(Loop, TellsTheCallingThreadHowFarItIs) {
  Watch watch;
  pyudf_error error{};
  const pyudf_status status = run_tasks(
      40, GetParam(), Tick{Watch::call, &watch}, [] { return NoState{}; },
      [&](NoState&, std::int64_t, pyudf_error*) {
        pause_for(10);
        return PYUDF_OK;
      },
      &error);
  EXPECT_EQ(status, PYUDF_OK);
  EXPECT_FALSE(watch.elsewhere);
  ASSERT_FALSE(watch.shares.empty());
  for (std::size_t i = 0; i < watch.shares.size(); ++i) {
    EXPECT_GT(watch.shares[i], 0.0);
    EXPECT_LE(watch.shares[i], 1.0);
    EXPECT_GE(watch.shares[i], i == 0 ? 0.0 : watch.shares[i - 1]);
  }
}

TEST_P(Loop, IsCancelledByTheTick) {
  Watch watch;
  watch.stop_at = 2;
  pyudf_error error{};
  std::atomic<int> runs{0};
  const pyudf_status status = run_tasks(
      1'000'000, GetParam(), Tick{Watch::call, &watch}, [] { return NoState{}; },
      [&](NoState&, std::int64_t, pyudf_error*) {
        ++runs;
        pause_for(1);
        return PYUDF_OK;
      },
      &error);
  EXPECT_EQ(status, PYUDF_CANCELLED);
  EXPECT_EQ(error.row, -1);
  EXPECT_LT(runs, 100'000);
  EXPECT_EQ(watch.shares.size(), 2u) << "it is not asked again";
}

TEST_P(Loop, EndsLongTasksThatAskForTheirPulse) {
  Watch watch;
  watch.stop_at = 2;
  pyudf_error error{};
  const auto start = std::chrono::steady_clock::now();
  const pyudf_status status = run_tasks(
      GetParam(), GetParam(), Tick{Watch::call, &watch}, [] { return NoState{}; },
      [&](NoState&, std::int64_t, pyudf_error*, pyudf::Pulse& pulse) {
        while (pulse.go_on() && std::chrono::steady_clock::now() - start < std::chrono::seconds(60)) pause_for(1);
        return PYUDF_OK;
      },
      &error);
  EXPECT_EQ(status, PYUDF_CANCELLED);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST_P(Loop, AFailureWinsOverCancelling) {
  Watch watch;
  watch.stop_at = 1;
  pyudf_error error{};
  const pyudf_status status = run_tasks(
      10, GetParam(), Tick{Watch::call, &watch}, [] { return NoState{}; },
      [&](NoState&, std::int64_t i, pyudf_error* e) {
        if (i != 3) return PYUDF_OK;
        pause_for(60);
        return pyudf::fail(e, PYUDF_VALUE_ERROR, "failed", i);
      },
      &error);
  EXPECT_EQ(status, PYUDF_VALUE_ERROR);
}

INSTANTIATE_TEST_SUITE_P(Threads, Loop, testing::Values(1, 2, 8));

TEST(Threads, AreNotStartedForLittle) {
  EXPECT_EQ(threads_for(pyudf::kSerialSteps - 1, 100, 8), 1);
  EXPECT_EQ(threads_for(1e12, 1, 8), 1);
  EXPECT_EQ(threads_for(1e12, 0, 8), 1);
  EXPECT_EQ(threads_for(1e12, 100, 1), 1);
  EXPECT_EQ(threads_for(1e12, 100, 0), 1);
}

TEST(Threads, AreAsManyAsAllowedAndUsable) {
  if (!pyudf::has_threads()) GTEST_SKIP() << "built without threads";
  EXPECT_EQ(threads_for(1e12, 100, 8), 8);
  EXPECT_EQ(threads_for(1e12, 3, 8), 3);
}

}  // namespace
