/* foreign.c: plain C functions, of which a table knows nothing: what from_cfunc is given. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SAME(name, type) \
  type same_##name(type x) { return x; }
SAME(bool, bool)
SAME(int8, int8_t)
SAME(int16, int16_t)
SAME(int32, int32_t)
SAME(int64, int64_t)
SAME(uint8, uint8_t)
SAME(uint16, uint16_t)
SAME(uint32, uint32_t)
SAME(uint64, uint64_t)
SAME(float32, float)
SAME(float64, double)

double scale(double x, double factor) { return x * factor; }

double mixed(int8_t a, double b, uint16_t c, float d, bool e, int64_t f, float g, uint32_t h) {
  return a + b * 10 + c * 100.0 + d * 1e3 + e * 1e4 + (double)f * 1e5 + g * 1e6 + h * 1e7;
}

/* The whole register is read, which callers must have filled. */
int64_t widened(int8_t x, uint8_t y, int16_t z) { return (int64_t)x * 1000000 + (int64_t)y * 1000 + z; }

int32_t answer(void) { return 42; }

double with_data(double x, void* data) { return x + *(const double*)data; }

double of_pointer(const double* x) { return *x; }

void of_nothing(double x) { (void)x; }
