// scan.cpp: chooses the kernels of signatures for the processor.
#include "text/scan.hpp"

namespace pyudf::text {

const SignatureKernels& signature_kernels() noexcept {
#if PYUDF_X86_TARGETS
  switch (simd::current()) {
    case simd::Target::avx512: return avx512::kSignatureKernels;
    case simd::Target::avx512bw: return avx512bw::kSignatureKernels;
    case simd::Target::avx2: return avx2::kSignatureKernels;
    case simd::Target::baseline: break;
  }
#endif
  return baseline::kSignatureKernels;
}

}  // namespace pyudf::text
