// core_speed.cpp: times chains of operations that the compiler is told nothing about.
#include "core_speed.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace pyudf::bench {
namespace {

constexpr int kOfRound = 64;
constexpr std::int64_t kRounds = 20'000;  // some hundred microseconds

void wait_for_each(std::int64_t rounds) {
  std::uint64_t value = 1, by = 2;
  asm volatile("" : "+r"(value), "+r"(by));
  for (std::int64_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 64
    for (int k = 0; k < kOfRound; ++k) {
      value ^= by;
      asm volatile("" : "+r"(value));
    }
  }
}

#ifdef __aarch64__
#define PYUDF_VECTOR_REGISTER "w"
#else
#define PYUDF_VECTOR_REGISTER "v"
#endif

// Eight sums, of which none waits for another: no core has so many additions of whole vectors under way at once.
#define PYUDF_ADDITIONS(name, bytes, attributes)                    \
  attributes void name(std::int64_t rounds) {                       \
    using Vector [[gnu::vector_size(bytes)]] = std::uint64_t;       \
    Vector sums[8] = {}, by = {};                                   \
    asm volatile("" : "+" PYUDF_VECTOR_REGISTER(by));               \
    for (std::int64_t i = 0; i < rounds; ++i) {                     \
      _Pragma("GCC unroll 64") for (int k = 0; k < kOfRound; ++k) { \
        sums[k % 8] += by;                                          \
        asm volatile("" : "+" PYUDF_VECTOR_REGISTER(sums[k % 8]));  \
      }                                                             \
    }                                                               \
  }

PYUDF_ADDITIONS(add_16, 16, )
#if PYUDF_X86_TARGETS
PYUDF_ADDITIONS(add_32, 32, __attribute__((target("avx2"))))
PYUDF_ADDITIONS(add_64, 64, __attribute__((target("avx512f"))))
#endif

/// The most operations a second of some tries: whatever else the machine does makes a try slower.
double per_second(void (*operations)(std::int64_t)) {
  using Clock = std::chrono::steady_clock;
  double best = 0;
  for (int i = 0; i < 5; ++i) {
    const auto start = Clock::now();
    operations(kRounds);
    const std::chrono::duration<double> time = Clock::now() - start;
    best = std::max(best, static_cast<double>(kOfRound * kRounds) / time.count());
  }
  return best;
}

}  // namespace

double cycles_per_second() { return per_second(wait_for_each); }

double additions_per_cycle(simd::Target target) {
  auto* additions = add_16;
#if PYUDF_X86_TARGETS
  if (target == simd::Target::avx2) additions = add_32;
  if (target == simd::Target::avx512bw || target == simd::Target::avx512) additions = add_64;
#endif
  return per_second(additions) / cycles_per_second();
}

}  // namespace pyudf::bench
