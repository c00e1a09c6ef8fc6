// scan.hpp: the signatures of long texts, and which of a stretch are like a given one: compiled for each processor.
#pragma once

#include <cstdint>
#include <tuple>

#include "simd/targets.hpp"

namespace pyudf::text {

/// 32 classes of characters, for each: is there one, are there two. Inserting or deleting a character changes at most
/// one bit, so that k edits of which each does at most one of both leave at most 2k bits different.
class Signature {
 public:
  Signature() = default;
  Signature(std::uint32_t once, std::uint32_t twice) noexcept : once_(once), twice_(twice) {}

  void add(std::uint32_t character) noexcept { add({std::uint32_t{1} << (character & 31), 0}); }
  /// Adds the characters of another text.
  void add(Signature other) noexcept {
    twice_ |= other.twice_ | (once_ & other.once_);
    once_ |= other.once_;
  }
  std::uint64_t bits() const noexcept { return once_ | std::uint64_t{twice_} << 32; }

 private:
  std::uint32_t once_ = 0, twice_ = 0;
};

/// The signature of `size` characters, one after the other.
template <class Char>
Signature signature_of(const Char* characters, std::int64_t size) noexcept {
  Signature even, odd;  // two, neither of which waits for the other
  std::int64_t i = 0;
  for (; i + 2 <= size; i += 2) {
    even.add(characters[i]);
    odd.add(characters[i + 1]);
  }
  if (i < size) even.add(characters[i]);
  even.add(odd);
  return even;
}

/// The same of many characters at a time.
template <class Char>
using Sign = Signature(const Char* characters, std::int64_t size) noexcept;

/// Writes, ascending, the places in [begin, end) of the signatures that differ from `signature` in at most `bits` bits,
/// 0 to 64, and returns how many there are. `found` has room for all of them.
using Scan = std::int64_t(const std::uint64_t* signatures, std::int64_t begin, std::int64_t end,
                          std::uint64_t signature, std::int64_t bits, std::int64_t* found) noexcept;

struct SignatureKernels {
  Scan* scan;
  std::tuple<Sign<std::uint8_t>*, Sign<std::uint16_t>*, Sign<std::uint32_t>*> sign;
};

/// The kernels for the processor in use.
const SignatureKernels& signature_kernels() noexcept;

}  // namespace pyudf::text

namespace pyudf::baseline {
extern const text::SignatureKernels kSignatureKernels;
}
namespace pyudf::avx2 {
extern const text::SignatureKernels kSignatureKernels;
}
namespace pyudf::avx512bw {
extern const text::SignatureKernels kSignatureKernels;
}
namespace pyudf::avx512 {
extern const text::SignatureKernels kSignatureKernels;
}
