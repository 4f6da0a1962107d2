"""Tokens in production's settings: signatures count. Only the key server is ours."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt

PROJECT = "travvy-production"
INVOKER = f"travvy-invoker@{PROJECT}.iam.gserviceaccount.com"
FUNCTIONS = "https://functions.example"


class Key:
    """An RSA key with a certificate, as Google publishes them."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL)
        self.private = key.private_bytes(*form, serialization.NoEncryption()).decode()
        self.certificate = certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, claims: dict) -> str:
        signer = crypt.RSASigner.from_string(self.private, "k1")
        return jwt.encode(signer, {name: value for name, value in claims.items() if value is not None}).decode()


@pytest.fixture(scope="module")
def key() -> Key:
    return Key()


@pytest.fixture(scope="module")
def stranger() -> Key:
    return Key()


@pytest.fixture(scope="module")
def production(key, tmp_path_factory, start_sample) -> Iterator:
    class Certificates(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"k1": key.certificate}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Cache-Control", "public, max-age=3600")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format, *arguments):
            """Tests are quiet."""

    account = tmp_path_factory.mktemp("credentials") / "account.json"
    email = f"server@{PROJECT}.iam.gserviceaccount.com"
    fields = {"type": "service_account", "project_id": PROJECT, "client_email": email, "private_key": key.private}
    account.write_text(json.dumps(fields | {"token_uri": "http://127.0.0.1:1/token"}))
    with ThreadingHTTPServer(("127.0.0.1", 0), Certificates) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        environment = {
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "GOOGLE_APPLICATION_CREDENTIALS": str(account),
            "CERTIFICATES_URL": f"http://127.0.0.1:{server.server_address[1]}/",
            "TRAVVY_FUNCTIONS_URL": FUNCTIONS,
            "TRAVVY_APP_CHECK_REQUIRED": "off",
            "TRAVVY_CORS_ORIGINS": "https://app.example https://other.example",
        }
        with start_sample(environment) as sample:
            yield sample
        server.shutdown()


def person(**changes) -> dict:
    now = int(time.time())
    claims = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "sub": "anna",
        "iat": now - 10,
        "exp": now + 600,
        "auth_time": now - 10,
    }
    return claims | changes


def service(name: str, **changes) -> dict:
    now = int(time.time())
    claims = {
        "iss": "https://accounts.google.com",
        "aud": f"{FUNCTIONS}/{name}",
        "email": INVOKER,
        "email_verified": True,
        "iat": now - 10,
        "exp": now + 600,
    }
    return claims | changes


def reason(answer) -> str:
    assert answer.status_code == 401
    return answer.json()["error"]["details"]["reason"]


def test_signed_id_token(production, key):
    answer = production.call("echo-whoami", token=key.sign(person()))
    assert answer.json() == {"result": {"uid": "anna", "admin": False}}


def test_id_token_signed_by_somebody_else(production, stranger):
    assert reason(production.call("echo-whoami", token=stranger.sign(person()))) == "TOKEN_INVALID"


@pytest.mark.parametrize("ending", ["", "."])
def test_unsigned_id_token(production, key, ending):
    unsigned = "eyJhbGciOiJub25lIn0." + key.sign(person()).split(".")[1] + ending
    assert reason(production.call("echo-whoami", token=unsigned)) == "TOKEN_INVALID"


def test_tampered_id_token(production, key):
    header, _, signature = key.sign(person()).split(".")
    claims = key.sign(person(admin=True)).split(".")[1]
    assert reason(production.call("echo-admin", token=f"{header}.{claims}.{signature}")) == "TOKEN_INVALID"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"exp": int(time.time()) - 60}, "TOKEN_EXPIRED"),
        ({"iat": int(time.time()) + 600}, "TOKEN_INVALID"),
        ({"aud": "other"}, "TOKEN_INVALID"),
        ({"iss": "https://securetoken.google.com/other"}, "TOKEN_INVALID"),
        ({"sub": None}, "TOKEN_INVALID"),
    ],
)
def test_signed_id_token_with_wrong_claims(production, key, changes, expected):
    assert reason(production.call("echo-whoami", token=key.sign(person(**changes)))) == expected


@pytest.mark.parametrize("name", ["task-work", "note-keep", "clock-tick"])
class TestServices:
    def test_others_are_refused(self, production, key, stranger, name):
        for bearer in (
            stranger.sign(service(name)),
            key.sign(service(name, aud=f"{FUNCTIONS}/other")),
            key.sign(service(name, email="else@example.com")),
            key.sign(service(name, iss="https://elsewhere")),
            key.sign(service(name, exp=int(time.time()) - 60)),
            "eyJhbGciOiJub25lIn0." + key.sign(service(name)).split(".")[1] + ".",
            key.sign(service(name)).rsplit(".", 1)[0] + ".SIGNATURE_REMOVED_BY_GOOGLE",
        ):
            answer = production.send("POST", name, json={}, headers={"Authorization": f"Bearer {bearer}"})
            assert reason(answer) == "TOKEN_INVALID"


def test_signed_service_token(production, key):
    headers = {"Authorization": f"Bearer {key.sign(service('task-work'))}"}
    assert production.send("POST", "task-work", json={}, headers=headers).status_code == 200


def test_only_configured_pages_may_read_answers(production):
    named = production.call("echo-say", {}, Origin="https://app.example")
    assert named.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert named.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in production.call("echo-say", {}, Origin="https://evil.example").headers


def test_platform_may_have_checked_the_signature(key, start_sample):
    """Cloud Run replaces the signature it has verified; that is believed only where the deployment says so."""
    environment = {
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "TRAVVY_FUNCTIONS_URL": FUNCTIONS,
        "TRAVVY_OIDC_CHECKED_BY_PLATFORM": "on",
        "TRAVVY_APP_CHECK_REQUIRED": "on",
    }
    removed = key.sign(service("task-work")).rsplit(".", 1)[0] + ".SIGNATURE_REMOVED_BY_GOOGLE"
    expired = key.sign(service("task-work", exp=1)).rsplit(".", 1)[0] + ".SIGNATURE_REMOVED_BY_GOOGLE"
    with start_sample(environment) as sample:
        for bearer, status in ((removed, 200), (expired, 401), (key.sign(service("task-work")), 401)):
            headers = {"Authorization": f"Bearer {bearer}"}
            assert sample.send("POST", "task-work", json={}, headers=headers).status_code == status
        assert reason(sample.call("echo-greet")) == "APP_CHECK_MISSING"
