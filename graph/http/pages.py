"""GraphiQL and its static files, built by vite; nothing is fetched from another host."""

from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).with_name("static")
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Monaco writes style elements
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def graphiql(root: str = "") -> Response:
    """The GraphiQL page; `root` is the path that a proxy serves it under."""
    page = STATIC / "graphiql.html"
    if not page.exists():
        return HTMLResponse(
            "<!doctype html><title>Rolegraph</title><p>GraphiQL is not built yet."
            " Run <code>make web</code>, then reload.",
            503,
            SECURITY_HEADERS,
        )
    text = page.read_text("utf-8").replace('"./', f'"{root}/static/')
    return HTMLResponse(text, 200, {**SECURITY_HEADERS, "Cache-Control": "no-cache"})


class StaticPages(StaticFiles):
    """The built files; names carry a hash of the content, so that they may be kept for ever."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        response.headers.update(SECURITY_HEADERS)
        if path.startswith("assets/") and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
