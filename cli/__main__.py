"""`python -m cli` is `rolegraph`."""

import os

from cli import program
from cli.places import ROOT

if __name__ == "__main__":
    os.chdir(ROOT)
    program()
