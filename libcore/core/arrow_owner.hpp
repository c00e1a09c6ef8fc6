// arrow_owner.hpp: memory of the Arrow arrays and schemas that are given away, and how it is released.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "pyudf/arrow.h"

namespace pyudf {

/// Bytes aligned and filled up to 64, as Arrow recommends; those that fill up are 0.
class ArrowBuffer {
 public:
  explicit ArrowBuffer(std::int64_t bytes);
  template <class T>
  T* as() const noexcept {
    return static_cast<T*>(memory_.get());
  }

 private:
  struct Free {
    void operator()(void* memory) const noexcept { ::operator delete(memory, std::align_val_t(64)); }
  };
  std::unique_ptr<void, Free> memory_;
};

/// Makes `array` one of n items without buffers or children, which can be released from now on.
void start_array(ArrowArray& array, std::int64_t n);

void add_buffer(ArrowArray& array, ArrowBuffer buffer);
void add_no_buffer(ArrowArray& array);  // a validity bitmap that is not needed

/// A child or dictionary that is still to be started. A child does not move when others are added.
ArrowArray& add_child(ArrowArray& array);
ArrowArray& add_dictionary(ArrowArray& array);

/// The same for a schema; `format` must live on.
void start_schema(ArrowSchema& schema, const char* format, std::string name, std::int64_t flags);
ArrowSchema& add_child(ArrowSchema& schema);
ArrowSchema& add_dictionary(ArrowSchema& schema);

/// Releases what could not be finished.
template <class Released>
class ReleaseGuard {
 public:
  explicit ReleaseGuard(Released& released) noexcept : released_(&released) { released = {}; }
  ReleaseGuard(const ReleaseGuard&) = delete;
  ReleaseGuard& operator=(const ReleaseGuard&) = delete;
  ~ReleaseGuard() {
    if (released_ && released_->release) released_->release(released_);
  }
  void keep() noexcept { released_ = nullptr; }

 private:
  Released* released_;
};

}  // namespace pyudf
