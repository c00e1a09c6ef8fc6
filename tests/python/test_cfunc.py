"""Functions of columns from C function pointers: every type and order, each library that makes them, refusals."""

import ctypes
import gc
import inspect
import os
import pickle
import subprocess
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyudf

# type -> ctypes' name of it, values at the edges
TYPES = {
    "bool": (ctypes.c_bool, [False, True]),
    **{
        f"{kind}{bits}": (getattr(ctypes, f"c_{kind}{bits}"), [int(np.iinfo(f"{kind}{bits}").min), 0, 1, high])
        for kind in ("int", "uint")
        for bits in (8, 16, 32, 64)
        for high in [int(np.iinfo(f"{kind}{bits}").max)]
    },
    "float32": (ctypes.c_float, [-1.5, 0.0, float("inf"), 2.0**-149]),
    "float64": (ctypes.c_double, [-1.5, 0.0, float("-inf"), 5e-324]),
}


@pytest.fixture(scope="session")
def c(tmp_path_factory):
    source = Path(__file__).with_name("libraries") / "foreign.c"
    place = tmp_path_factory.mktemp("foreign") / "foreign.so"
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
    subprocess.run([os.environ.get("CC", "cc"), *flags, source, "-o", place], check=True)
    return ctypes.CDLL(str(place))


def typed(function, result, *parameters):
    """A ctypes function that knows its types."""
    again = ctypes.CFUNCTYPE(result, *parameters)(ctypes.cast(function, ctypes.c_void_p).value)
    again.keep = function
    return again


# --- calls ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TYPES)
def test_each_type_comes_back(c, name):
    _, values = TYPES[name]
    f = pyudf.from_cfunc(getattr(c, f"same_{name}"), f"{name}({name})")
    assert f.result_type == name
    for value in values:
        found = f(value)
        assert found == value
        assert type(found) is type(value)
    column = np.array(values * 200, name)
    found = f(column)
    assert found.dtype == name
    np.testing.assert_array_equal(found, column)
    np.testing.assert_array_equal(f(column[::-3]), column[::-3])


