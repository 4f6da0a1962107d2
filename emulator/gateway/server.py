"""The gateway's server: gunicorn with threads, which is also what functions-framework serves a function with."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from gunicorn.app.base import BaseApplication

from emulator.gateway.faults import Application, FaultDoor
from emulator.gateway.routing import Function, Gateway
from emulator.gateway.standins import standins
from emulator.lifeline import die_with_parent

THREADS: Final = 128
_GRACE_SECONDS: Final = 1


class GatewayServer(BaseApplication):  # type: ignore[misc]
    """Serves every function from one worker process on an open socket; `ready` is called once it answers."""

    def __init__(self, descriptor: int, project: str, region: str, ready: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._project = project
        self._region = region
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn asks for."""
        options: dict[str, Any] = {
            "bind": f"fd://{self._descriptor}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 0,
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": 60,
            "loglevel": "error",
            "limit_request_line": 0,
            "control_socket_disable": True,
            "post_fork": lambda server, worker: die_with_parent(),
            "post_worker_init": lambda worker: self._begin(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def _begin(self) -> None:
        self._ready()
        threading.Thread(target=_preload, name="preload", daemon=True).start()

    def load(self) -> Application:
        """Import all functions, in the worker: what they load must not be shared across a fork."""
        import functions
        from shared.runtime import identity
        from shared.runtime.registry import FUNCTIONS
        from shared.runtime.settings import settings

        functions.load_all()
        identity.preload("user")
        identity.preload("service")
        served = {
            name: Function(spec, getattr(sys.modules[spec.module], spec.entry_point))
            for name, spec in FUNCTIONS.items()
        }
        gateway = Gateway(self._project, self._region, served)
        return FaultDoor(gateway, standins(settings()))


def _preload() -> None:
    """What each function loads at its start, in the background: one process stands for all instances."""
    from shared.runtime.registry import FUNCTIONS

    for spec in FUNCTIONS.values():
        if spec.preload:
            spec.preload()
