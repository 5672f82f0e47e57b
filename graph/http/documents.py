"""Saved questions asked by the hash of their document: `documentId`, after GraphQL over HTTP.

`documentId` is `sha256:` and the hash in hexadecimal; what Apollo's clients send instead
(`extensions.persistedQuery.sha256Hash`) is understood too.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, cast

from graph.addresses.parameters import shown
from graph.addresses.saved import Saved
from graph.http.problems import HttpRefusal


class Documents:
    """The documents that requests may ask; with `only_saved`, no others."""

    def __init__(self, questions: Iterable[Saved], *, only_saved: bool) -> None:
        self._texts = {each.document_id: each.text for each in questions}
        self._only_saved = only_saved

    def text(self, parameters: Mapping[str, Any]) -> str:
        """The document of a request; raise HttpRefusal where there is none."""
        query, id_ = parameters.get("query"), parameters.get("documentId")
        if query is not None and id_ is not None:
            raise HttpRefusal(
                "BAD_REQUEST", "`query` and `documentId` are given. Send one of them."
            )
        if id_ is not None:
            return self._saved(id_)
        hashed = _persisted(parameters.get("extensions"))
        if query is None and hashed is not None:
            text = self._texts.get(f"sha256:{hashed}")
            if text is None:  # clients know this message, and send the document then
                raise HttpRefusal("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
            return text
        if not isinstance(query, str):
            raise HttpRefusal(
                "BAD_REQUEST", "`query` is missing or no text. Send a GraphQL document in it."
            )
        if self._only_saved and document_id(query) not in self._texts:
            raise HttpRefusal(
                "BAD_REQUEST", "Only saved questions are answered here. /q lists them.", status=403
            )
        return query

    def _saved(self, id_: Any) -> str:
        text = self._texts.get(id_) if isinstance(id_, str) else None
        if text is None:
            raise HttpRefusal(
                "BAD_REQUEST",
                f"No saved question has the documentId {shown(id_)}. /q lists them.",
            )
        return text


def document_id(text: str) -> str:
    """The id of a document."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    return f"sha256:{digest.hexdigest()}"


def _persisted(extensions: Any) -> Any:
    """The hash that Apollo's clients send; None where there is none."""
    if not isinstance(extensions, dict):
        return None
    persisted = cast(dict[str, Any], extensions).get("persistedQuery")
    if not isinstance(persisted, dict):
        return None
    return cast(dict[str, Any], persisted).get("sha256Hash", "")
