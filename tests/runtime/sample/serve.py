"""Serves the sample functions as the gateway serves the suite's; with CERTIFICATES_URL, keys come from there."""

import os
import socket
import sys
from collections.abc import Iterable
from typing import Any

import main  # the sample beside this file
from emulator.gateway.routing import Function, Gateway
from emulator.gateway.server import GatewayServer
from shared.runtime.registry import FUNCTIONS


class SampleGateway(Gateway):
    """The gateway without an API description: what the samples answer is for their own tests to judge."""

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/openapi.json":
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        return super().__call__(environ, start_response)


class SampleServer(GatewayServer):
    """The gateway's server around the sample functions."""

    def load(self) -> Gateway:
        served = {name: Function(spec, getattr(main, spec.entry_point)) for name, spec in FUNCTIONS.items()}
        return SampleGateway("demo-travvy", "us-central1", served)


def _use_certificates(url: str) -> None:
    """Google's key servers are out of a test's reach; everything else about the verification stays."""
    from firebase_admin import _token_gen, app_check
    from google.oauth2 import id_token

    _token_gen.ID_TOKEN_CERT_URI = url
    id_token._GOOGLE_OAUTH2_CERTS_URL = url
    app_check._AppCheckService._JWKS_URL = f"{url}jwks"


listener = socket.create_server(("127.0.0.1", 0))
address = f"127.0.0.1:{listener.getsockname()[1]}"
if "TRAVVY_FUNCTIONS_URL" not in os.environ:
    os.environ["TRAVVY_FUNCTIONS_URL"] = f"http://{address}/demo-travvy/us-central1"
if "CERTIFICATES_URL" in os.environ:
    _use_certificates(os.environ["CERTIFICATES_URL"])


def ready() -> None:
    sys.stdout.write(f"READY sample {address}\n")
    sys.stdout.flush()


SampleServer(listener.fileno(), "demo-travvy", "us-central1", ready).run()
