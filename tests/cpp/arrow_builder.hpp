// arrow_builder.hpp: Arrow arrays put together by hand, each buffer in memory of its exact size.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pyudf/arrow.h"

namespace arrow_builder {

/// An array and its schema. Both are open to change, so that they can be made wrong.
class Arrow {
 public:
  Arrow(std::string format, std::int64_t length) : body_(std::make_unique<Body>()) {
    body_->format = std::move(format);
    body_->schema.format = body_->format.c_str();
    body_->schema.flags = ARROW_FLAG_NULLABLE;
    body_->schema.release = [](ArrowSchema* s) { s->release = nullptr; };
    body_->array.length = length;
    body_->array.release = [](ArrowArray* a) { a->release = nullptr; };
  }

  ArrowSchema& schema() { return body_->schema; }
  ArrowArray& array() { return body_->array; }
  const void*& buffer(std::size_t i) { return body_->addresses[i]; }

  Arrow&& named(std::string name) && {
    body_->name = std::move(name);
    body_->schema.name = body_->name.c_str();
    return std::move(*this);
  }

  /// Adds a buffer; one of no bytes is NULL.
  Arrow&& with(const void* data, std::size_t bytes) && {
    char* copy = nullptr;
    if (bytes > 0) {
      body_->memory.emplace_back(new char[bytes]);
      copy = body_->memory.back().get();
      std::memcpy(copy, data, bytes);
    }
    return std::move(*this).with_address(copy);
  }
  template <class T>
  Arrow&& with(const std::vector<T>& items) && {
    return std::move(*this).with(items.data(), items.size() * sizeof(T));
  }
  Arrow&& with_address(const void* address) && {
    body_->addresses.push_back(address);
    body_->array.buffers = body_->addresses.data();
    body_->array.n_buffers = static_cast<std::int64_t>(body_->addresses.size());
    return std::move(*this);
  }

  Arrow&& with_child(Arrow child) && {
    body_->schema_children.push_back(&child.schema());
    body_->array_children.push_back(&child.array());
    body_->children.push_back(std::move(child));
    body_->schema.children = body_->schema_children.data();
    body_->array.children = body_->array_children.data();
    body_->schema.n_children = body_->array.n_children = static_cast<std::int64_t>(body_->children.size());
    return std::move(*this);
  }
  Arrow& child(std::size_t i) { return body_->children[i]; }

  Arrow&& with_dictionary(Arrow values) && {
    body_->schema.dictionary = &values.schema();
    body_->array.dictionary = &values.array();
    body_->dictionary = std::make_unique<Arrow>(std::move(values));
    return std::move(*this);
  }
  Arrow& dictionary() { return *body_->dictionary; }

  /// "1101": which items are there, counted from the start of the buffers.
  Arrow&& valid(const std::string& bits) && {
    std::vector<std::uint8_t> bitmap((bits.size() + 7) / 8);
    std::int64_t nulls = 0;
    for (std::size_t i = 0; i < bits.size(); ++i)
      if (bits[i] == '1')
        bitmap[i / 8] = static_cast<std::uint8_t>(bitmap[i / 8] | 1 << i % 8);
      else
        ++nulls;
    body_->memory.emplace_back(new char[bitmap.size()]);
    std::memcpy(body_->memory.back().get(), bitmap.data(), bitmap.size());
    body_->addresses[0] = body_->memory.back().get();
    body_->array.null_count = nulls;
    return std::move(*this);
  }

  /// Items [offset, offset + length) of the buffers; how many of them are null is no longer known.
  Arrow&& slice(std::int64_t offset, std::int64_t length) && {
    body_->array.offset = offset;
    body_->array.length = length;
    if (body_->array.null_count != 0) body_->array.null_count = -1;
    return std::move(*this);
  }

