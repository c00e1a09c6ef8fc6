// arrow_owner.cpp: release callbacks, which work for arrays and schemas whose children have been moved away, too.
#include "core/arrow_owner.hpp"

#include <cstring>

namespace pyudf {
namespace {

/// What both kinds of structs own: the children, each with memory of its own behind it, so that it outlives the parent
/// where a consumer has moved it.
template <class Struct>
struct Family {
  std::vector<std::unique_ptr<Struct>> children;
  std::vector<Struct*> pointers;
  std::unique_ptr<Struct> dictionary;

  ~Family() {
    for (const auto& child : children)
      if (child->release) child->release(child.get());
    if (dictionary && dictionary->release) dictionary->release(dictionary.get());
  }
};

struct ArrayOwner : Family<ArrowArray> {
  std::vector<ArrowBuffer> buffers;
  std::vector<const void*> addresses;
};

struct SchemaOwner : Family<ArrowSchema> {
  std::string name;
};

template <class Owner, class Struct>
Owner& owner_of(Struct& owned) noexcept {
  return *static_cast<Owner*>(owned.private_data);
}

template <class Owner, class Struct>
void release(Struct* owned) {
  delete &owner_of<Owner>(*owned);
  owned->release = nullptr;
}

void add_address(ArrowArray& array, const void* address) {
  auto& owner = owner_of<ArrayOwner>(array);
  owner.addresses.push_back(address);
  array.buffers = owner.addresses.data();
  array.n_buffers = static_cast<std::int64_t>(owner.addresses.size());
}

template <class Owner, class Struct>
Struct& add_child_to(Struct& parent) {
  auto& owner = owner_of<Owner>(parent);
  owner.pointers.reserve(owner.pointers.size() + 1);
  owner.children.push_back(std::make_unique<Struct>());
  owner.pointers.push_back(owner.children.back().get());
  parent.children = owner.pointers.data();
  parent.n_children = static_cast<std::int64_t>(owner.pointers.size());
  return *owner.children.back();
}

template <class Owner, class Struct>
Struct& add_dictionary_to(Struct& parent) {
  auto& owner = owner_of<Owner>(parent);
  owner.dictionary = std::make_unique<Struct>();
  parent.dictionary = owner.dictionary.get();
  return *owner.dictionary;
}

}  // namespace

ArrowBuffer::ArrowBuffer(std::int64_t bytes) {
  const auto whole = static_cast<std::size_t>((bytes + 63) / 64 * 64 + (bytes == 0 ? 64 : 0));
  memory_.reset(::operator new(whole, std::align_val_t(64)));
  std::memset(as<char>() + bytes, 0, whole - static_cast<std::size_t>(bytes));
}

void start_array(ArrowArray& array, std::int64_t n) {
  array = {};
  array.private_data = new ArrayOwner;
  array.release = release<ArrayOwner, ArrowArray>;
  array.length = n;
}

void add_buffer(ArrowArray& array, ArrowBuffer buffer) {
  auto& owner = owner_of<ArrayOwner>(array);
  owner.buffers.push_back(std::move(buffer));
  add_address(array, owner.buffers.back().as<void>());
}

void add_no_buffer(ArrowArray& array) { add_address(array, nullptr); }

ArrowArray& add_child(ArrowArray& array) { return add_child_to<ArrayOwner>(array); }
ArrowArray& add_dictionary(ArrowArray& array) { return add_dictionary_to<ArrayOwner>(array); }

void start_schema(ArrowSchema& schema, const char* format, std::string name, std::int64_t flags) {
  schema = {};
  auto owner = std::make_unique<SchemaOwner>();
  owner->name = std::move(name);
  schema.format = format;
  schema.name = owner->name.c_str();
  schema.flags = flags;
  schema.private_data = owner.release();
  schema.release = release<SchemaOwner, ArrowSchema>;
}

ArrowSchema& add_child(ArrowSchema& schema) { return add_child_to<SchemaOwner>(schema); }
ArrowSchema& add_dictionary(ArrowSchema& schema) { return add_dictionary_to<SchemaOwner>(schema); }

}  // namespace pyudf