@given(
    st.lists(
        st.tuples(
            st.integers(-128, 127),
            st.floats(-1e3, 1e3),
            st.integers(0, 2**16 - 1),
            st.floats(-1e3, 1e3, width=32),
            st.booleans(),
            st.integers(-(2**31), 2**31),
            st.floats(-1e3, 1e3, width=32),
            st.integers(0, 2**32 - 1),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_types_in_any_order(c, rows):
    f = pyudf.from_cfunc(c.mixed, "double(int8_t, double, uint16_t, float, bool, int64_t, float, uint32_t)")
    dtypes = ("int8", "float64", "uint16", "float32", "bool", "int64", "float32", "uint32")
    c.mixed.restype = ctypes.c_double
    c.mixed.argtypes = [TYPES[name][0] for name in dtypes]
    expected = [c.mixed(*row) for row in rows]
    c.mixed.argtypes = None
    columns = [np.array(column, dtype) for column, dtype in zip(zip(*rows, strict=True), dtypes, strict=True)]
    assert f(*columns).tolist() == expected
    assert f(*rows[0]) == expected[0]
    assert f(columns[0], *rows[0][1:]).shape == (len(rows),)


def test_small_integers_fill_the_register(c):
    f = pyudf.from_cfunc(c.widened, "int64(int8, uint8, int16)")
    assert f(-1, 255, -1) == -1000000 + 255000 - 1
    assert f(np.int8([-1]), np.uint8([255]), np.int16([-32768])).tolist() == [-1000000 + 255000 - 32768]


def test_arrays_broadcast_and_are_strided(c):
    f = pyudf.from_cfunc(c.scale, "double(double, double)")
    x, factor = np.arange(6.0).reshape(2, 3), np.array([10.0, 20.0, 30.0])
    np.testing.assert_array_equal(f(x, factor), x * factor)
    np.testing.assert_array_equal(f(x[:, ::2], 2.0), x[:, ::2] * 2)
    np.testing.assert_array_equal(f(x.T, x.T), x.T**2)
    np.testing.assert_array_equal(f.outer(factor, [1.0, 2.0]), np.outer(factor, [1, 2]))
    assert f(np.empty(0), 1.0).shape == (0,)


@pytest.mark.parametrize("workers", [1, 2, None])
def test_many_rows(c, workers):
    f = pyudf.from_cfunc(c.scale, "double(double, double)")
    x = np.random.default_rng(0).random(1_000_003)
    out = np.empty_like(x)
    assert f(x, 3.0, workers=workers, out=out) is out
    np.testing.assert_array_equal(out, x * 3)


def test_missing_values_are_left_out(c):
    f = pyudf.from_cfunc(c.scale, "double(double, double)")
    assert f(pa.array([1.0, None, 3.0]), 2.0).to_pylist() == [2.0, None, 6.0]
    found = f(pd.Series([1.0, np.nan], index=["a", "b"]), 2.0)
    assert found.index.tolist() == ["a", "b"]
    assert found["a"] == 2.0
    assert pd.isna(found["b"])


def test_a_function_without_parameters(c):
    assert pyudf.from_cfunc(c.answer, "int32()")() == 42
    assert pyudf.from_cfunc(c.answer, "int(void)")() == 42


# --- what describes the function --------------------------------------------------------------------------------------


def test_it_describes_itself(c):
    f = pyudf.from_cfunc(c.scale, "float64(float64 x, float64 factor)", name="times")
    assert f.__name__ == "times"
    assert list(inspect.signature(f).parameters)[:2] == ["x", "factor"]
    assert f(x=2.0, factor=3.0) == 6.0
    assert "The C function times: float64(float64, float64)." in f.__doc__
    assert "factor : float" in f.__doc__
    assert [p.name for p in pyudf.from_cfunc(c.scale, "double(double, double)").parameters] == ["x", "y"]
    assert [p.name for p in pyudf.from_cfunc(c.mixed, "f8(i1, f8, u2, f4, b1, i8, f4, u4)").parameters][-1] == "x8"
    assert pyudf.from_cfunc(c.scale, "double(double, double)").__name__ == "scale"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("double(double, int)", "float64 float64 int32"),
        ("float( float x , const unsigned long long int n)", "float32 float32 uint64"),
        ("long long(short, unsigned short int, signed char, unsigned char)", "int64 int16 uint16 int8 uint8"),
        ("size_t(size_t n, unsigned)", "uint64 uint64 uint32"),
        ("uint8_t(uint8, u1, boolean, _Bool)", "uint8 uint8 uint8 bool bool"),
        ("int64(long)", f"int64 int{8 * ctypes.sizeof(ctypes.c_long)}"),
        ("f8(f4, i8) nogil", "float64 float32 int64"),
    ],
)
def test_signatures_as_they_are_written(c, written, meant):
    f = pyudf.from_cfunc(c.scale, written)
    assert [f.result_type, *(p.type for p in f.parameters)] == meant.split()


@pytest.mark.parametrize(
    "written",
    [
        "double",
        "double(",
        "double(double))",
        "double(text)",
        "double(char)",
        "double(long double)",
        "double(double *)",
        "double(double x y)",
        "double(double,)",
        "void(double)",
        "double f(double)",
        "double(double x, double x)",
        "long long long(int)",
        "unsigned double(int)",
        "double(...)",
        "float16(float16)",
    ],
)
def test_signatures_that_cannot_be_read(c, written):
    with pytest.raises(ValueError, match="signature"):
        pyudf.from_cfunc(c.scale, written)


# --- where functions come from ----------------------------------------------------------------------------------------


def test_ctypes(c):
    known = typed(c.scale, ctypes.c_double, ctypes.c_double, ctypes.c_double)
    assert pyudf.from_cfunc(known)(2.0, 3.0) == 6.0
    assert pyudf.from_cfunc(known, "double(double, double)")(2.0, 3.0) == 6.0
    with pytest.raises(TypeError, match=r"signature says float64\(float64\), the function itself says"):
        pyudf.from_cfunc(known, "double(double)")
    with pytest.raises(TypeError, match="does not say its types"):
        pyudf.from_cfunc(c.scale)
    with pytest.raises(TypeError, match="is no number"):
        pyudf.from_cfunc(typed(c.of_pointer, ctypes.c_double, ctypes.POINTER(ctypes.c_double)))
    with pytest.raises(TypeError, match="None is no number"):
        pyudf.from_cfunc(typed(c.of_nothing, None, ctypes.c_double))
    with pytest.raises(TypeError, match="GIL"):
        pyudf.from_cfunc(ctypes.pythonapi.PyLong_FromLong, "int64(int64)")


def test_ctypes_callbacks_run_python_on_every_thread():
    callback = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(lambda x: 2 * x)
    f = pyudf.from_cfunc(callback)
    x = np.arange(20_000.0)
    np.testing.assert_array_equal(f(x, workers=2), 2 * x)


def test_an_address(c):
    address = ctypes.cast(c.scale, ctypes.c_void_p).value
    assert pyudf.from_cfunc(address, "double(double, double)")(2.0, 3.0) == 6.0
    assert pyudf.from_cfunc(np.uint64(address), "double(double, double)")(2.0, 3.0) == 6.0
    with pytest.raises(TypeError, match="does not say its types"):
        pyudf.from_cfunc(address)


def test_numba():
    numba = pytest.importorskip("numba")

    @numba.cfunc("float64(float64, int32, boolean)")
    def shifted(x, by, really):
        """Moved by so much.

        Or not.
        """
        return x + by if really else x

    f = pyudf.from_cfunc(shifted)
    assert f.__name__ == "shifted"
    assert [(p.name, p.type) for p in f.parameters] == [("x", "float64"), ("by", "int32"), ("really", "bool")]
    assert f.__doc__.startswith("Moved by so much.\n\nParameters")
    assert f(1.5, 2, True) == 3.5
    assert f([1.5, 2.5], 2, [True, False]).tolist() == [3.5, 2.5]
    with pytest.raises(TypeError, match="the function itself says"):
        pyudf.from_cfunc(shifted, "float64(float64, int64, boolean)")


@pytest.mark.parametrize("name", TYPES)
def test_numba_gives_each_type(name):
    numba = pytest.importorskip("numba")
    _, values = TYPES[name]
    f = pyudf.from_cfunc(numba.cfunc(f"{name}({name})")(lambda x: x))
    np.testing.assert_array_equal(f(np.array(values, name)), np.array(values, name))


def test_a_truth_value_from_numba():
    numba = pytest.importorskip("numba")
    f = pyudf.from_cfunc(numba.cfunc("boolean(int64)")(lambda x: (x & 1) != 0))
    assert f([0, 1, 2, 257, -1]).tolist() == [False, True, False, True, True]


def test_the_function_lives_as_long_as_it_is_used():
    numba = pytest.importorskip("numba")
    made = numba.cfunc("float64(float64)")(lambda x: x + 1)
    watched = weakref.ref(made)
    f = pyudf.from_cfunc(made)
    del made
    gc.collect()
    assert watched() is not None
    assert f(1.0) == 2.0
    del f
    gc.collect()
    assert watched() is None


def test_cffi():
    cffi = pytest.importorskip("cffi")
    ffi = cffi.FFI()
    ffi.cdef(
        "int abs(int); double ldexp(double, int); int printf(const char*, ...); double strtod(const char*, char**);"
    )
    lib = ffi.dlopen(None)
    assert pyudf.from_cfunc(lib.abs)([-1, 2]).tolist() == [1, 2]
    assert pyudf.from_cfunc(lib.ldexp)(1.5, 3) == 12.0
    callback = ffi.callback("double(double)", lambda x: x / 2)
    assert pyudf.from_cfunc(callback)(3.0) == 1.5
    with pytest.raises(TypeError, match="any number of arguments"):
        pyudf.from_cfunc(lib.printf)
    with pytest.raises(ValueError, match="is no type of a number"):
        pyudf.from_cfunc(lib.strtod)
    with pytest.raises(TypeError, match="no pointer to a function"):
        pyudf.from_cfunc(ffi.new("double*"))


def test_scipy(c):
    scipy = pytest.importorskip("scipy")
    known = typed(c.scale, ctypes.c_double, ctypes.c_double, ctypes.c_double)
    assert pyudf.from_cfunc(scipy.LowLevelCallable(known))(2.0, 3.0) == 6.0
    with pytest.raises(TypeError, match="the function itself says"):
        pyudf.from_cfunc(scipy.LowLevelCallable(known), "double(double)")


def test_scipys_user_data_is_no_column(c):
    scipy = pytest.importorskip("scipy")
    data = ctypes.c_double(40)
    with_data = typed(c.with_data, ctypes.c_double, ctypes.c_double, ctypes.c_void_p)
    pointer = ctypes.cast(ctypes.pointer(data), ctypes.c_void_p)
    f = pyudf.from_cfunc(scipy.LowLevelCallable(with_data, pointer))
    assert [p.name for p in f.parameters] == ["x"]
    assert f([1.0, 2.0]).tolist() == [41.0, 42.0]


def test_cythons_functions():
    special = pytest.importorskip("scipy.special")
    scipy = pytest.importorskip("scipy")
    from scipy.special import cython_special

    x = np.linspace(0, 5, 7)
    f = pyudf.from_cfunc(scipy.LowLevelCallable.from_cython(cython_special, "j1"))
    np.testing.assert_array_equal(f(x), special.j1(x))
    np.testing.assert_array_equal(pyudf.from_cfunc(cython_special.__pyx_capi__["j1"])(x), special.j1(x))


# --- what is refused --------------------------------------------------------------------------------------------------


def test_null_is_refused():
    for null in (0, ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)()):
        with pytest.raises(ValueError, match="NULL"):
            pyudf.from_cfunc(null, "double(double)")


