// plain_loops.cpp: the loops that a C++ program would write, for ctypes: results into memory of the caller.
#include "distance.hpp"

extern "C" [[gnu::visibility("default")]] void multiply_add_loop(const double* x, const double* y, const double* z,
                                                                 std::int64_t n, double* out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = multiply_add(x[i], y[i], z[i]);
}

/// Rows of two Arrow string arrays.
extern "C" [[gnu::visibility("default")]] void calc_distance_loop(const std::int32_t* left, const char* left_bytes,
                                                                  const std::int32_t* right, const char* right_bytes,
                                                                  std::int64_t n, std::int64_t* out) {
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = calc_distance({left_bytes + left[i], static_cast<std::size_t>(left[i + 1] - left[i])},
                           {right_bytes + right[i], static_cast<std::size_t>(right[i + 1] - right[i])});
}
