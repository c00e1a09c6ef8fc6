// arrow_texts.hpp: an Arrow array of text as a chunk of a text column.
#pragma once

#include "core/columns.hpp"
#include "pyudf/arrow.h"

namespace pyudf {

/// Whether text_chunk takes arrays of this schema: text or binary of varying size, not dictionary-encoded.
bool is_text(const ArrowSchema& schema) noexcept;

/// Checks and describes an array of text or bytes, whose memory is borrowed.
Chunk text_chunk(const ArrowSchema& schema, const ArrowArray& array);

}  // namespace pyudf
