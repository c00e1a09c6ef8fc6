# cython: language_level=3, boundscheck=False, wraparound=False
# _arguments.pyx: arguments of every type but text (that is _columns.pyx): arrays in place, objects as slots, Arrow.
"""Arguments of functions: single values and columns of them."""
from libc.stdint cimport int64_t, uint8_t
from libcpp.memory cimport unique_ptr
from libcpp.vector cimport vector

cimport numpy as cnp

from collections.abc import Iterable

import numpy as np

from pyudf import engines
from pyudf._abi cimport PYUDF_DATE, PYUDF_ENUM, PYUDF_LIST, PYUDF_SET, PYUDF_STRUCT, ArrowPiece, Rows, SlotRows, pyudf_column, pyudf_list, pyudf_value, read_arrow
from pyudf._arrow cimport ArrowData, ArrowPart
from pyudf._arrow import import_arrow
from pyudf._slots cimport load_value
from pyudf._types cimport Type
from pyudf._values cimport Keep, fits, write_slot
from pyudf._values import checked_cast, is_missing

cnp.import_array()


cdef class Argument:
    def __cinit__(self):
        self.shape = (0,)
        self.keep = Keep()

    def __len__(self):
        return 0 if self.rows == NULL else self.rows.size()

    def largest(self):
        """Units of the longest text; 0 for everything else."""
        return 0

    cdef bint first(self, Type t, pyudf_value* value) except -1:
        """The value of the first row; false if it is missing."""
        raise NotImplementedError


