"""`python -m cli` is `rolegraph`."""

import os

from cli import ROOT, program

if __name__ == "__main__":
    os.chdir(ROOT)
    program()
