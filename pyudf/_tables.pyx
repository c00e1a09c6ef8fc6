# cython: language_level=3, boundscheck=False, wraparound=False
# _tables.pyx: whole tables, the built-in one and those of users' libraries, as what Python shows of them.
"""Tables of functions."""
import os

from pyudf import signatures
from pyudf._abi cimport (
    PYUDF_ABI_MAJOR, PYUDF_ABI_MINOR, pyudf_aggregate, pyudf_builtin_table, pyudf_class, pyudf_function, pyudf_table,
)
from pyudf._aggregates cimport adopt_aggregate
from pyudf._core cimport Metric, Udf, adopt
from pyudf._objects cimport make_class
from pyudf._types cimport Space, type_of
from pyudf.overloads import overload

ABI = (PYUDF_ABI_MAJOR, PYUDF_ABI_MINOR)


def metrics(str module):
    """The metrics of the built-in table by name, each with its forms."""
    cdef const pyudf_table* table = pyudf_builtin_table()
    cdef Space space = Space(module)
    cdef Metric metric
    cdef Py_ssize_t i
    entries = {table.functions[i].name.decode(): i for i in range(table.n_functions)}
    found = {}
    for name, at in entries.items():
        if f"{name}_similarity" not in entries:
            continue
        metric = adopt(Metric, &table.functions[at], module, name, space, 0)
        metric.forms = {
            form: adopt(Udf, &table.functions[entries[entry]], module, f"{name}.{form}", space, 0)
            for form in signatures.FORMS
            if (entry := name if form == "distance" else f"{name}_{form}") in entries
        }
        found[name] = metric
    return found


def check_abi(int major, int minor, sizes, str path):
    """Refuses a table that was compiled against other declarations."""
    if major != PYUDF_ABI_MAJOR or sizes != (sizeof(pyudf_function), sizeof(pyudf_aggregate), sizeof(pyudf_class)):
        older = major < PYUDF_ABI_MAJOR or (major == PYUDF_ABI_MAJOR and minor <= PYUDF_ABI_MINOR)
        advice = "build the library again" if older else "upgrade pyudf (pip install -U pyudf)"
        raise ImportError(f"{path} was built for pyudf's ABI {major}.{minor}, this pyudf has {ABI[0]}.{ABI[1]}: the "
                          f"{'library' if older else 'installed pyudf'} is older; {advice}")


def read_head(size_t address, str path):
    """Checks that a library's table is one that we can read; its name and documentation."""
    cdef const pyudf_table* table = <const pyudf_table*>address
    # The version is read first: all else may lie elsewhere in another one.
    if table.abi_major != PYUDF_ABI_MAJOR:
        check_abi(table.abi_major, table.abi_minor, None, path)
    check_abi(table.abi_major, table.abi_minor, (table.function_bytes, table.aggregate_bytes, table.class_bytes), path)
    return table.name.decode(), table.doc.decode()


def read_table(size_t address, str module, str path):
    """What a library's table holds, by name."""
    cdef const pyudf_table* table = <const pyudf_table*>address
    cdef Space space = Space(module, os.path.abspath(path))
    cdef Py_ssize_t i
    functions = {}
    for i in range(table.n_functions):
        name = table.functions[i].name.decode()
        functions.setdefault(name, []).append(adopt(Udf, &table.functions[i], module, name, space, 0))
    groups = [{name: overload(name, entries) for name, entries in functions.items()}]
    groups += [{table.aggregates[i].name.decode(): adopt_aggregate(&table.aggregates[i], module, space)}
               for i in range(table.n_aggregates)]
    groups += [{table.classes[i].name.decode(): make_class(&table.classes[i], module, space)}
               for i in range(table.n_classes)]
    groups += [{cls.__name__: cls} for cls in [type_of(table.types[i], space).cls for i in range(table.n_types)]]
    members = {}
    for group in groups:
        for name, value in group.items():
            if name in members:
                raise ImportError(f"{path}: two things are called {name!r}; give one of them another name, for example "
                                  "with PYUDF_FUNCTION_AS or PYUDF_AGGREGATE_AS")
            members[name] = value
    return members
