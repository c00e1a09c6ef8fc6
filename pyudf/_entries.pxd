# _entries.pxd: descriptions of functions, for what calls them.
from pyudf._abi cimport pyudf_function, pyudf_parameter
from pyudf._types cimport Type


cdef class Entry:
    cdef const pyudf_function* f
    cdef int n_parameters       # columns and options
    cdef int n_columns          # what is given in a call, column by column: not the object of a method, not options
    cdef int n_self             # 1 for a method
    cdef readonly tuple types   # of the columns and options
    cdef readonly Type result
    cdef readonly str library   # the file that it is in; None: it is built in
    cdef str _module
    cdef str _qualname
    cdef tuple described
    cdef tuple named
    cdef tuple describe(self)
    cdef str document(self)


cdef object default_of(const pyudf_parameter* parameter, Type t)
