"""The one place that reads the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from shared.runtime.registry import AppCheck, DailyLimit

_USUAL_DAILY_COST: Final = "3000000/10000000"
_ORIGIN: Final = re.compile(r"\*|https?://[a-z0-9.-]+(:[0-9]{1,5})?|(capacitor|ionic)://localhost")


class SettingsError(Exception):
    """The environment asks for something impossible or unsafe; the message names the variable."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between deployments. Addresses are `host:port`, URLs have no trailing slash.

    `app_check`: "observe" notes in the log what "enforce" would refuse. `quotas` replace the limits that functions
    declare. `daily_cost`: no work that costs money begins after this much in a day, in millionths of a US dollar.
    """

    project: str
    region: str
    functions_url: str
    emulator: str | None
    firestore_emulator: str | None
    auth_emulator: str | None
    pubsub_emulator: str | None
    tasks_emulator: str | None
    gemini_url: str | None
    gemini_api_key: str | None
    gemini_model: str
    maps_api_key: str | None
    maps_emulator: str | None
    vision_emulator: str | None
    speech_emulator: str | None
    speech_model: str
    speech_location: str
    storage_emulator: str | None
    bucket: str
    invoker: str
    oidc_checked_by_platform: bool
    app_check: AppCheck
    cors_origins: tuple[str, ...]
    trusted_proxies: int
    rate_limits: bool
    quotas: Mapping[str, DailyLimit]
    daily_cost: DailyLimit
    version: str

    def function_url(self, name: str) -> str:
        """Where the function of this deployed name answers; also the audience of tokens for it."""
        return f"{self.functions_url}/{name}"


def load(environment: Mapping[str, str]) -> Settings:
    """Settings out of an environment. Raises SettingsError if they are unsafe or malformed."""
    emulator = environment.get("TRAVVY_EMULATOR") or None
    _check_safety(environment, emulator)
    project = _project(environment, emulator)
    region = environment.get("TRAVVY_REGION") or "us-central1"
    local = f"http://127.0.0.1:5001/{project}/{region}"
    deployed = f"https://{region}-{project}.cloudfunctions.net"
    functions_url = environment.get("TRAVVY_FUNCTIONS_URL") or (local if emulator else deployed)
    return Settings(
        project=project,
        region=region,
        functions_url=functions_url.rstrip("/"),
        emulator=emulator,
        firestore_emulator=environment.get("FIRESTORE_EMULATOR_HOST") or None,
        auth_emulator=environment.get("FIREBASE_AUTH_EMULATOR_HOST") or None,
        pubsub_emulator=environment.get("PUBSUB_EMULATOR_HOST") or None,
        tasks_emulator=environment.get("CLOUD_TASKS_EMULATOR_HOST") or None,
        gemini_url=environment.get("TRAVVY_GEMINI_URL") or None,
        gemini_api_key=environment.get("GEMINI_API_KEY") or None,
        gemini_model=environment.get("TRAVVY_GEMINI_MODEL") or "gemini-3.8-flash",
        maps_api_key=environment.get("TRAVVY_MAPS_API_KEY") or None,
        maps_emulator=environment.get("TRAVVY_MAPS_EMULATOR_HOST") or None,
        vision_emulator=environment.get("TRAVVY_VISION_EMULATOR_HOST") or None,
        speech_emulator=environment.get("TRAVVY_SPEECH_EMULATOR_HOST") or None,
        speech_model=environment.get("TRAVVY_SPEECH_MODEL") or "chirp_3",
        speech_location=environment.get("TRAVVY_SPEECH_LOCATION") or "us",
        storage_emulator=environment.get("STORAGE_EMULATOR_HOST") or None,
        bucket=environment.get("TRAVVY_BUCKET") or f"{project}.firebasestorage.app",
        invoker=environment.get("TRAVVY_INVOKER") or f"travvy-invoker@{project}.iam.gserviceaccount.com",
        oidc_checked_by_platform=_flag(environment, "TRAVVY_OIDC_CHECKED_BY_PLATFORM", default=False),
        app_check=_app_check(environment, emulator),
        cors_origins=_origins(environment),
        trusted_proxies=_count(environment, "TRAVVY_TRUSTED_PROXIES", default=0 if emulator else 1),
        rate_limits=_flag(environment, "TRAVVY_RATE_LIMITS", default=True),
        quotas=_quotas(environment),
        daily_cost=_daily_limit("TRAVVY_DAILY_COST", environment.get("TRAVVY_DAILY_COST") or _USUAL_DAILY_COST),
        version=environment.get("TRAVVY_VERSION") or environment.get("K_REVISION") or "dev",
    )


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load(os.environ)


def _check_safety(environment: Mapping[str, str], emulator: str | None) -> None:
    if emulator not in (None, "local", "firebase"):
        raise SettingsError(f"TRAVVY_EMULATOR must be 'local' or 'firebase', not {emulator!r}")
    if emulator and environment.get("K_SERVICE"):
        raise SettingsError("TRAVVY_EMULATOR is set on Cloud Run: tokens would go unverified")
    if environment.get("FIREBASE_AUTH_EMULATOR_HOST") and not emulator:
        raise SettingsError(
            "FIREBASE_AUTH_EMULATOR_HOST turns signature checks off; it is allowed only together with TRAVVY_EMULATOR"
        )


def _project(environment: Mapping[str, str], emulator: str | None) -> str:
    project = environment.get("GOOGLE_CLOUD_PROJECT") or environment.get("GCLOUD_PROJECT")
    if project:
        return project
    if emulator:
        return "demo-travvy"
    raise SettingsError("GOOGLE_CLOUD_PROJECT is not set")


def _app_check(environment: Mapping[str, str], emulator: str | None) -> AppCheck:
    match environment.get("TRAVVY_APP_CHECK") or ("off" if emulator else "observe"):
        case "off" | "observe" | "enforce" as mode:
            return mode
        case other:
            raise SettingsError(f"TRAVVY_APP_CHECK must be off, observe or enforce, not {other!r}")


def _origins(environment: Mapping[str, str]) -> tuple[str, ...]:
    origins = tuple((environment.get("TRAVVY_CORS_ORIGINS") or "*").split())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise SettingsError(f"TRAVVY_CORS_ORIGINS must be * or origins such as https://app.example, not {origin!r}")
    return origins


def _quotas(environment: Mapping[str, str]) -> Mapping[str, DailyLimit]:
    """`generations=30/100 images=off/50`: what, per person and per trip."""
    quotas = {}
    for part in environment.get("TRAVVY_QUOTAS", "").split():
        what, _, limit = part.partition("=")
        quotas[what] = _daily_limit("TRAVVY_QUOTAS", limit)
    return quotas


def _daily_limit(name: str, text: str) -> DailyLimit:
    counts = [None if part == "off" else part for part in text.split("/")]
    if len(counts) != 2 or not all(count is None or count.isdecimal() for count in counts):
        raise SettingsError(
            f"{name} must have limits such as 30/100 (a person's and a trip's) or off/100, not {text!r}"
        )
    person, trip = (None if count is None else int(count) for count in counts)
    return DailyLimit(person, trip)


def _flag(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environment.get(name, "").lower()
    if text in ("1", "true", "on", "yes"):
        return True
    if text in ("0", "false", "off", "no"):
        return False
    if text:
        raise SettingsError(f"{name} must be on or off, not {text!r}")
    return default


def _count(environment: Mapping[str, str], name: str, *, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal():
        raise SettingsError(f"{name} must be a whole number, not {text!r}")
    return int(text)
