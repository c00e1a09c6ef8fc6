// scan_avx2.cpp: the kernels of signatures for processors with AVX2.
#include "text/scan.hpp"

#if PYUDF_X86_TARGETS
#include "simd/avx2.hpp"
// After the target's beginning.
#include "text/scan_kernel.hpp"
#endif
