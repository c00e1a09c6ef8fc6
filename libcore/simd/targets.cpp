// targets.cpp: finds out what the processor can do, and heeds PYUDF_TARGET.
#include "simd/targets.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace pyudf::simd {
namespace {

constexpr std::string_view kFirst = "baseline";  // on every processor, whatever else it is called there
#ifdef __ARM_NEON
constexpr const char* kNames[] = {"neon", "avx2", "avx512bw", "avx512"};
#else
constexpr const char* kNames[] = {"baseline", "avx2", "avx512bw", "avx512"};
#endif

std::vector<Target> detect() {
  std::vector<Target> found{Target::baseline};
#if PYUDF_X86_TARGETS
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
  if (avx2) found.push_back(Target::avx2);
  // As much as Skylake-X and Cascade Lake have.
  const bool avx512bw = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512bw) found.push_back(Target::avx512bw);
  // As much as Ice Lake and Zen 4 have.
  if (avx512bw && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
      __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq"))
    found.push_back(Target::avx512);
#endif
  return found;
}

struct Choice {
  Choice() : available(detect()), current(available.back()) {
    const char* asked = std::getenv("PYUDF_TARGET");
    if (!asked || !*asked) return;
    const auto at =
        asked == kFirst ? available.begin() : std::find_if(available.begin(), available.end(), [&](Target target) {
          return std::string_view(name(target)) == asked;
        });
    if (at == available.end())
      unknown = asked;
    else
      current = *at;
  }

  std::vector<Target> available;
  std::atomic<Target> current;
  const char* unknown = nullptr;
};

Choice& choice() noexcept {
  static Choice made;
  return made;
}

}  // namespace

const char* name(Target target) noexcept { return kNames[static_cast<std::int32_t>(target)]; }
std::span<const Target> available() noexcept { return choice().available; }
Target current() noexcept { return choice().current.load(std::memory_order_relaxed); }
void use(Target target) noexcept { choice().current.store(target, std::memory_order_relaxed); }
const char* unknown_choice() noexcept { return choice().unknown; }

}  // namespace pyudf::simd
