// result_memory.cpp: takes blocks of large pages and keeps the last given back.
#include "core/result_memory.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace pyudf {
namespace {

constexpr std::size_t kPage = std::size_t{2} << 20;

/// What the kernel may know of a block; where it does not want to, nothing is lost.
void advise([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes, [[maybe_unused]] int advice) noexcept {
#if __has_include(<sys/mman.h>)
  ::madvise(memory, bytes, advice);
#endif
}

void* allocate(std::size_t bytes) noexcept {
  void* const memory = ::operator new(bytes, std::align_val_t{kPage}, std::nothrow);
#ifdef MADV_HUGEPAGE
  if (memory) advise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

void release(void* memory) noexcept { ::operator delete(memory, std::align_val_t{kPage}); }

}  // namespace

ResultMemory::~ResultMemory() { release(kept_.memory); }

ResultMemory::Block ResultMemory::take_kept(std::size_t bytes) noexcept {
  constexpr std::size_t kWaste = 2;  // a block so many times as large is left for a larger result
  Block found;
  const std::lock_guard lock(mutex_);
  // One that is too small is not wanted again soon, and its memory may be needed now.
  if (kept_.bytes < bytes * kWaste) found = std::exchange(kept_, {});
  return found;
}

void* ResultMemory::take(std::size_t bytes) noexcept {
  if (bytes > std::numeric_limits<std::size_t>::max() - kPage) return nullptr;
  bytes = (std::max(bytes, std::size_t{1}) + kPage - 1) / kPage * kPage;
  Block block = take_kept(bytes);
  if (block.bytes < bytes) {
    release(block.memory);
    block = {allocate(bytes), bytes};
  }
  if (!block.memory) return nullptr;
  try {
    const std::lock_guard lock(mutex_);
    taken_.emplace(block.memory, block.bytes);
  } catch (const std::bad_alloc&) {
    release(block.memory);
    return nullptr;
  }
  return block.memory;
}

void ResultMemory::give(void* memory) noexcept {
  if (!memory) return;
  const std::size_t bytes = size(memory);
  const bool keep = bytes <= kMostKept;
#ifdef MADV_FREE
  if (keep) advise(memory, bytes, MADV_FREE);
#endif
  Block block{memory, bytes};
  {
    const std::lock_guard lock(mutex_);
    taken_.erase(memory);
    if (keep) std::swap(block, kept_);
  }
  release(block.memory);
}

std::size_t ResultMemory::size(void* memory) const noexcept {
  const std::lock_guard lock(mutex_);
  return taken_.at(memory);
}

}  // namespace pyudf
