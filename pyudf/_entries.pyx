# cython: language_level=3, boundscheck=False, wraparound=False
# _entries.pyx: what a table tells of a function: its name, documentation, parameters, types.
"""Descriptions of functions."""
from pyudf import signatures
from pyudf._abi cimport PYUDF_LIST, PYUDF_SIMILARITY, PYUDF_STRUCT, fill_slot, pyudf_function, pyudf_parameter
from pyudf._slots cimport read_slot
from pyudf._types cimport Type


cdef class Entry:
    """A function as its table describes it."""

    @property
    def __name__(self):
        return self.f.name.decode()

    @property
    def __qualname__(self):
        return self._qualname

    @property
    def __module__(self):
        return self._module

    @property
    def __signature__(self):
        return signatures.signature(self)

    @property
    def parameters(self):
        """The parameters, as the table describes them: columns first, then keyword-only options."""
        if self.described is None:
            self.described = self.describe()
        return self.described

    @property
    def parameter_names(self):
        """The names of columns and options."""
        if self.named is None:
            self.named = tuple([parameter.name for parameter in self.parameters])
        return self.named

    @property
    def column_names(self):
        """The names of the columns alone."""
        return self.parameter_names[:self.n_columns]

    cdef tuple describe(self):
        cdef const pyudf_parameter* all_parameters = self.f.parameters + self.n_self
        return tuple(signatures.Parameter(all_parameters[i].name.decode(), all_parameters[i].doc.decode(),
                                          str(self.types[i]), i >= self.n_columns,
                                          default_of(&all_parameters[i], self.types[i]))
                     for i in range(self.n_columns + self.f.n_options))

    @property
    def symbol(self):
        """What the names of its symbols in the library end in, by which engines find it; None where it has none."""
        return None if self.f.symbol == NULL or self.n_self else self.f.symbol.decode()

    @property
    def address(self):
        """Where the table has its entry, for engines that call it there; None for methods, which have an object."""
        return None if self.n_self else <size_t>self.f

    @property
    def result_type(self):
        """Type of a result, as in ``"int64"``."""
        return self.result.plain_name()

    @property
    def is_similarity(self):
        """Whether the higher of two results is the better one."""
        return bool(self.f.flags & PYUDF_SIMILARITY)

    @property
    def is_metric(self):
        """Whether it gives a number for two texts, so that matrices and joins can use it."""
        if self.n_columns < 2 or not (self.types[0].is_text and self.types[1].is_text and self.result.is_number):
            return False
        return all(p.default is not signatures.REQUIRED or p.keyword_only for p in self.parameters[2:])

    cdef str document(self):
        example = None if self.f.example == NULL else self.f.example.decode()
        return signatures.document(self, self.f.doc.decode(), example)


cdef object default_of(const pyudf_parameter* parameter, Type t):
    """The default of a parameter as a Python value."""
    cdef char slot[32]
    if parameter.fallback == NULL:
        return signatures.REQUIRED
    if parameter.fallback.missing:
        return None
    if t.id == PYUDF_STRUCT:
        return read_slot(t, <const char*>parameter.fallback.slot)
    fill_slot(t.c[0], parameter.fallback[0], slot)
    value = read_slot(t, slot)
    return tuple(value) if t.id == PYUDF_LIST and t.c.size else value
