// loops.hpp: shares tasks out to threads: the only parallel code.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <type_traits>

#include "pyudf/abi.h"
#include "pyudf/guard.hpp"

#ifdef _OPENMP
#include <omp.h>
#endif

namespace pyudf {

/// Called about twenty times a second by the thread that started the work, with the share that is done (0 to 1).
/// A result other than 0 stops the work.
struct Tick {
  int (*call)(void* context, double done) = nullptr;
  void* context = nullptr;
};

/// Work below this many steps (about a nanosecond each) is not worth waking a thread for.
inline constexpr double kSerialSteps = 200'000;

/// About what it takes to wake the threads of a team.
inline constexpr std::chrono::microseconds kThreadStart{100};

/// Whether this build has threads at all.
bool has_threads() noexcept;

/// The processors that this process may run on, where nobody says how many threads to use.
inline int available_threads() noexcept {
#ifdef _OPENMP
  return omp_get_num_procs();
#else
  return 1;
#endif
}

/// The threads to use for `steps` of work when a caller allows `workers`.
int threads_for(double steps, std::int64_t tasks, int workers) noexcept;

namespace detail {

/// What the threads of one run share: the next task, and the failure of the lowest task that failed.
class Run {
 public:
  Run(std::int64_t tasks, Tick tick) : tasks_(tasks), tick_(tick) {}

  /// The next task, or -1. Tasks are handed out in ascending order, so that every task below one that failed
  /// has been started: which failure is reported does not depend on the threads.
  std::int64_t next() noexcept {
    if (stop_.load(std::memory_order_relaxed)) return -1;
    const std::int64_t task = next_.fetch_add(1, std::memory_order_relaxed);
    return task < tasks_ ? task : -1;
  }

  void failed(std::int64_t task, pyudf_status status, const pyudf_error& error) noexcept {
    const std::lock_guard lock(mutex_);
    if (status_ == PYUDF_OK || task < failed_task_) {
      status_ = status;
      error_ = error;
      failed_task_ = task;
    }
    stop_ = true;
  }

  void tick_if_due() noexcept {
    if (!tick_.call) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - ticked_ < std::chrono::milliseconds(50)) return;
    const std::int64_t started = std::min(next_.load(std::memory_order_relaxed), tasks_);
    if (tick_.call(tick_.context, static_cast<double>(started) / static_cast<double>(tasks_)) != 0) {
      cancelled_ = true;
      failed(tasks_, PYUDF_CANCELLED, pyudf_error{-1, -1, "cancelled"});
    }
    ticked_ = std::chrono::steady_clock::now();
  }

  bool has_more() const noexcept { return !stop_ && next_ < tasks_; }
  bool is_cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }

  pyudf_status finish(pyudf_error* error) const noexcept {
    if (status_ != PYUDF_OK) *error = error_;
    return status_;
  }

 private:
  const std::int64_t tasks_;
  const Tick tick_;
  std::atomic<std::int64_t> next_{0};
  std::atomic<bool> stop_{false}, cancelled_{false};
  std::mutex mutex_;
  std::int64_t failed_task_ = 0;
  pyudf_status status_ = PYUDF_OK;
  pyudf_error error_{-1, -1, ""};
  std::chrono::steady_clock::time_point ticked_ = std::chrono::steady_clock::now();
};

}  // namespace detail

/// What a task that takes long asks between its parts.
class Pulse {
 public:
  Pulse(detail::Run& run, bool calling_thread) : run_(run), calling_thread_(calling_thread) {}

  /// False where the caller has stopped the work: the task may then end as if it were done.
  bool go_on() noexcept {
    if (calling_thread_) run_.tick_if_due();
    return !run_.is_cancelled();
  }

 private:
  detail::Run& run_;
  bool calling_thread_;
};

namespace detail {

/// Runs tasks until none is left or `until` has come.
template <class MakeState, class Task>
void work(Run& run, bool calling_thread, MakeState& make_state, Task& task,
          std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max()) noexcept {
  std::int64_t at = 0;
  pyudf_error error{-1, -1, ""};
  Pulse pulse(run, calling_thread);
  try {
    auto state = make_state();
    const auto perform = [&]() -> pyudf_status {
      if constexpr (std::is_invocable_v<Task&, decltype(state)&, std::int64_t, pyudf_error*, Pulse&>)
        return task(state, at, &error, pulse);
      else
        return task(state, at, &error);
    };
    while (std::chrono::steady_clock::now() < until && (at = run.next()) >= 0) {
      if (const pyudf_status status = perform(); status != PYUDF_OK) run.failed(at, status, error);
      if (calling_thread) run.tick_if_due();
    }
  } catch (...) {
    const pyudf_status status = fail_with_current_exception(&error);
    run.failed(at, status, error);
  }
}

}  // namespace detail

/// Runs task(state, i, error), or task(state, i, error, pulse), for i in [0, tasks) on `threads` threads, each with a
/// state of its own from make_state(). Returns the status of the lowest task that failed.
template <class MakeState, class Task>
pyudf_status run_tasks(std::int64_t tasks, int threads, Tick tick, MakeState make_state, Task task,
                       pyudf_error* error) noexcept {
  detail::Run run(tasks, tick);
  if (threads <= 1) {
    detail::work(run, true, make_state, task);
    return run.finish(error);
  }
#ifdef _OPENMP
  // What is done before threads would have started needs none, whatever its cost was guessed to be; of few tasks each
  // takes longer than that.
  constexpr int kMany = 8;
  if (tasks >= kMany * threads) {
    detail::work(run, true, make_state, task, std::chrono::steady_clock::now() + kThreadStart);
    if (!run.has_more()) return run.finish(error);
  }
#pragma omp parallel num_threads(threads)
  {
    bool calling_thread = false;
#pragma omp master
    calling_thread = true;
    detail::work(run, calling_thread, make_state, task);
  }
#endif
  return run.finish(error);
}

}  // namespace pyudf
