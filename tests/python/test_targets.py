"""Every kind of processor that this one can be taken for gives the same scores."""

import pytest

from pyudf import _core

# Over all widths of lanes, long texts and wide characters, for all metrics and forms; digests of the answers.
PROGRAM = """
import hashlib, random
import numpy as np, pyudf
from pyudf import text
random.seed(7)
letters = "abcdefgh", "abсдежф", "ab한글 \N{GRINNING FACE}"
texts = ["".join(random.choices(random.choice(letters), k=random.randrange(n))) for n in (9, 17, 33, 65, 200) * 40]
for name in text.__all__:
    for form in ("distance", "similarity", "normalized_distance", "normalized_similarity"):
        answers = [pyudf.cdist(texts[:60], texts, name, form=form), pyudf.pdist(texts, name, form=form)]
        answers += pyudf.topk(texts, texts[:90], 3, name, form=form)
        answers += pyudf.topk(texts, texts[:90], 1, name, form=form)
        answers += pyudf.pairs_within(texts, metric=name, form=form, score_cutoff=0.8 if "normal" in form else 3)
        print(name, form, *(hashlib.md5(np.ascontiguousarray(a).tobytes()).hexdigest() for a in answers))
"""


def answers(python, target):
    """What the program prints when it is run for a target."""
    return python(f"import os\nos.environ['PYUDF_TARGET'] = {target!r}\n{PROGRAM}").stdout.splitlines()


@pytest.fixture(scope="module")
def baseline(python):
    return answers(python, "baseline")


@pytest.mark.parametrize("target", _core.targets[1:])
def test_targets_agree(target, baseline, python):
    assert len(baseline) == 40
    assert answers(python, target) == baseline


def test_an_unknown_target_is_told(python):
    done = python("import os\nos.environ['PYUDF_TARGET'] = 'mmx'\nimport pyudf", check=False)
    assert done.returncode == 1
    assert "ImportError: PYUDF_TARGET is 'mmx'" in done.stderr
    assert f"it has {_core.targets[0]}" in done.stderr
