// baseline.hpp: vectors of 16 bytes in the compiler's own terms: SSE4.2 on x86-64, NEON on AArch64.
// Included after all shared headers; see targets.hpp.
#pragma once

#ifdef __SSSE3__
#include <tmmintrin.h>
#endif
#ifdef __ARM_NEON
#include <arm_neon.h>
#endif

#include <cstdint>
#include <cstring>

#define PYUDF_TARGET baseline
#define PYUDF_TARGET_BASELINE 1
#define PYUDF_VECTOR_BYTES 16

#include "simd/vector.hpp"
