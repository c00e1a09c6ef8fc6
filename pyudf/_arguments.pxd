# _arguments.pxd: arguments of any type as the other extension modules use them.
from pyudf._abi cimport Rows, pyudf_value
from pyudf._types cimport Type
from pyudf._values cimport Keep


cdef class Argument:
    """One argument of a call: a value, or a column of them, and all that keeps its memory alive."""
    cdef const Rows* rows
    cdef readonly tuple shape
    cdef readonly object origin
    cdef readonly str unit
    cdef readonly object codes
    cdef readonly object categories
    cdef Keep keep

    cdef bint first(self, Type t, pyudf_value* value) except -1


cpdef Argument read_values(object values, Type t, str name)
