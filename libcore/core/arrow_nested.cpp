// arrow_nested.cpp: Arrow's lists and structs of other arrays.
#include <string>
#include <string_view>

#include "core/arrow_values.hpp"
#include "core/nested_values.hpp"

namespace pyudf {
namespace {

template <class Offset>
struct Offsets {
  const void* offsets;
  Extent operator()(std::int64_t i) const noexcept {
    const std::int64_t first = load<Offset>(offsets, i), end = load<Offset>(offsets, i + 1);
    return {first, end < first || first < 0 ? -1 : end - first};
  }
};

template <class Offset>
struct Views {
  const void* offsets;
  const void* sizes;
  Extent operator()(std::int64_t i) const noexcept { return {load<Offset>(offsets, i), load<Offset>(sizes, i)}; }
};

struct Fixed {
  std::int64_t size;
  std::int64_t moved;  // lists whose items have been left out before the first
  Extent operator()(std::int64_t i) const noexcept { return {(i - moved) * size, size}; }
};

/// Where the first item of an array lies in a child of so many items, of which `due` are its own.
std::int64_t offset_in_child(const ArrowArray& array, std::int64_t due, std::int64_t items,
                             const ArrowShared& shared) noexcept {
  return shared.rules == ArrowRules::polars && items == due ? 0 : array.offset;
}

/// Builds what is below a type; a wrong type there is told with the place.
ArrowNode make_below(const std::string& place, const pyudf_type& type, const ArrowSource& source, std::int64_t child,
                     ArrowShared& shared) {
  try {
    return make_node(type, *source.schema.children[child], *source.array.children[child], shared);
  } catch (const WrongType& e) {
    throw WrongType(place + ": " + e.what());
  }
}

template <class Extents>
std::unique_ptr<ArrowValues> lists_of(const pyudf_type& type, const ArrowSource& source, Extents extents,
                                      ArrowNode items) {
  return std::make_unique<Lists<Extents>>(type, source.array.length, source.array.offset, extents, std::move(items));
}

template <class Offset>
std::unique_ptr<ArrowValues> lists_by_offset(const pyudf_type& type, const ArrowSource& source, ArrowNode items) {
  const void* const* buffers = source.array.buffers;
  if (source.format.kind == ArrowKind::list_view)
    return lists_of(type, source, Views<Offset>{buffers[1], buffers[2]}, std::move(items));
  return lists_of(type, source, Offsets<Offset>{buffers[1]}, std::move(items));
}

/// The child whose name is a field's; -1 where there is none.
std::int64_t child_named(std::string_view name, const ArrowSchema& schema) {
  std::int64_t found = -1;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    if (!schema.children[i]->name || name != schema.children[i]->name) continue;
    if (found >= 0) throw WrongType("two fields of the name '" + std::string(name) + "' in an Arrow struct");
    found = i;
  }
  return found;
}

std::string names_of(const ArrowSchema& schema) {
  std::string names;
  for (std::int64_t i = 0; i < schema.n_children && names.size() < 160; ++i)
    names += std::string(i ? ", " : "") + (schema.children[i]->name ? schema.children[i]->name : "");
  return names.empty() ? "none" : names;
}

}  // namespace

std::unique_ptr<ArrowValues> make_lists(const pyudf_type& type, const ArrowSource& source, ArrowShared& shared) {
  const ArrowKind kind = source.format.kind;
  const bool is_list = kind == ArrowKind::list || kind == ArrowKind::list_view || kind == ArrowKind::fixed_list;
  // Libraries without maps have lists of structs for them.
  if (!is_list && !(kind == ArrowKind::map && type.id == PYUDF_MAP)) return nullptr;
  if (source.schema.n_children != 1)
    throw BrokenArrow(std::to_string(source.schema.n_children) + " children of a " + source.format.title);
  ArrowNode items = make_below(type.id == PYUDF_MAP ? "entries" : "items", *type.child, source, 0, shared);
  if (kind != ArrowKind::fixed_list)
    return source.format.storage == PYUDF_INT32 ? lists_by_offset<std::int32_t>(type, source, std::move(items))
                                                : lists_by_offset<std::int64_t>(type, source, std::move(items));
  const std::int64_t size = fixed_size(source);
  const std::int64_t offset = offset_in_child(source.array, size * source.array.length, items.length, shared);
  if (size * (offset + source.array.length) > items.length)
    throw BrokenArrow(std::to_string(items.length) + " items of " + std::to_string(source.array.length) + " lists of " +
                      std::to_string(size));
  return lists_of(type, source, Fixed{size, source.array.offset - offset}, std::move(items));
}

std::unique_ptr<ArrowValues> make_structs(const pyudf_type& type, const ArrowSource& source, ArrowShared& shared) {
  if (source.format.kind != ArrowKind::structure) return nullptr;
  if (!type.names && source.schema.n_children != type.size)
    throw WrongType("an Arrow struct of " + std::to_string(source.schema.n_children) + " fields where " +
                    title_of(type) + " is expected");
  std::vector<Structs::Field> fields;
  for (std::int32_t i = 0; i < type.size; ++i) {
    const std::int64_t child = type.names ? child_named(type.names[i], source.schema) : i;
    if (child < 0)
      throw WrongType(std::string("no field '") + type.names[i] + "' in an Arrow struct where " + title_of(type) +
                      " is expected; it has " + names_of(source.schema));
    const std::string title = field_title(type, i);
    ArrowNode node = make_below(title, *type.fields[i], source, child, shared);
    const std::int64_t offset = offset_in_child(source.array, source.array.length, node.length, shared);
    if (node.length < offset + source.array.length)
      throw BrokenArrow(title + " has " + std::to_string(node.length) + " items where " +
                        std::to_string(offset + source.array.length) + " are due");
    fields.push_back({type.fields[i], type.offsets[i], title, std::move(node), offset});
  }
  return std::make_unique<Structs>(type, std::move(fields));
}

}  // namespace pyudf
