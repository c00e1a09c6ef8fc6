// arrow_reader.hpp: an Arrow column of any type as rows of slots.
#pragma once

#include <memory>
#include <vector>

#include "core/arrow_formats.hpp"
#include "core/rows.hpp"
#include "pyudf/abi.h"
#include "pyudf/arrow.h"

namespace pyudf {

/// One chunk of a column.
struct ArrowPart {
  const ArrowSchema* schema;
  const ArrowArray* array;
};

/// The rows of all parts, one part after the other, as slots of `type`. All memory is borrowed and must outlive the
/// rows; that of the type too. Numbers are converted where NumPy calls it safe; times, where it is exact.
/// Throws WrongType for a column of another type, std::invalid_argument for arrays that contradict themselves;
/// read() throws InvalidRow for what can only be seen there.
std::unique_ptr<Rows> read_arrow(const pyudf_type& type, const std::vector<ArrowPart>& parts,
                                 ArrowRules rules = ArrowRules::arrow);

/// What read_arrow would throw for any array of this schema: known before there is one.
void check_arrow(const pyudf_type& type, const ArrowSchema& schema);

}  // namespace pyudf
