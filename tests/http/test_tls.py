"""A service that speaks TLS itself, with a certificate that is made up for each run."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

import server
from graph.errors import SettingsError
from graph.settings import Neo4jAddress, Settings, Tls
from tests.conftest import reach, serving

NOW = datetime.datetime.now(datetime.UTC)
PASSWORD = "made-up-password"


def made(folder: Path, password: str = "") -> Tls:
    """A certificate for 127.0.0.1, good for an hour, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made up")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(minutes=5))
        .not_valid_after(NOW + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, SHA256())
    )
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    files = Tls(folder / "made-up.pem", folder / "made-up.key", password or None)
    files.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    return files


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_the_service_speaks_tls(
    address: Neo4jAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    tls = made(tmp_path, password)
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.certificate))
    told = {"TLS_CERTIFICATE": str(tls.certificate), "TLS_KEY": str(tls.key)}
    with serving(tmp_path, reach(address) | told | {"TLS_KEY_PASSWORD": password}) as service:
        assert service.url.startswith("https://127.0.0.1:")
        assert service.post("{ __typename }").json() == {"data": {"__typename": "Query"}}
        with pytest.raises(httpx.TransportError):
            httpx.get(service.url.replace("https", "http") + "/livez", timeout=20)
        assert httpx.get(f"{service.url}/livez").status_code == 200


def test_a_key_and_a_certificate_that_do_not_fit(tmp_path: Path) -> None:
    tls, other = made(tmp_path), tmp_path / "other"
    other.mkdir()
    locked = made(other, PASSWORD)
    wrong = (
        Tls(tls.certificate, locked.key, PASSWORD),
        Tls(locked.certificate, locked.key, None),
        Tls(locked.certificate, locked.key, "made up"),
        Tls(tls.key, tls.certificate, None),
        Tls(tmp_path / "nothing.pem", tls.key, None),
    )
    for each in wrong:
        with pytest.raises(SettingsError, match=r"cannot be used: .*Name the certificate"):
            server.listen(Settings(port=0, tls=each))


def test_one_file_is_not_enough() -> None:
    with pytest.raises(SettingsError, match="TLS_KEY is not set"):
        Settings.from_environment({"TLS_CERTIFICATE": "made-up.pem"})
    with pytest.raises(SettingsError, match="TLS_CERTIFICATE is not set"):
        Settings.from_environment({"TLS_KEY": "made-up.key"})


def test_handshakes_that_stand_still_hold_nothing(
    address: Neo4jAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is the beginning of a greeting."""
    tls = made(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.certificate))
    told = {
        "TLS_CERTIFICATE": str(tls.certificate),
        "TLS_KEY": str(tls.key),
        "ROLEGRAPH_REQUEST_S": "2",
    }
    with serving(tmp_path, reach(address) | told) as service, contextlib.ExitStack() as stack:
        host, port = service.url.removeprefix("https://").split(":")
        silent = [
            stack.enter_context(socket.create_connection((host, int(port)), timeout=30))
            for _ in range(50)
        ]
        for each in silent:
            each.sendall(b"\x16\x03\x01\x00")
        trusting = ssl.create_default_context(cafile=str(tls.certificate))
        assert httpx.get(f"{service.url}/livez", verify=trusting, timeout=20).status_code == 200
        for each in silent:
            with contextlib.suppress(ConnectionError):
                assert each.recv(100) == b"", "closed, after two seconds at most"
