// loops.cpp: how many threads a piece of work gets.
#include "core/loops.hpp"

#if defined(_OPENMP) && !defined(_WIN32)
#include <pthread.h>
#endif

namespace pyudf {
namespace {

std::atomic<bool> forked{false};

}  // namespace

bool has_threads() noexcept {
#ifdef _OPENMP
  return true;
#else
  return false;
#endif
}

void watch_forks() noexcept {
#if defined(_OPENMP) && !defined(_WIN32)
  pthread_atfork(nullptr, nullptr, [] { forked = true; });
#endif
}

int threads_for(double steps, std::int64_t tasks, int workers) noexcept {
  if (!has_threads() || forked || workers <= 1 || tasks <= 1 || steps < kSerialSteps) return 1;
  return static_cast<int>(std::min<std::int64_t>(workers, tasks));
}

}  // namespace pyudf
