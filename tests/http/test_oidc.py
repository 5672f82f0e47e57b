"""JSON Web Tokens of a made-up identity provider, checked by a real service over real HTTP."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from graph.access import Oidc
from graph.errors import SettingsError
from graph.http.oidc import Provider, PublishedKeys, read_keys
from graph.http.problems import HttpRefusal
from graph.settings import Neo4jAddress, Settings
from tests.conftest import Runner, Service, reach, serving

AUDIENCE = "made-up-rolegraph"
KEY = rsa.generate_private_key(65_537, 2_048)
OTHER = rsa.generate_private_key(65_537, 2_048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def published(**more: Any) -> dict[str, Any]:
    """A set of keys as providers publish them, with some that are for nothing here."""
    keys = [
        {**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "made-up-1", "use": "sig"},
        {**ECAlgorithm.to_jwk(CURVE.public_key(), as_dict=True), "kid": "made-up-2"},
        {**RSAAlgorithm.to_jwk(OTHER.public_key(), as_dict=True), "kid": "for-secrets", "use": "enc"},
        {"kty": "oct", "kid": "shared", "k": "bWFkZS11cC1tYWRlLXVwLW1hZGUtdXAtbWFkZS11cA"},
        {"kty": "made-up", "kid": "unknown"},
    ]  # fmt: skip
    return {"keys": [*keys, *more.values()]}


@pytest.fixture
def issuer() -> Iterator[str]:
    """A provider on this machine, which describes itself and its keys."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            found = {
                "/realm/.well-known/openid-configuration": {
                    "issuer": f"{host}/realm", "jwks_uri": f"{host}/keys",
                },
                "/keys": published(),
            }.get(self.path)  # fmt: skip
            self.send_response(200 if found else 302)
            self.send_header("location", f"{host}/keys")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/realm"
    server.shutdown()
    thread.join()
    server.server_close()


def signed(issuer: str, key: Any = KEY, key_id: str = "made-up-1", *, by: str = "RS256", **claims: Any) -> str:  # fmt: skip
    said = {"iss": issuer, "aud": AUDIENCE, "sub": "made-up-anna", "exp": time.time() + 300}
    kept = {name: value for name, value in (said | claims).items() if value is not None}
    return jwt.encode(kept, key, by, {"kid": key_id} if key_id else {})


def ask(service: Service, token: str, path: str = "/q") -> httpx.Response:
    return httpx.get(f"{service.url}{path}", headers={"authorization": f"Bearer {token}"}, timeout=20)  # fmt: skip


def settings_for(issuer: str, **more: str) -> dict[str, str]:
    named = {f"ROLEGRAPH_OIDC_{name.upper()}": value for name, value in more.items()}
    return {
        "ROLEGRAPH_AUTH": "oidc",
        "ROLEGRAPH_OIDC_ISSUER": issuer,
        "ROLEGRAPH_OIDC_AUDIENCE": AUDIENCE,
        **named,
    }


@contextmanager
def service_for(address: Neo4jAddress, home: Path, issuer: str, **more: str) -> Iterator[Service]:
    with serving(home, {**reach(address), **settings_for(issuer, **more)}) as service:
        yield service


