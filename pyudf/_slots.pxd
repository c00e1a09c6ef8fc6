# _slots.pxd: slots as the other extension modules read them.
from pyudf._abi cimport pyudf_type, pyudf_value
from pyudf._types cimport Type


cdef object read_slot(Type t, const char* slot)
cdef void load_value(const pyudf_type* c, const char* slot, pyudf_value* value) noexcept