cdef class SlotArgument(Argument):
    """Slots in memory: an array's own, or ours."""
    cdef SlotRows slots
    cdef object memory
    cdef object mask

    cdef hold(self, const void* data, int64_t stride, int64_t n, Type t):
        cdef const uint8_t* present = NULL
        if self.mask is not None:
            present = <const uint8_t*>cnp.PyArray_DATA(self.mask)
        self.slots = SlotRows(data, stride, present, n, t.c.slot)
        self.rows = &self.slots

    cdef bint first(self, Type t, pyudf_value* value) except -1:
        cdef pyudf_column column = self.slots.in_place()
        value.missing = column.present != NULL and not column.present[0]
        if not value.missing:
            load_value(t.c, <const char*>column.data, value)
        return not value.missing

    cdef hold_objects(self, values, Type t, str name):
        """Values of Python, each written to a slot of ours."""
        cdef Py_ssize_t i, n = len(values)
        cdef int64_t step = t.c.slot
        # Units of 16 bytes, for the alignment of any slot.
        self.memory = np.zeros((n * step + 15) // 16 + 1, np.complex128)
        cdef char* slots = <char*>cnp.PyArray_DATA(self.memory)
        cdef uint8_t[::1] present = np.ones(max(n, 1), np.uint8)
        cdef bint gaps = False, nan_is_value = t.is_number and t.dtype.kind == "f"
        for i in range(n):
            value = values[i]
            if is_missing(value) and not (nan_is_value and isinstance(value, (float, np.floating))):
                present[i], gaps = 0, True
                continue
            try:
                write_slot(t, value, slots + i * step, self.keep)
            except (TypeError, ValueError, OverflowError) as error:
                place = f"{name}, position {i}" if self.shape != () else name
                raise type(error)(f"{place}: {error}") from None
        self.mask = np.asarray(present) if gaps else None
        self.hold(slots, step, n, t)

    cdef hold_array(self, array, Type t, missing):
        """An array of one dimension whose items are slots of the type."""
        self.memory, self.mask = array, missing
        self.hold(cnp.PyArray_DATA(array), array.strides[0] if len(array) > 1 else t.c.slot, len(array), t)

    cdef hold_lists(self, array, Type t):
        """The rows of a matrix, each a list."""
        cdef Py_ssize_t i, n = array.shape[0], width = array.shape[1]
        cdef char* data = <char*>cnp.PyArray_DATA(array)
        cdef int64_t step = width * t.child.c.slot
        cdef pyudf_list* lists = <pyudf_list*>self.keep.arena.allocate(max(n, 1) * sizeof(pyudf_list))
        for i in range(n):
            lists[i].data, lists[i].size = data + i * step, width
        self.memory = array
        self.hold(lists, sizeof(pyudf_list), n, t)


cdef class ArrowArgument(Argument):
    """Arrow data of any type."""
    cdef unique_ptr[Rows] owned
    cdef ArrowData data

    cdef hold(self, ArrowData data, Type t, str name):
        cdef vector[ArrowPiece] pieces
        cdef ArrowPiece piece
        cdef ArrowPart part
        for part in data.parts:
            piece.schema, piece.array = data.schema, part.array
            pieces.push_back(piece)
        self.data = data
        try:
            self.owned = read_arrow(t.c[0], pieces)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{name}: {error}") from None
        self.rows = self.owned.get()
        self.shape = (self.rows.size(),)

    cdef bint first(self, Type t, pyudf_value* value) except -1:
        cdef char* slot = <char*>self.keep.arena.allocate(t.c.slot)
        cdef uint8_t present = 1
        value.missing = self.rows.read(0, 1, slot, &present, self.keep.arena) > 0
        if not value.missing:
            load_value(t.c, slot, value)
        return not value.missing


cdef Argument from_objects(values, Type t, str name, tuple shape):
    cdef SlotArgument argument = SlotArgument()
    argument.shape = shape
    argument.hold_objects(values, t, name)
    return argument


cdef object exact_times(array, Type t, str name):
    """An array of dates or durations in the type's unit, as integers, and where there is none."""
    converted = array.astype(t.dtype)
    missing = np.isnat(array)
    wrong = (converted.astype(array.dtype) != array) & ~missing
    if wrong.any():
        at = int(np.argmax(wrong))
        raise ValueError(f"{name}, position {at}: {array[at]} is no whole number of {t.unit}")
    return converted.view(np.int64), missing


cdef Argument from_times(array, Type t, str name):
    cdef SlotArgument argument = SlotArgument()
    if array.dtype.kind != t.dtype.kind:
        raise TypeError(f"{name}: expected {t.plain_name()}, got an array of {array.dtype}")
    ticks, missing = exact_times(array, t, name)
    if t.id == PYUDF_DATE:
        ticks = np.where(missing, 0, ticks)
        if len(ticks) and (ticks.max() > 2**31 - 1 or ticks.min() < -(2**31)):
            raise OverflowError(f"{name}: a date does not fit 32 bits of days")
        ticks = ticks.astype(np.int32)
    argument.shape = (len(array),)
    argument.hold_array(ticks, t, np.logical_not(missing).view(np.uint8) if missing.any() else None)
    return argument


cdef Argument from_numbers(array, Type t, str name, missing):
    cdef SlotArgument argument = SlotArgument()
    if missing is not None:
        # What lies under a mask may be anything; and of an array that repeats one number in place, each row has its flag.
        array = np.where(missing, array, array.dtype.type(0))
    try:
        array = checked_cast(array, t)
        if not array.flags.aligned:
            array = array.copy()
    except (TypeError, OverflowError) as error:
        raise type(error)(f"{name}: {error}") from None
    argument.shape = (len(array),)
    argument.hold_array(array, t, missing)
    return argument


cdef Argument from_matrix(array, Type t, str name):
    cdef SlotArgument argument = SlotArgument()
    try:
        array = np.ascontiguousarray(checked_cast(array, t.child))
    except (TypeError, OverflowError) as error:
        raise type(error)(f"{name}: {error}") from None
    argument.shape = (len(array),)
    argument.hold_lists(array, t)
    return argument


cdef Argument from_array(array, Type t, str name):
    """An ndarray of any shape, in C order."""
    cdef Argument argument
    missing = None
    if isinstance(array, np.ma.MaskedArray):
        missing = np.ascontiguousarray(~np.ma.getmaskarray(array)).reshape(-1).view(np.uint8)
        array = array.data
    shape, kind = array.shape, array.dtype.kind
    if t.id in (PYUDF_LIST, PYUDF_SET) and kind in "biuf" and t.child.is_number and not t.child.optional:
        return from_matrix(array, t, name) if array.ndim == 2 else from_objects([array], t, name, ())
    flat = array.reshape(-1)
    if missing is not None and kind not in "biuf":
        flat = np.where(missing, flat.astype(object), None)
        kind = "O"
    if kind in "biuf" and t.is_number:
        argument = from_numbers(flat, t, name, missing)
    elif kind in "mM" and t.dtype is not None and t.dtype.kind in "mM":
        argument = from_times(flat, t, name)
    elif kind in "OTU" or (kind == "V" and t.id == PYUDF_STRUCT):
        argument = from_objects(flat.tolist(), t, name, shape)
    elif not len(flat):
        argument = from_objects([], t, name, shape)
    else:
        raise TypeError(f"{name}: expected {t.plain_name()}, got an array of {array.dtype}")
    argument.shape = shape
    return argument


cdef bint is_value(Type t, values):
    """Whether an argument is one value rather than a column of them."""
    if isinstance(values, np.ndarray):
        return False
    if is_missing(values) or isinstance(values, (str, bytes, bytearray)) or not isinstance(values, Iterable):
        return True
    # What holds several things is a column, unless such a thing is what the function takes.
    return t.id != PYUDF_ENUM and fits(t, values) if t.c.child != NULL or t.id == PYUDF_STRUCT else \
        isinstance(values, np.generic)


cpdef Argument read_values(object values, Type t, str name):
    """An argument of any type but text."""
    cdef Argument argument
    adapter = engines.find_column(values)
    if adapter is not None:
        content, codes = adapter.content(values)
        argument = read_content(content, codes, t, name)
        argument.shape = (len(argument),)
    elif isinstance(values, np.ndarray):
        argument = from_array(values, t, name)
    elif hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__"):
        argument = read_content(values, None, t, name)
    elif is_value(t, values):
        argument = from_objects((values,), t, name, ())
    elif isinstance(values, dict):
        raise TypeError(f"{name}: expected {t.plain_name()} or a column of it, got dict")
    else:
        items = list(values)
        if items and t.dtype is not None and isinstance(items[0], (list, np.ndarray)):
            argument = from_array(np.array(items, object), t, name)  # more dimensions, as NumPy reads them
        else:
            argument = from_objects(items, t, name, (len(items),))
    argument.origin = values
    return argument


cdef Argument read_content(content, codes, Type t, str name):
    """What an adapter finds in another library's column."""
    if codes is not None:
        categories = [None, *content]
        return from_objects([categories[code + 1] for code in codes], t, name, (len(codes),))
    if isinstance(content, np.ndarray):
        return from_array(content, t, name)
    cdef ArrowArgument argument = ArrowArgument()
    argument.hold(import_arrow(content, name), t, name)
    return argument
