"""Typed clients are made of the schema, and programs that use them are type-checked.

`tests/clients` has the documents, the programs and what they need, which `make clients` installs.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, parse, print_ast

from tests.conftest import ROOT
from web.build import node_folder

CLIENTS = ROOT / "tests" / "clients"
MODULES = CLIENTS / "node_modules"
PYTHON = CLIENTS / ".venv"
SDL = ROOT / "schema.graphql"
DOCUMENTS = (*ROOT.glob("questions/*.graphql"), *CLIENTS.glob("documents/*.graphql"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty project with our documents."""
    assert (PYTHON / "installed").exists(), "run `make clients` first"
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "documents").mkdir()
    for document in DOCUMENTS:
        (tmp_path / "documents" / document.name).write_text(document.read_text())
    return tmp_path


def run(folder: Path, *command: str | Path) -> None:
    """Run a program in a folder; what it says of a failure is the test's."""
    environment = os.environ | {"CI": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def run_node(folder: Path, script: str, *arguments: str) -> None:
    run(folder, node_folder() / "node", MODULES / script, *arguments)


def check_types(folder: Path, files: Sequence[str]) -> None:
    """Type-check programs in TypeScript, and what they import."""
    options = {
        "strict": True,
        "noEmit": True,
        "target": "es2022",
        "lib": ["es2022", "dom"],
        "module": "esnext",
        "moduleResolution": "bundler",
        "verbatimModuleSyntax": True,
        "types": [],
    }
    write(folder / "tsconfig.json", {"compilerOptions": options, "files": files})
    run_node(folder, "typescript/bin/tsc", "--project", ".")


def write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content))


def use(folder: Path, name: str) -> None:
    (folder / name).write_text((CLIENTS / name).read_text())


def test_a_client_in_python(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        f"[tool.ariadne-codegen]\nschema_path = '{SDL}'\nqueries_path = 'documents'\n"
        "target_package_name = 'client'\n"
        "scalars = {Date = {type = 'str'}}\n"
    )
    run(folder, PYTHON / "bin" / "ariadne-codegen")
    use(folder, "use.py")
    # Its own file, the same for all schemas, which wants another package for its types.
    settings = {"ignore": ["client/async_base_client.py"], "strict": ["use.py"]}
    write(folder / "pyrightconfig.json", settings)
    run(folder, sys.executable, "-m", "pyright", "--pythonpath", PYTHON / "bin" / "python")


def test_types_in_typescript(folder: Path) -> None:
    config = {
        "scalars": {"Date": "string"},
        "strictScalars": True,
        "enumsAsTypes": True,
        "onlyOperationTypes": True,
        "avoidOptionals": {"field": True},
        "useTypeImports": True,
    }
    plugins = ["typescript", "typescript-operations", "typed-document-node"]
    outputs = {"graphql.ts": {"plugins": plugins, "config": config}}
    settings = {"schema": str(SDL), "documents": "documents/*.graphql", "generates": outputs}
    write(folder / "codegen.json", settings)
    run_node(folder, "@graphql-codegen/cli/cjs/bin.js", "--config", "codegen.json")
    use(folder, "use.ts")
    check_types(folder, ["use.ts"])


def test_artifacts_of_relay(folder: Path) -> None:
    """Each operation stands in a file of its own, as Relay wants it."""
    for document in DOCUMENTS:
        (operation,) = parse(document.read_text()).definitions
        assert isinstance(operation, OperationDefinitionNode)
        assert operation.name
        tagged = f"graphql`{print_ast(operation)}`"
        text = f'import {{ graphql }} from "relay-runtime";\nexport const question = {tagged};\n'
        (folder / f"{operation.name.value}.ts").write_text(text)
    use(folder, "relay.ts")
    (folder / "schema.graphql").write_text(SDL.read_text())
    (folder / "__generated__").mkdir()
    settings = {
        "src": ".",
        "schema": "schema.graphql",
        "language": "typescript",
        "artifactDirectory": "__generated__",
        "customScalarTypes": {"Date": "string"},
    }
    write(folder / "relay.config.json", settings)
    run_node(folder, "relay-compiler/cli.js", "relay.config.json")
    check_types(folder, ["relay.ts"])
