// avx512bw.hpp: vectors of 64 bytes. From here to its end a file is compiled for processors like Skylake-X.
// Included after all shared headers; see targets.hpp.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#define PYUDF_TARGET avx512bw
#define PYUDF_TARGET_AVX512 1
#define PYUDF_VECTOR_BYTES 64

#ifdef __clang__
#pragma clang attribute push( \
    __attribute__((target("avx2,bmi,bmi2,fma,popcnt,lzcnt,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2,fma,popcnt,lzcnt,avx512f,avx512bw,avx512dq,avx512vl")
// GCC 12 takes what its own header leaves undefined on purpose for a mistake (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "simd/vector.hpp"
