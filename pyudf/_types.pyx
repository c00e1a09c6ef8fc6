# cython: language_level=3, boundscheck=False, wraparound=False
# _types.pyx: the types of a table as Python sees them: names, NumPy dtypes, classes of records and enumerations.
"""Types of parameters and results."""
from collections import namedtuple
from enum import Enum

import numpy as np

from pyudf._abi cimport (
    PYUDF_BINARY, PYUDF_BOOL, PYUDF_CODE_POINTS, PYUDF_DATE, PYUDF_DURATION, PYUDF_ENUM, PYUDF_FLOAT64, PYUDF_LIST,
    PYUDF_MAP, PYUDF_NONE, PYUDF_OBJECT, PYUDF_OPTIONAL, PYUDF_SET, PYUDF_STRUCT, PYUDF_TEXT, PYUDF_TIMESTAMP,
    PYUDF_UTF8, is_number, pyudf_type,
)

# pyudf_type_id -> name, which for numbers is NumPy's
NAMES = {
    **dict(enumerate(("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
                      "float32", "float64"), start=PYUDF_BOOL)),
    PYUDF_NONE: "None", PYUDF_TEXT: "text", PYUDF_UTF8: "str", PYUDF_CODE_POINTS: "str", PYUDF_BINARY: "bytes",
    PYUDF_DATE: "date",
}
NUMBER_IDS = {np.dtype(name): type_id for type_id, name in NAMES.items() if is_number(type_id)}
_UNITS = {0: "s", 3: "ms", 6: "us", 9: "ns"}


cdef class Space:
    """The types of one library: a record or an enumeration is one Python class wherever it appears."""

    def __init__(self, str module, str library=None):
        self.module, self.library, self.classes, self.types = module, library, {}, {}


cdef class Type:
    """A type of a parameter, a result, an item of a list or a field."""

    def __str__(self):
        return self.plain_name() + " | None" * self.optional

    def __repr__(self):
        return f"<pyudf type {self}>"

    def plain_name(self):
        if self.id in NAMES:
            return NAMES[self.id]
        if self.id == PYUDF_LIST:
            return f"{self.child}[{self.c.size}]" if self.c.size else f"list[{self.child}]"
        if self.id == PYUDF_SET:
            return f"set[{self.child}]"
        if self.id == PYUDF_MAP:
            return f"dict[{self.child.fields[0]}, {self.child.fields[1]}]"
        if self.id == PYUDF_TIMESTAMP:
            return f"datetime[{self.unit}]"
        if self.id == PYUDF_DURATION:
            return f"timedelta[{self.unit}]"
        if self.c.name != NULL:
            return self.c.name.decode()
        return f"tuple[{', '.join(map(str, self.fields))}]"

    @property
    def unit(self):
        """NumPy's unit of a point in time or a duration."""
        return "D" if self.id == PYUDF_DATE else _UNITS[<int>self.c.size]

    @property
    def is_text(self):
        """Whether columns of it are read as text: str, or bytes."""
        return self.id in (PYUDF_TEXT, PYUDF_UTF8, PYUDF_CODE_POINTS, PYUDF_BINARY)

    @property
    def is_units(self):
        """Whether it is code points or bytes, whichever there are: what metrics compare."""
        return self.id == PYUDF_TEXT

    @property
    def items(self):
        """How many items a list has; 0: any number."""
        return self.c.size if self.id == PYUDF_LIST else 0

    @property
    def slot_dtype(self):
        """The dtype of slots in memory, of a type with a dtype."""
        if self.id == PYUDF_DATE:
            return np.dtype(np.int32)
        return self.dtype if is_number(self.id) else np.dtype(np.int64)

    @property
    def is_number(self):
        """Whether it is a number or a truth value."""
        return is_number(self.id)


cdef object class_of(const pyudf_type* c, tuple names, Space space):
    name = c.name.decode()
    if name not in space.classes:
        if c.id == PYUDF_ENUM:
            members = [(member, c.values[i]) for i, member in enumerate(names)]
            space.classes[name] = Enum(name, members, module=space.module)
        else:
            space.classes[name] = namedtuple(name, names, module=space.module)
    return space.classes[name]


cdef object dtype_of(Type t):
    """The NumPy dtype of a column of such values, None where that is object."""
    if is_number(t.id):
        return np.dtype(NAMES[t.id])
    if t.id in (PYUDF_DATE, PYUDF_TIMESTAMP):
        return np.dtype(f"M8[{t.unit}]")
    if t.id == PYUDF_DURATION:
        return np.dtype(f"m8[{t.unit}]")
    if t.id == PYUDF_STRUCT:
        fields = [object if field.optional or field.dtype is None else field.dtype for field in t.fields]
        return np.dtype(list(zip(t.names or [f"f{i}" for i in range(len(fields))], fields)), align=True)
    return None


cdef Type type_of(const pyudf_type* c, Space space):
    """The Type of a table's type; one object for one address."""
    cdef Type t
    cdef int i
    found = space.types.get(<size_t>c)
    if found is not None:
        return found
    t = Type.__new__(Type)
    t.c, t.id, t.optional = c, c.id, c.flags & PYUDF_OPTIONAL
    if c.child != NULL:
        t.child = type_of(c.child, space)
    if c.fields != NULL:
        t.fields = tuple([type_of(c.fields[i], space) for i in range(c.size)])
    if c.names != NULL:
        t.names = tuple([c.names[i].decode() for i in range(c.size)])
        t.cls = class_of(c, t.names, space)
        if c.fields != NULL:
            t.cls._types = t
    t.dtype = dtype_of(t)
    space.types[<size_t>c] = t
    return t
