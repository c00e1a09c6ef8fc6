// loops.cpp: how many threads a piece of work gets.
#include "core/loops.hpp"

#if defined(_OPENMP) && !defined(_WIN32)
#include <pthread.h>
#endif

namespace pyudf {
namespace {

std::atomic<bool> forked{false};

#if defined(_OPENMP) && !defined(_WIN32)
// libgomp's threads do not survive fork, and a child that waits for them hangs: a forked child runs everything
// serially. Watched from the moment that the library is loaded: another user of libgomp may have started threads.
[[maybe_unused]] const int watching_forks = pthread_atfork(nullptr, nullptr, [] { forked = true; });
#endif

}  // namespace

bool has_threads() noexcept {
#ifdef _OPENMP
  return true;
#else
  return false;
#endif
}

int threads_for(double steps, std::int64_t tasks, int workers) noexcept {
  if (!has_threads() || forked || workers <= 1 || tasks <= 1 || steps < kSerialSteps) return 1;
  return static_cast<int>(std::min<std::int64_t>(workers, tasks));
}

}  // namespace pyudf
