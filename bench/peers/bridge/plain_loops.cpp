// plain_loops.cpp: the loops that a C++ program would write, for ctypes: results into memory of the caller.
#include "distance.hpp"

#define EXPORTED extern "C" [[gnu::visibility("default")]]

EXPORTED void add_loop(const double* x, const double* y, std::int64_t n, double* out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = add(x[i], y[i]);
}

EXPORTED void multiply_add_loop(const double* x, const double* y, const double* z, std::int64_t n, double* out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = multiply_add(x[i], y[i], z[i]);
}

/// Row i of an Arrow string array.
static std::string_view row(const std::int32_t* offsets, const char* bytes, std::int64_t i) {
  return {bytes + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i])};
}

EXPORTED void calc_distance_loop(const std::int32_t* left, const char* left_bytes, const std::int32_t* right,
                                 const char* right_bytes, std::int64_t n, std::int64_t* out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = calc_distance(row(left, left_bytes, i), row(right, right_bytes, i));
}

EXPORTED void same_start_loop(const std::int32_t* left, const char* left_bytes, const std::int32_t* right,
                              const char* right_bytes, std::int64_t n, std::int64_t* out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = same_start(row(left, left_bytes, i), row(right, right_bytes, i));
}