@pytest.mark.parametrize("obj", [None, True, 1.5, "abs", b"abs", len, lambda x: x, object(), [1]])
def test_what_is_no_function_is_refused(obj):
    with pytest.raises(TypeError, match="expected a C function or its address"):
        pyudf.from_cfunc(obj, "double(double)")


def test_what_else_is_refused(c):
    with pytest.raises(ValueError, match="is no address"):
        pyudf.from_cfunc(-1, "double(double)")
    with pytest.raises(TypeError, match="signature must be text"):
        pyudf.from_cfunc(c.scale, 5)
    with pytest.raises(ValueError, match="must be an identifier"):
        pyudf.from_cfunc(c.scale, "double(double, double)", name="a b")
    with pytest.raises(ValueError, match="up to 6 integers and 8 floats"):
        pyudf.from_cfunc(c.scale, f"double({', '.join(['int'] * 7)})")
    with pytest.raises(ValueError, match="up to 6 integers and 8 floats"):
        pyudf.from_cfunc(c.scale, f"double({', '.join(['double'] * 9)})")


def test_arguments_of_other_types_are_refused(c):
    f = pyudf.from_cfunc(c.same_int8, "int8(int8)")
    with pytest.raises(OverflowError):
        f(128)
    with pytest.raises(TypeError):
        f("a")
    with pytest.raises(TypeError):
        f(["a"])


def test_it_cannot_be_pickled(c):
    f = pyudf.from_cfunc(c.scale, "double(double, double)")
    with pytest.raises(TypeError, match=r"cannot be pickled.*pyudf\.compile"):
        pickle.dumps(f)
