# cython: language_level=3, boundscheck=False, wraparound=False
# _cfunc.pyx: makes Udf objects of function pointers, and reads those that capsules hold.
"""Function pointers as Udf objects."""
from cpython.pycapsule cimport PyCapsule_GetContext, PyCapsule_GetName, PyCapsule_GetPointer
from libc.stdint cimport int64_t
from libcpp.vector cimport vector

from pyudf._abi cimport Foreign, ForeignParameter
from pyudf._core cimport Object, Udf, adopt, numeric_type
from pyudf._types cimport Space

_MODULE = "pyudf.cfunc"


cdef void destroy(void* foreign) noexcept nogil:
    cdef Foreign* mine = <Foreign*>foreign
    del mine


cdef class Pointer(Object):
    # A C function, and what must live as long as it is called. A Udf is a method of it.
    cdef object keep

    def __reduce__(self):
        raise TypeError("a function made by from_cfunc cannot be pickled, for its address means nothing in another "
                        "process; make it there again, or compile the function with pyudf.compile")


def make(size_t address, str name, str doc, str result, parameters, keep):
    """A Udf that calls a function pointer; parameters are (name, type, value), value is None for a column."""
    cdef Pointer pointer = Pointer.__new__(Pointer)
    cdef Foreign* foreign
    cdef vector[ForeignParameter] told
    cdef ForeignParameter one
    cdef Udf udf
    for parameter, kind, value in parameters:
        one.name, one.type, one.bound = parameter.encode(), numeric_type(kind), value is not None
        one.value = <int64_t><size_t>(value or 0)
        told.push_back(one)
    foreign = new Foreign(<const void*>address, name.encode(), doc.encode(), numeric_type(result), told)
    pointer.pointer, pointer.destroy, pointer.keep = foreign, destroy, keep
    udf = adopt(Udf, &foreign.function(), _MODULE, name, Space(_MODULE), 1)
    udf.bound = pointer
    return udf


def read_capsule(capsule):
    """(address, name, address of the user's data) of a PyCapsule that holds a function."""
    cdef const char* name = PyCapsule_GetName(capsule)
    address = <size_t>PyCapsule_GetPointer(capsule, name)
    return address, None if name == NULL else name.decode(), <size_t>PyCapsule_GetContext(capsule)
