// arrow_reader.cpp: the chunks of an Arrow column, one after the other.
#include "core/arrow_reader.hpp"

#include <algorithm>

#include "core/arrow_texts.hpp"
#include "core/arrow_values.hpp"
#include "core/columns.hpp"

namespace pyudf {
namespace {

class ArrowRows final : public Rows {
 public:
  ArrowRows(const pyudf_type& type, const std::vector<ArrowPart>& parts, ArrowRules rules) : slot_(type.slot) {
    ArrowShared shared;
    shared.rules = rules;
    for (const ArrowPart& part : parts) {
      ArrowNode node = make_node(type, *part.schema, *part.array, shared);
      if (node.length == 0) continue;
      any_missing_ |= node.validity.any();
      starts_.push_back(starts_.back() + node.length);
      chunks_.push_back(std::move(node));
    }
  }

  std::int64_t size() const noexcept override { return starts_.back(); }
  std::int64_t slot() const noexcept override { return slot_; }

  std::int64_t read(std::int64_t begin, std::int64_t n, void* slots, std::uint8_t* present,
                    Arena& arena) const override {
    std::int64_t missing = 0;
    auto at = static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), begin) - starts_.begin()) - 1;
    for (std::int64_t done = 0; done < n; ++at) {
      const std::int64_t from = begin + done - starts_[at], size = std::min(n - done, chunks_[at].length - from);
      read_chunk(at, from, size, static_cast<char*>(slots) + done * slot_, arena);
      if (any_missing_) missing += chunks_[at].validity.unpack(from, size, present + done);
      done += size;
    }
    return missing;
  }

  pyudf_column in_place() const noexcept override {
    if (chunks_.size() != 1 || any_missing_ || !chunks_[0].values) return {nullptr, 0, nullptr};
    return {chunks_[0].values->in_place(), slot_, nullptr};
  }

  std::int64_t typical_size() const override {
    return chunks_.empty() || !chunks_[0].values ? 1 : chunks_[0].values->typical_size();
  }

 private:
  void read_chunk(std::size_t at, std::int64_t from, std::int64_t n, char* to, Arena& arena) const {
    try {
      chunks_[at].read_column(slot_, from, n, to, arena);
    } catch (const InvalidRow& e) {
      throw InvalidRow(starts_[at] + e.row, e.reason);
    }
  }

  std::int64_t slot_;
  std::vector<ArrowNode> chunks_;
  std::vector<std::int64_t> starts_{0};
  bool any_missing_ = false;
};

/// An array without items.
class EmptyArray {
 public:
  explicit EmptyArray(const ArrowSchema& schema) {
    const ArrowFormat* format = look_up_format(schema);
    array_.n_buffers = format ? format->n_buffers : 0;
    array_.buffers = const_cast<const void**>(kNoBuffers);
    array_.release = [](ArrowArray*) {};
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
      children_.push_back(std::make_unique<EmptyArray>(*schema.children[i]));
      pointers_.push_back(&children_.back()->array_);
    }
    array_.n_children = schema.n_children;
    array_.children = pointers_.data();
    if (!schema.dictionary) return;
    dictionary_ = std::make_unique<EmptyArray>(*schema.dictionary);
    array_.dictionary = &dictionary_->array_;
  }
  const ArrowArray& array() const noexcept { return array_; }

 private:
  static constexpr const void* kNoBuffers[3] = {};  // as many as any format needs

  ArrowArray array_{};
  std::vector<std::unique_ptr<EmptyArray>> children_;
  std::vector<ArrowArray*> pointers_;
  std::unique_ptr<EmptyArray> dictionary_;
};

bool takes_chunk(const pyudf_type& type, const ArrowSchema& schema) {
  if (!is_text(schema)) return false;
  const bool bytes = find_format(schema).kind == ArrowKind::binary;
  return type.id == PYUDF_TEXT ||
         (bytes ? type.id == PYUDF_BINARY : type.id == PYUDF_UTF8 || type.id == PYUDF_CODE_POINTS);
}

}  // namespace

std::unique_ptr<Rows> read_arrow(const pyudf_type& type, const std::vector<ArrowPart>& parts, ArrowRules rules) {
  const bool texts = !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](const ArrowPart& part) {
    return takes_chunk(type, *part.schema);
  });
  if (!texts) return std::make_unique<ArrowRows>(type, parts, rules);
  auto column = std::make_unique<TextColumn>();
  for (const ArrowPart& part : parts) column->append(text_chunk(*part.schema, *part.array));
  column->read_as(type.id);
  return column;
}

void check_arrow(const pyudf_type& type, const ArrowSchema& schema) {
  const EmptyArray empty(schema);
  read_arrow(type, {{&schema, &empty.array()}});
}

}  // namespace pyudf
