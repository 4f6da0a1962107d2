"""What Cloud Functions loads: any attribute is the function of that name, and only its module is imported."""

import importlib
from collections.abc import Callable

import flask

import functions


def __getattr__(entry_point: str) -> Callable[[flask.Request], flask.Response]:
    """The function with this entry point, with everything loaded that checking its callers takes.

    Raises AttributeError if there is none.
    """
    module_name = None if entry_point.startswith("_") else functions.module_of(entry_point)
    if module_name is None:
        raise AttributeError(f"there is no function {entry_point}")
    module = importlib.import_module(module_name)
    handler: Callable[[flask.Request], flask.Response] = getattr(module, entry_point)

    from shared.runtime import app_check, identity
    from shared.runtime.collecting import settle
    from shared.runtime.registry import FUNCTIONS
    from shared.runtime.settings import settings

    spec = FUNCTIONS[entry_point.replace("_", "-")]
    identity.preload(spec.caller)
    if spec.kind == "callable" or spec.caller == "user":
        app_check.preload(spec.app_check or settings().app_check)
    if spec.preload:
        spec.preload()
    settle()
    return handler
