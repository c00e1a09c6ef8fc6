// scan_baseline.cpp: the kernels of signatures for every processor.
#include "text/scan.hpp"

#include "simd/baseline.hpp"
// After the target's beginning.
#include "text/scan_kernel.hpp"
