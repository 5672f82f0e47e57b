"""Where the checkout, or the wheel's folder, and what comes with it are."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
SEED = ROOT / "seed"
