// arrow_schema.cpp: the types of the table as Arrow schemas.
#include <string>

#include "core/arrow_formats.hpp"
#include "core/arrow_owner.hpp"
#include "core/arrow_writer.hpp"

namespace pyudf {
namespace {

void describe(const pyudf_type& type, const std::string& name, std::int64_t flags, ArrowSchema& schema);

void describe_entries(const pyudf_type& type, ArrowSchema& schema) {
  // The specification has neither entries nor keys missing.
  start_schema(schema, "+s", "entries", 0);
  describe(*type.fields[0], "key", 0, add_child(schema));
  describe(*type.fields[1], "value", ARROW_FLAG_NULLABLE, add_child(schema));
}

void describe(const pyudf_type& type, const std::string& name, std::int64_t flags, ArrowSchema& schema) {
  const char* format = format_for(type);
  if (!format) throw WrongType("Arrow has no type for " + title_of(type));
  start_schema(schema, format, name, flags);
  if (type.id == PYUDF_LIST || type.id == PYUDF_SET)
    describe(*type.child, "item", ARROW_FLAG_NULLABLE, add_child(schema));
  else if (type.id == PYUDF_MAP)
    describe_entries(*type.child, add_child(schema));
  else if (type.id == PYUDF_ENUM)
    start_schema(add_dictionary(schema), "u", "", ARROW_FLAG_NULLABLE);
  else if (type.id == PYUDF_STRUCT)
    for (std::int32_t i = 0; i < type.size; ++i)
      describe(*type.fields[i], field_name(type, i), ARROW_FLAG_NULLABLE, add_child(schema));
}

}  // namespace

void write_schema(const pyudf_type& type, ArrowSchema* schema, const std::string& name) {
  ReleaseGuard guard(*schema);
  describe(type, name, ARROW_FLAG_NULLABLE, *schema);
  guard.keep();
}

}  // namespace pyudf
