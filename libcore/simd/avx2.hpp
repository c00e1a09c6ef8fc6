// avx2.hpp: vectors of 32 bytes. From here to its end a file is compiled for processors that have AVX2.
// Included after all shared headers; see targets.hpp.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#define PYUDF_TARGET avx2
#define PYUDF_TARGET_AVX2 1
#define PYUDF_VECTOR_BYTES 32

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,fma,popcnt,lzcnt"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2,fma,popcnt,lzcnt")
#endif

#include "simd/vector.hpp"
