"""The committed files that follow from the declarations: `rolegraph generate` writes them."""

import json
from collections.abc import Mapping

from graphql import print_schema

from graph.mapping.derive import build_schema
from graph.mapping.documents import seed_schema, table
from graph.schema import MODEL
from loaders.sources.seed import file_name


def generated() -> Mapping[str, str]:
    """Content by path from the root of the repository."""
    files = {
        "schema.graphql": print_schema(build_schema(MODEL)) + "\n",
        "docs/graph.md": table(MODEL),
    }
    for kind in MODEL.types:
        name = file_name(kind).replace(".yaml", ".schema.json")
        files[f"seed/schema/{name}"] = json.dumps(seed_schema(kind), indent=2) + "\n"
    return files