def test_who_has_a_token_of_the_provider_may_read(
    address: Neo4jAddress, tmp_path: Path, issuer: str
) -> None:
    with service_for(address, tmp_path, issuer) as service:
        assert ask(service, signed(issuer)).status_code == 200
        assert ask(service, signed(issuer, CURVE, "made-up-2", by="ES256")).status_code == 200
        assert ask(service, signed(issuer, by="PS512")).status_code == 200
        assert ask(service, signed(issuer, aud=["made-up", AUDIENCE])).status_code == 200
        found = ask(service, signed(issuer), "/metrics")
        assert (found.status_code, found.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")  # fmt: skip
        assert found.json()["errors"][0]["message"].startswith("made-up-anna may not do this")
        assert httpx.get(f"{service.url}/livez").status_code == 200
        assert httpx.get(f"{service.url}/q").status_code == 401
        found = ask(service, signed(issuer, exp=time.time() - 60))
        assert found.status_code == 401
        assert found.json()["errors"][0]["message"].endswith("Its time is over. Sign in again.")
        assert found.headers["www-authenticate"].endswith('error="invalid_token"')


def test_a_claim_says_what_somebody_may(address: Neo4jAddress, tmp_path: Path, issuer: str) -> None:
    with service_for(address, tmp_path, issuer, scopes="roles", name="email") as service:
        may = {"email": "anna@made-up.example"}
        counts = signed(issuer, roles=["rolegraph:metrics", 7], **may)
        assert ask(service, counts, "/metrics").status_code == 200
        assert ask(service, counts).status_code == 403
        assert ask(service, signed(issuer, roles="openid read", **may)).status_code == 200
        for nothing in (None, [], "reader", {"read": True}, 7):
            found = ask(service, signed(issuer, roles=nothing, **may))
            assert found.status_code == 403, nothing
        found = ask(service, signed(issuer, roles="read"))
        assert found.status_code == 401 and "`email`" in found.text


def provider(tmp_path: Path, issuer: str = "https://made-up.example") -> Provider:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(published()))
    return Provider.opened(Oidc(issuer, AUDIENCE, str(file)))


def hmac_with_public_key(issuer: str) -> str:
    """The usual forgery: what everybody can read is taken for a secret."""
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header, body, _ = signed(issuer, "made-up-" * 5, by="HS256").split(".")
    mac = hmac.digest(public, f"{header}.{body}".encode(), "sha256")
    return f"{header}.{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


WRONG: dict[str, tuple[Callable[[str], str], str]] = {
    "no token": (lambda _: "made-up", "no JSON Web Token"),
    "not signed": (lambda i: jwt.encode({"iss": i, "aud": AUDIENCE}, "", "none", {"kid": "made-up-1"}), "not accepted"),
    "a public key as secret": (hmac_with_public_key, "not accepted"),
    "a shared secret": (lambda i: signed(i, "made-up-" * 5, "shared", by="HS256"), "key that is not known"),
    "a key for secrets": (lambda i: signed(i, OTHER, "for-secrets"), "key that is not known"),
    "an unknown key": (lambda i: signed(i, OTHER, "made-up-9"), "key that is not known"),
    "no key named": (lambda i: signed(i, KEY, ""), "key that is not known"),
    "another key": (lambda i: signed(i, OTHER), "signature is wrong"),
    "a curve for RSA": (lambda i: signed(i, CURVE, by="ES256"), "damaged"),
    "damaged": (lambda i: signed(i)[:-4] + "AAAA", "signature is wrong"),
    "another issuer": (lambda i: signed("https://other.example"), "another provider's"),
    "another audience": (lambda i: signed(i, aud="other"), "another service"),
    "no audience": (lambda i: signed(i, aud=None), "has to say iss, aud and exp"),
    "no end": (lambda i: signed(i, exp=None), "has to say iss, aud and exp"),
    "over": (lambda i: signed(i, exp=time.time() - 40), "time is over"),
    "too early": (lambda i: signed(i, nbf=time.time() + 90), "not come yet"),
    "nobody": (lambda i: signed(i, sub=None), "does not say who asks"),
    "blank": (lambda i: signed(i, sub=" "), "does not say who asks"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "words"), WRONG.values(), ids=WRONG.keys())
def test_no_other_token_is_believed(
    tmp_path: Path, run: Runner, make: Callable[[str], str], words: str
) -> None:
    with pytest.raises(HttpRefusal) as told:
        run(provider(tmp_path).caller(make("https://made-up.example")))
    assert (told.value.code, told.value.status) == ("UNAUTHENTICATED", 401)
    assert words in told.value.message


