// arrow_nested.cpp: Arrow's lists and structs of other arrays: the items of many lists are read in one go.
#include <string>
#include <string_view>

#include "core/arrow_values.hpp"

namespace pyudf {
namespace {

constexpr std::int64_t kEmpty[2] = {};  // what an empty list points at: it is not a missing one

/// Where the items of a list lie.
struct Extent {
  std::int64_t first, size;
};

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

template <class Extents>
class Lists final : public ArrowValues {
 public:
  Lists(const pyudf_type& type, const ArrowArray& array, Extents extents, ArrowNode items)
      : child_(*type.child),
        due_(type.id == PYUDF_LIST && type.size > 0 ? type.size : -1),
        length_(array.length),
        offset_(array.offset),
        extents_(extents),
        items_(std::move(items)) {
    if (!(child_.flags & PYUDF_OPTIONAL) && !items_.validity.any() && items_.values)
      place_ = static_cast<const char*>(items_.values->in_place());
  }

  void read(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const override {
    for (std::int64_t i = 0; i < n;) {
      const Run run = run_of(begin + i, begin + n);
      const char* items = place_ ? place_ + run.items.first * child_.slot : read_items(run, arena);
      for (; i < run.end - begin; ++i) {
        const Extent list = extents_(offset_ + begin + i);
        const void* data = list.size == 0 ? nullptr : items + (list.first - run.items.first) * nested_bytes(child_);
        new (to + i * stride) pyudf_list{data ? data : kEmpty, list.size};
      }
    }
  }

  std::int64_t typical_size() const override {
    const std::int64_t n = std::min<std::int64_t>(length_, 64);
    std::int64_t items = 0;
    for (std::int64_t i = 0; i < n; ++i) items += std::clamp<std::int64_t>(extents_(offset_ + i).size, 0, 1 << 20);
    const std::int64_t each = items_.values ? items_.values->typical_size() : 1;
    return n == 0 ? 0 : items / n * std::clamp<std::int64_t>(each, 1, 1 << 20);
  }

 private:
  /// Lists [begin, end), whose items follow one another.
  struct Run {
    std::int64_t begin, end;
    Extent items;
  };

  Run run_of(std::int64_t begin, std::int64_t end) const {
    Run run{begin, begin + 1, checked(begin)};
    for (; run.end < end; ++run.end) {
      const Extent next = checked(run.end);
      if (next.size == 0) continue;
      if (run.items.size == 0)
        run.items = next;
      else if (next.first == run.items.first + run.items.size)
        run.items.size += next.size;
      else
        break;
    }
    return run;
  }

  Extent checked(std::int64_t i) const {
    const Extent list = extents_(offset_ + i);
    if (list.first < 0 || list.size < 0 || list.size > items_.length || list.first > items_.length - list.size)
      throw InvalidRow(i, "broken Arrow array: the offsets of a list decrease or lie past its " +
                              std::to_string(items_.length) + " items");
    if (due_ >= 0 && list.size != due_)
      throw InvalidRow(
          i, "a list of " + std::to_string(list.size) + " items where " + std::to_string(due_) + " are expected");
    return list;
  }

  const char* read_items(const Run& run, Arena& arena) const {
    const std::int64_t bytes = nested_bytes(child_);
    auto* items = static_cast<char*>(arena.allocate(run.items.size * bytes));
    try {
      items_.read_nested(child_, run.items.first, run.items.size, items, bytes, arena);
    } catch (const InvalidRow& e) {
      for (std::int64_t i = run.begin; i < run.end; ++i) {
        const Extent list = extents_(offset_ + i);
        if (e.row >= list.first && e.row < list.first + list.size)
          throw InvalidRow(i, "item " + std::to_string(e.row - list.first) + ": " + e.reason);
      }
      throw InvalidRow(run.begin, e.reason);
    }
    return items;
  }

  const pyudf_type& child_;
  std::int64_t due_;  // items of every list, or -1
  std::int64_t length_, offset_;
  Extents extents_;
  ArrowNode items_;
  const char* place_ = nullptr;  // the items, where they lie as slots
};

class Structs final : public ArrowValues {
 public:
  struct Field {
    const pyudf_type* type;
    std::int32_t place;
    std::string title;  // for messages
    ArrowNode node;
    std::int64_t offset;
  };

  Structs(const pyudf_type& type, std::vector<Field> fields) : slot_(type.slot), fields_(std::move(fields)) {}

  void read(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const override {
    for (std::int64_t i = 0; i < n; ++i) std::memset(to + i * stride, 0, static_cast<std::size_t>(slot_));
    for (const Field& field : fields_) {
      try {
        field.node.read_nested(*field.type, field.offset + begin, n, to + field.place, stride, arena);
      } catch (const InvalidRow& e) {
        throw InvalidRow(e.row - field.offset, field.title + ": " + e.reason);
      }
    }
  }

  std::int64_t typical_size() const override {
    std::int64_t size = 0;
    for (const Field& field : fields_)
      size += field.node.values ? std::clamp<std::int64_t>(field.node.values->typical_size(), 1, 1 << 20) : 1;
    return size;
  }

 private:
  std::int64_t slot_;
  std::vector<Field> fields_;
};

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
  return std::make_unique<Lists<Extents>>(type, source.array, extents, std::move(items));
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
    const std::string title = type.names ? std::string("field '") + type.names[i] + "'" : "field " + std::to_string(i);
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
