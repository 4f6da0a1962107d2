"""The Firebase SDK's uploads, and what storage.rules lets whom do."""

import json
import subprocess

from google.cloud.storage import Bucket

from emulator.common.testing import Program
from emulator.layout import ROOT

NO = "storage/unauthorized"


def test_people_upload_for_themselves_and_read_nothing(storage: Program, bucket: Bucket) -> None:
    script = ROOT / "tests" / "emulator" / "storage" / "uploads.mjs"
    ran = subprocess.run(["node", str(script), storage.address], capture_output=True, text=True, timeout=200, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    outcomes = json.loads(ran.stdout)
    allowed = {"own picture": 1000, "own recording": "ok", "resumable": 3 * 1024 * 1024, "delete": "ok"}
    refused = (
        *("over an own one", "a program", "nothing", "too large", "somebody else's", "elsewhere", "deeper"),
        *("signed out", "read", "describe", "change", "delete somebody else's"),
    )
    assert outcomes == {**allowed, **dict.fromkeys(refused, NO)}
    left = {blob.name: blob.content_type for blob in bucket.list_blobs()}
    assert left == {"uploads/ana/b.m4a": "audio/mp4", "uploads/ana/c.png": "image/png"}
    assert bucket.blob("uploads/ana/c.png").download_as_bytes() == b"\x01" * (3 * 1024 * 1024)
