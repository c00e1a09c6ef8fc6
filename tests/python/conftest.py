"""What the whole suite shares: which pyudf is tested, how hypothesis runs, Python code in a process of its own."""

import importlib
import logging
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_INCLUDE = Path(__file__).resolve().parents[2] / "libcore/include"
_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
# `python -m pytest` puts the current folder first, where the package lies without its compiled parts.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _ROOT]
# The twins are found with every import mode.
if str(_HERE) not in sys.path:
    sys.path.append(str(_HERE))

# What is tested is the Python that runs the tests, whichever environment is activated in the shell.
os.environ.pop("VIRTUAL_ENV", None)

settings.register_profile(
    "suite", deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """Runs Python code in a process of its own, for what may crash, hang, fork or be interrupted."""

    def run(code, timeout=60, check=True):
        paths = [*filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)), str(_HERE)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-c", code],
            cwd=tmp_path_factory.mktemp("process"),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            # Its children too, which may be what hangs.
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            output, errors = process.communicate()
            pytest.fail(f"still running after {timeout} s\n{output}\n{errors}")
        done = subprocess.CompletedProcess(process.args, process.returncode, output, errors)
        if check:
            assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture(scope="session")
def compiled_library(tmp_path_factory):
    """``compiled_library("name")`` compiles libraries/name.cpp and gives the path of the library."""
    made = {}

    def compile_library(name):
        if name not in made:
            place = tmp_path_factory.mktemp("libraries") / f"{name}.so"
            flags = ["-std=c++20", "-O1", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden"]
            flags += os.environ.get("PYUDF_TEST_CXXFLAGS", "").split()
            source = _HERE / "libraries" / f"{name}.cpp"
            compiler = shlex.split(os.environ.get("CXX", "c++"))
            subprocess.run([*compiler, *flags, "-I", _INCLUDE, source, "-o", place], check=True)
            made[name] = place
        return made[name]

    return compile_library


@pytest.fixture(scope="session")
def ship(tmp_path_factory, compiled_library):
    """``ship("name")`` imports libraries/name.cpp as `library_name`, which other processes can import, too."""
    folder = tmp_path_factory.mktemp("packages")

    def import_library(name):
        source = folder / f"library_{name}.py"
        if not source.exists():
            library = str(compiled_library(name))
            source.write_text(f"import pyudf\n\npyudf.load({library!r}, __name__)\n")
            importlib.invalidate_caches()
        return importlib.import_module(source.stem)

    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), *([path] if path else [])])
    sys.path.insert(0, str(folder))
    yield import_library
    sys.path.remove(str(folder))
    os.environ.pop("PYTHONPATH")
    if path:
        os.environ["PYTHONPATH"] = path


@pytest.fixture(scope="session")
def shipped(ship):
    """What workers of engines are tried with."""
    return ship("shipped")


# One of each for the whole session: they are slow to start.


@pytest.fixture(scope="session")
def spark(shipped):
    """Two Python workers."""
    sql = pytest.importorskip("pyspark.sql", reason='needs Spark: pip install "pyudf[spark]"')
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java")
    os.environ["PYSPARK_PYTHON"] = sys.executable  # of the workers, which else is whichever is first in the path
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        # Some batches in each partition.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "2",
    }
    builder = sql.SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
    del os.environ["PYSPARK_PYTHON"]


@pytest.fixture(scope="session")
def dask_client(shipped):
    """Two processes, which import everything afresh."""
    dask = pytest.importorskip("dask", reason='needs Dask: pip install "pyudf[dask]"')
    distributed = pytest.importorskip("distributed")
    with (
        dask.config.set({"distributed.worker.daemon": True}),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as made,
        distributed.Client(made, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def ray_data(shipped):
    """Ray's datasets, on two workers."""
    ray = pytest.importorskip("ray", reason='needs Ray: pip install "pyudf[ray]"')
    data = pytest.importorskip("ray.data")
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        runtime_env={"env_vars": {"PYTHONPATH": os.environ["PYTHONPATH"]}},
    )
    logging.getLogger("ray").setLevel(logging.ERROR)
    data.DataContext.get_current().enable_progress_bars = False
    yield data
    ray.shutdown()
