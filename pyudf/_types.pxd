# _types.pxd: the types of a table as the other extension modules use them.
from pyudf._abi cimport pyudf_type


cdef class Space:
    cdef readonly str module
    cdef readonly str library     # the file that it comes from; None: it is built in
    cdef readonly dict classes
    cdef dict types


cdef class Type:
    cdef const pyudf_type* c
    cdef readonly int id
    cdef readonly bint optional
    cdef readonly Type child
    cdef readonly tuple fields
    cdef readonly tuple names
    cdef readonly object cls
    cdef readonly object dtype


cdef Type type_of(const pyudf_type* c, Space space)
