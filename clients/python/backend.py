"""Where a Travvy backend answers."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Backend:
    """Addresses of a backend; `auth_url` is the root of the Identity Toolkit API, `refresh_url` renews tokens."""

    project: str
    functions_url: str
    auth_url: str
    refresh_url: str
    api_key: str
    emulated: bool

    @classmethod
    def local(cls, environment: dict[str, str] | None = None) -> "Backend":
        """The local cloud, at the addresses that the environment names or at the usual ports."""
        env = os.environ if environment is None else environment
        project = env.get("GOOGLE_CLOUD_PROJECT", "demo-travvy")
        auth = env.get("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9099")
        return cls(
            project=project,
            functions_url=env.get("TRAVVY_FUNCTIONS_URL", f"http://127.0.0.1:5001/{project}/us-central1"),
            auth_url=f"http://{auth}/identitytoolkit.googleapis.com/v1",
            refresh_url=f"http://{auth}/securetoken.googleapis.com/v1",
            api_key="local",
            emulated=True,
        )

    @classmethod
    def live(cls, project: str, region: str, api_key: str) -> "Backend":
        """A deployed backend; `api_key` is the Firebase web API key, which is public."""
        return cls(
            project=project,
            functions_url=f"https://{region}-{project}.cloudfunctions.net",
            auth_url="https://identitytoolkit.googleapis.com/v1",
            refresh_url="https://securetoken.googleapis.com/v1",
            api_key=api_key,
            emulated=False,
        )
