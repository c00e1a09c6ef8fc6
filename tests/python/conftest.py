"""What the whole suite shares: which pyudf is tested, how hypothesis runs."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

# `python -m pytest` puts the current folder first, where the package lies without its compiled parts.
_ROOT = Path(__file__).resolve().parents[2]
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _ROOT]
# The twins are found with every import mode.
if str(Path(__file__).parent) not in sys.path:
    sys.path.append(str(Path(__file__).parent))

settings.register_profile(
    "suite", deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")
