"""`python -m emulator.gateway --port N [--project P] [--region R]`."""

from __future__ import annotations

import errno
import os
import socket
import sys

from emulator.common.program import EXIT_PORT_TAKEN, PortTakenError, arguments

_BACKLOG = 1024


def main() -> int:
    """Serve until SIGTERM or SIGINT. Returns 3 if the port is taken; gunicorn exits for every other reason."""
    parser = arguments("gateway", "All functions behind one port.")
    parser.add_argument("--project", default="demo-travvy")
    parser.add_argument("--region", default="us-central1")
    options = parser.parse_args()
    try:
        listener = _listen(options.host, options.port)
    except PortTakenError as error:
        sys.stderr.write(f"gateway: {error}\n")
        return EXIT_PORT_TAKEN
    address = f"{options.host}:{listener.getsockname()[1]}"
    os.environ.setdefault("TRAVVY_EMULATOR", "local")
    os.environ["GOOGLE_CLOUD_PROJECT"] = options.project
    os.environ["TRAVVY_REGION"] = options.region
    os.environ["TRAVVY_FUNCTIONS_URL"] = f"http://{address}/{options.project}/{options.region}"

    from emulator.gateway.server import GatewayServer

    def ready() -> None:
        sys.stdout.write(f"READY gateway {address}\n")
        sys.stdout.flush()

    GatewayServer(listener.fileno(), options.project, options.region, ready).run()
    return 0


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortTakenError(host, port) from error
        raise
    listener.listen(_BACKLOG)
    listener.set_inheritable(True)
    return listener


if __name__ == "__main__":
    sys.exit(main())
