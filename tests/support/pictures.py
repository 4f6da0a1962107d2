"""Pictures for tests: drawn here, with fonts that the suite ships, and with the metadata that cameras write."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from google.cloud.firestore import Client
from PIL import ExifTags, Image, ImageDraw, ImageFont

from emulator.layout import ROOT
from shared.jobs.models import Job, JobState
from shared.pictures.candidates import Candidate
from shared.pictures.models import KIND

_FONTS = ROOT / "shared" / "exports" / "fonts"
_SIZE, _LINE = 40, 70


def page(lines: Sequence[str], *, width: int = 1100) -> Image.Image:
    """A page with these lines; Japanese and Chinese too."""
    picture = Image.new("RGB", (width, 80 + _LINE * len(lines)), "white")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        _write(pen, 50.0, 40.0 + _LINE * number, line)
    return picture


def photo(width: int = 640, height: int = 480, colour: str = "steelblue") -> Image.Image:
    """Sky and ground, without any text."""
    picture = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(picture).rectangle((0, height * 2 // 3, width, height), fill="darkgreen")
    return picture


def encoded(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """The file."""
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def looked_at(database: Client, trip_id: str, uid: str, candidate: str) -> str:
    """The id of a new job that has found Fushimi Inari in a picture, under this id of a candidate."""
    found = Candidate(
        id=candidate,
        kind="place",
        name="Fushimi Inari Taisha",
        confidence=0.9,
        evidence=("text",),
        reason="The picture says so",
        verified=True,
        place_id="kyoto/fushimi-inari",
        destination_id="kyoto",
    )
    now = datetime.now(UTC)
    job = Job(
        kind=KIND,
        state=JobState.DONE,
        by=uid,
        request={"pictureId": "gone", "fingerprint": "", "language": "en"},
        created_at=now,
        updated_at=now,
        lease_until=now,
        result={"candidates": [found.model_dump(mode="json", by_alias=True)], "labels": []},
    )
    reference = database.collection("trips", trip_id, "jobs").document()
    reference.set(job.to_stored())
    return reference.id


def taken_at(lat: float, lng: float, *, orientation: int = 1) -> Image.Exif:
    """Metadata of a camera that was there."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera"
    exif[ExifTags.Base.Orientation] = orientation
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N" if lat >= 0 else "S"
    gps[ExifTags.GPS.GPSLatitude] = _sexagesimal(lat)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E" if lng >= 0 else "W"
    gps[ExifTags.GPS.GPSLongitude] = _sexagesimal(lng)
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(abs(degrees) * 3600, 3600)
    minutes, seconds = divmod(rest, 60)
    return whole, minutes, round(seconds, 4)


def _write(pen: ImageDraw.ImageDraw, x: float, y: float, line: str) -> None:
    """The fonts for East Asia have no Latin letters, so each run of a script gets its own."""
    start = 0
    for end in range(1, len(line) + 1):
        if end == len(line) or _east_asian(line[end]) != _east_asian(line[start]):
            name = "DroidSansFallback.ttf" if _east_asian(line[start]) else "NotoSans-Regular.ttf"
            font = ImageFont.truetype(_FONTS / name, _SIZE)
            pen.text((x, y), line[start:end], fill="black", font=font)
            x, start = x + pen.textlength(line[start:end], font=font), end


def _east_asian(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
