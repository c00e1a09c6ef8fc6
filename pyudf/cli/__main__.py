"""Entry of the command line: finds the command, runs it, turns what happens into an exit status."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Any

from .. import headers
from ..building import BuildError

# One module of this folder each, with SUMMARY, EPILOG, add_arguments(parser) and run(args) -> exit status.
COMMANDS = ("new", "develop", "build", "doctor", "match", "logs")

# Options that print one folder, for build files and shells.
FOLDERS = (
    ("--include-dir", headers.get_include, "print the folder of the C++ headers, and end"),
    ("--cmake-dir", headers.get_cmake_dir, "print what CMake takes as pyudf_DIR, and end"),
    ("--pkgconfig-dir", headers.get_pkgconfig_dir, "print what to add to PKG_CONFIG_PATH, and end"),
)

# What a command may raise because of its input or its surroundings; anything else is a bug and shows its traceback.
FAILURES = (
    BuildError,
    ImportError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    OverflowError,
    TypeError,
    ValueError,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 the work failed, 2 wrong usage, 130 stopped by Ctrl-C."""
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(args)
        return status
    except KeyboardInterrupt:
        _say(args.command, "stopped")
        return 130
    except BrokenPipeError:
        return 1  # whoever read the output has had enough
    except FAILURES as error:
        _say(args.command, _one_line(error))
        return 1


class _PrintFolder(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(self.const())
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pyudf", description="User-defined functions on columns of text.")
    parser.add_argument("--version", action="version", version=f"pyudf {_version()}")
    for option, folder, purpose in FOLDERS:
        parser.add_argument(option, action=_PrintFolder, nargs=0, const=folder, help=purpose)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"pyudf.cli.{name}")
        command = commands.add_parser(
            name,
            help=module.SUMMARY,
            description=module.SUMMARY[0].upper() + module.SUMMARY[1:] + ".",
            epilog=module.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run, parser=command)
    return parser


def _version() -> str:
    try:
        return metadata.version("pyudf")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _say(command: str, message: str) -> None:
    print(f"pyudf {command}: {message}", file=sys.stderr)


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        text = f"{error.filename}: {error.strerror}"
    elif isinstance(error, KeyError) and error.args:
        text = str(error.args[0])
    else:
        text = str(error) or type(error).__name__
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main())
