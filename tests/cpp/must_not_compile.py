#!/usr/bin/env python3
"""Runs a compiler on a file that must not compile: its first error must be the sentence that the file expects."""

import os
import re
import subprocess
import sys
from pathlib import Path

MOST = 4  # errors: whoever reads them must not have to look for ours

file, *command = sys.argv[1:]
expected = re.search(r"^// expected: (.+)$", Path(file).read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
done = subprocess.run(
    [*command, "-fsyntax-only", file],
    env={**os.environ, "LC_ALL": "C.UTF-8"},
    capture_output=True,
    encoding="utf-8",
    errors="replace",
    check=False,
)
errors = [line for line in done.stderr.splitlines() if re.search(r"\berror: ", line)]
print(done.stderr)
if done.returncode == 0:
    sys.exit(f"{file} compiles")
if not errors or expected not in errors[0]:
    sys.exit(f"the first error does not say: {expected}")
if len(errors) > MOST:
    sys.exit(f"{len(errors)} errors, which is more than {MOST}")