def test_clocks_may_be_a_little_apart(tmp_path: Path, run: Runner) -> None:
    token = signed("https://made-up.example", exp=time.time() - 10, nbf=time.time() + 10)
    found = run(provider(tmp_path).caller(token))
    assert (found.name, found.may) == ("made-up-anna", {"read"})


def test_keys_are_read_again_but_not_for_each_unknown_one(run: Runner, issuer: str) -> None:
    asked: list[float] = []

    def read() -> Any:
        asked.append(time.monotonic())
        return read_keys(Oidc(issuer, AUDIENCE))

    keys = PublishedKeys(read, issuer)

    async def find(key_id: str) -> object:
        try:
            return await keys.find(key_id)
        except HttpRefusal as error:
            return error.code

    for number in range(20):
        assert run(find(f"made-up-unknown-{number}")) == "UNAUTHENTICATED"
    assert run(find("made-up-1")) is run(find("made-up-1"))
    assert len(asked) == 1
    keys._tried_at -= 60  # a while later
    assert run(find("made-up-unknown")) == "UNAUTHENTICATED"
    assert len(asked) == 2


def test_a_provider_that_cannot_be_asked(run: Runner) -> None:
    """Nobody is known, which is not the caller's fault; keys that were read stay good."""

    def fails() -> Any:
        raise ConnectionRefusedError("made up")

    keys = PublishedKeys(fails, "made up")
    with pytest.raises(HttpRefusal, match="cannot be read now") as told:
        run(keys.find("made-up-1"))
    assert (told.value.code, told.value.status) == ("IDENTITY_UNAVAILABLE", 503)
    keys._keys = {"made-up-1": "kept"}  # type: ignore[dict-item]
    keys._tried_at = keys._read_at = time.monotonic() - 3_600
    assert run(keys.find("made-up-1")) == "kept"


def test_a_description_that_leads_elsewhere_is_not_followed(issuer: str) -> None:
    with pytest.raises(ValueError, match="describes another issuer"):
        read_keys(Oidc(issuer + "/", AUDIENCE))
    with pytest.raises(OSError, match="302"):
        read_keys(Oidc("https://made-up.example", AUDIENCE, issuer.replace("realm", "elsewhere")))
    with pytest.raises(ValueError, match="no https address"):
        read_keys(Oidc("https://made-up.example", AUDIENCE, "http://made-up.example/keys"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ROLEGRAPH_OIDC_ISSUER": ""}, "ROLEGRAPH_OIDC_ISSUER is not set"),
        ({"ROLEGRAPH_OIDC_AUDIENCE": " "}, "ROLEGRAPH_OIDC_AUDIENCE is not set"),
        ({"ROLEGRAPH_OIDC_ISSUER": "http://made-up.example"}, "ROLEGRAPH_OIDC_ISSUER is 'http:"),
        ({"ROLEGRAPH_OIDC_KEYS": "ftp://made-up.example"}, "ROLEGRAPH_OIDC_KEYS is 'ftp:"),
        ({"ROLEGRAPH_DEBUG": "1"}, "ROLEGRAPH_AUTH is oidc"),
    ],
)
def test_settings_that_cannot_be(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Settings.from_environment(settings_for("https://made-up.example") | wrong)


PRIVATE = {**RSAAlgorithm.to_jwk(KEY, as_dict=True), "kid": "made-up-1"}


@pytest.mark.parametrize(
    "text",
    ["", "made up", "{}", json.dumps({"keys": [PRIVATE]}), '{"keys": [{"kty": "oct", "k": "YQ"}]}'],
)
def test_a_file_of_keys_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.json"
    with pytest.raises(SettingsError, match=f"ROLEGRAPH_OIDC_KEYS is {file}"):
        Provider.opened(Oidc("https://made-up.example", AUDIENCE, str(file)))
    file.write_text(text)
    with pytest.raises(SettingsError, match="Name the provider's JSON Web Key Set"):
        Provider.opened(Oidc("https://made-up.example", AUDIENCE, str(file)))
