// result_memory.hpp: memory of large results; the block that was given back last is used again.
#pragma once

#include <cstddef>
#include <mutex>
#include <unordered_map>

namespace pyudf {

/// Pages that are new to a process are zeroed by the kernel, which takes longer than to score pairs of short texts.
/// `malloc` keeps blocks for the next that asks, but not large ones (glibc: up to 32 MiB, M_MMAP_THRESHOLD). Here the
/// last one is kept, of which the kernel may take the pages when it needs some, and large pages are asked for.
class ResultMemory {
 public:
  /// From so many bytes on it is worth it.
  static constexpr std::size_t kLeast = std::size_t{32} << 20;

  /// No larger block is kept.
  static constexpr std::size_t kMostKept = std::size_t{256} << 20;

  ResultMemory() = default;
  ResultMemory(const ResultMemory&) = delete;
  ResultMemory& operator=(const ResultMemory&) = delete;
  ~ResultMemory();

  /// nullptr: there is no memory.
  void* take(std::size_t bytes) noexcept;
  void give(void* memory) noexcept;

  /// Of a block that was taken: at least as many as were asked for.
  std::size_t size(void* memory) const noexcept;

 private:
  struct Block {
    void* memory = nullptr;
    std::size_t bytes = 0;
  };

  Block take_kept(std::size_t bytes) noexcept;

  mutable std::mutex mutex_;
  std::unordered_map<void*, std::size_t> taken_;
  Block kept_;
};

}  // namespace pyudf