 private:
  struct Body {
    std::string format, name;
    ArrowSchema schema{};
    ArrowArray array{};
    std::vector<std::unique_ptr<char[]>> memory;
    std::vector<const void*> addresses;
    std::vector<Arrow> children;
    std::vector<ArrowSchema*> schema_children;
    std::vector<ArrowArray*> array_children;
    std::unique_ptr<Arrow> dictionary;
  };
  std::unique_ptr<Body> body_;
};

template <class T>
Arrow numbers(const char* format, const std::vector<T>& values) {
  return Arrow(format, static_cast<std::int64_t>(values.size())).with_address(nullptr).with(values);
}

/// "10110" as bits.
inline Arrow bits(const std::string& values) {
  std::vector<std::uint8_t> bytes((values.size() + 7) / 8);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] == '1') bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | 1 << i % 8);
  return Arrow("b", static_cast<std::int64_t>(values.size())).with_address(nullptr).with(bytes);
}

template <class Offset>
Arrow texts_of(const char* format, const std::vector<std::string>& values) {
  std::vector<Offset> offsets{0};
  std::string bytes;
  for (const std::string& value : values) {
    bytes += value;
    offsets.push_back(static_cast<Offset>(bytes.size()));
  }
  return Arrow(format, static_cast<std::int64_t>(values.size()))
      .with_address(nullptr)
      .with(offsets)
      .with(bytes.data(), bytes.size());
}

inline Arrow views_of(const char* format, const std::vector<std::string>& values) {
  std::vector<char> headers(values.size() * 16);
  std::string bytes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto size = static_cast<std::int32_t>(values[i].size()), buffer = 0;
    char* header = headers.data() + 16 * i;
    std::memcpy(header, &size, 4);
    if (size <= 12) {
      std::memcpy(header + 4, values[i].data(), values[i].size());
      continue;
    }
    const auto offset = static_cast<std::int32_t>(bytes.size());
    std::memcpy(header + 4, values[i].data(), 4);
    std::memcpy(header + 8, &buffer, 4);
    std::memcpy(header + 12, &offset, 4);
    bytes += values[i];
  }
  return Arrow(format, static_cast<std::int64_t>(values.size()))
      .with_address(nullptr)
      .with(headers)
      .with(bytes.data(), bytes.size())
      .with(std::vector<std::int64_t>{static_cast<std::int64_t>(bytes.size())});
}

/// Text or binary in any of the layouts.
inline Arrow texts(const std::string& format, const std::vector<std::string>& values) {
  if (format[0] == 'v') return views_of(format.c_str(), values);
  return format == "u" || format == "z" ? texts_of<std::int32_t>(format.c_str(), values)
                                        : texts_of<std::int64_t>(format.c_str(), values);
}

/// "+l", "+m" (int32) and "+L" (int64).
template <class Offset>
Arrow lists(const char* format, const std::vector<Offset>& offsets, Arrow items) {
  return Arrow(format, static_cast<std::int64_t>(offsets.size()) - 1)
      .with_address(nullptr)
      .with(offsets)
      .with_child(std::move(items));
}

/// "+vl" (int32) and "+vL" (int64).
template <class Offset>
Arrow list_views(const char* format, const std::vector<Offset>& offsets, const std::vector<Offset>& sizes,
                 Arrow items) {
  return Arrow(format, static_cast<std::int64_t>(sizes.size()))
      .with_address(nullptr)
      .with(offsets)
      .with(sizes)
      .with_child(std::move(items));
}

inline Arrow fixed_lists(int size, std::int64_t n, Arrow items) {
  return Arrow("+w:" + std::to_string(size), n).with_address(nullptr).with_child(std::move(items));
}

template <class... Field>
Arrow structs(std::int64_t n, Field... fields) {
  Arrow made = Arrow("+s", n).with_address(nullptr);
  (static_cast<void>(std::move(made).with_child(std::move(fields))), ...);
  return made;
}

template <class Index>
Arrow dictionary(const char* format, const std::vector<Index>& indices, Arrow values) {
  return numbers<Index>(format, indices).with_dictionary(std::move(values));
}

inline Arrow nulls(std::int64_t n) {
  Arrow made("n", n);
  made.array().null_count = n;
  return made;
}

}  // namespace arrow_builder
