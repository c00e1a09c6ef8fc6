// targets.hpp: the kinds of processor that batch kernels are compiled for, and which one is used here.
//
// A kernel is one source, included by one file for each target: that file includes all shared headers first, then one
// of simd/baseline.hpp, simd/avx2.hpp, simd/avx512bw.hpp and simd/avx512.hpp, which begin a region compiled for that
// processor, then the kernel, which lies in the target's own namespace. A whole file compiled with -mavx512f would put
// such code into weak templates of shared headers too, and the linker may give that copy to every processor.
#pragma once

#include <cstdint>
#include <span>

namespace pyudf::simd {

enum class Target : std::int32_t { baseline, avx2, avx512bw, avx512 };

/// The name by which PYUDF_TARGET and `pyudf doctor` know a target. On AArch64 the baseline is called neon, and
/// PYUDF_TARGET=baseline chooses it too.
const char* name(Target target) noexcept;

/// The targets that this processor runs and this build has kernels for, the slowest first.
std::span<const Target> available() noexcept;

/// The target in use: the last available one, or what the environment variable PYUDF_TARGET said when it was first
/// asked for. What PYUDF_TARGET names and cannot be had is told by unknown_choice(); the best is used then.
Target current() noexcept;

/// Uses another target from now on, for tests; it must be available.
void use(Target target) noexcept;

/// The value of PYUDF_TARGET if it names no available target, else nullptr.
const char* unknown_choice() noexcept;

}  // namespace pyudf::simd

#if defined(__x86_64__) && defined(__GNUC__)
#define PYUDF_X86_TARGETS 1
#else
#define PYUDF_X86_TARGETS 0
#endif
