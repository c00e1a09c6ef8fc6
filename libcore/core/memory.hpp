// memory.hpp: memory that is asked for in many small pieces and given back together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "pyudf/abi.h"

namespace pyudf {

/// Decoded text, the contents of results: whatever a block of rows needs until it has been read.
class Arena : public pyudf_memory {
 public:
  Arena() noexcept : pyudf_memory{allocate_from} {}
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  /// At least one byte, aligned to 16.
  void* allocate(std::int64_t bytes) {
    bytes = std::max<std::int64_t>((bytes + 15) / 16 * 16, 16);
    while (current_ < pieces_.size() && used_ + bytes > pieces_[current_].size) {
      ++current_;
      used_ = 0;
    }
    if (current_ == pieces_.size()) {
      const std::int64_t size = std::max(bytes, kPiece);
      pieces_.push_back({std::unique_ptr<std::byte[]>(new std::byte[static_cast<std::size_t>(size)]), size});
      used_ = 0;
    }
    void* const memory = pieces_[current_].memory.get() + used_;
    used_ += bytes;
    return memory;
  }

  /// The last bytes of what was allocated last turned out not to be needed.
  void give_back(std::int64_t bytes) noexcept { used_ -= bytes / 16 * 16; }

  /// Makes everything that was allocated free for reuse.
  void clear() noexcept {
    current_ = 0;
    used_ = 0;
  }

 private:
  static constexpr std::int64_t kPiece = 64 * 1024;

  struct Piece {
    std::unique_ptr<std::byte[]> memory;
    std::int64_t size;
  };

  static void* allocate_from(pyudf_memory* memory, std::int64_t bytes) noexcept {
    try {
      return static_cast<Arena*>(memory)->allocate(bytes);
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }

  std::vector<Piece> pieces_;
  std::size_t current_ = 0;
  std::int64_t used_ = 0;
};

/// Memory for what one call returns: short results need no allocation.
class CallMemory : public pyudf_memory {
 public:
  CallMemory() noexcept : pyudf_memory{allocate_from} {}
  CallMemory(const CallMemory&) = delete;
  CallMemory& operator=(const CallMemory&) = delete;
  ~CallMemory() { delete more_; }

 private:
  static void* allocate_from(pyudf_memory* memory, std::int64_t bytes) noexcept {
    auto& self = *static_cast<CallMemory*>(memory);
    const std::int64_t rounded = (bytes + 15) / 16 * 16;
    if (rounded <= static_cast<std::int64_t>(sizeof self.first_) - self.used_) {
      void* const place = self.first_ + self.used_;
      self.used_ += rounded;
      return place;
    }
    if (!self.more_ && !(self.more_ = new (std::nothrow) Arena)) return nullptr;
    return self.more_->pyudf_memory::allocate(self.more_, bytes);
  }

  std::int64_t used_ = 0;
  Arena* more_ = nullptr;
  alignas(16) std::byte first_[256];
};

}  // namespace pyudf
