"""Whatever somebody sends as a picture, we decode it whole or refuse it by name, and keep pixels and nothing else."""

import io
import random
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageCms, ImageOps, PngImagePlugin

from shared.pictures.decoding import prepare
from shared.pictures.settings import KEPT_BYTES, KEPT_PIXELS
from shared.runtime.errors import InvalidArgument
from tests.support.pictures import encoded, photo, taken_at

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'


def refused(content: bytes) -> str:
    with pytest.raises(InvalidArgument) as refusal:
        prepare(content, "picture")
    assert refusal.value.metadata["field"] == "picture"
    return refusal.value.reason


def kept(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(prepare(content, "picture").jpeg))


def heic(**options: object) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(photo()).save(file, **options)
    return file.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a very large picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\x00" * 1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def animated(form: str) -> bytes:
    frames = [photo(40, 40), photo(40, 40, "red")]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    "content",
    [
        encoded(photo()),
        encoded(photo(), "PNG"),
        encoded(photo(), "WEBP"),
        heic(),
        encoded(photo().convert("CMYK")),
        encoded(photo().convert("L")),
        encoded(photo().convert("P"), "PNG"),
        encoded(photo().convert("I;16"), "PNG"),
        encoded(photo(), "MPO", save_all=True, append_images=[photo(320, 240)]),
    ],
    ids=["JPEG", "PNG", "WEBP", "HEIC", "CMYK", "grey", "palette", "16 bits", "two pictures of one camera"],
)
def test_what_phones_make_is_read(content: bytes) -> None:
    assert kept(content).size == (640, 480)


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    red, green, blue = kept(encoded(clear, "PNG")).getpixel((25, 25))
    assert min(red, green, blue) > 250


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "PICTURE_UNREADABLE"),
        (b"no picture at all", "PICTURE_UNREADABLE"),
        (SVG, "PICTURE_UNREADABLE"),
        (b"%PDF-1.7\n1 0 obj", "PICTURE_UNREADABLE"),
        (encoded(photo(), "GIF"), "PICTURE_UNREADABLE"),
        (encoded(photo(), "TIFF"), "PICTURE_UNREADABLE"),
        (encoded(photo(), "BMP"), "PICTURE_UNREADABLE"),
        (animated("PNG"), "PICTURE_ANIMATED"),
        (animated("WEBP"), "PICTURE_ANIMATED"),
        (huge_png(10_000, 5_001), "PICTURE_TOO_MANY_PIXELS"),
        (huge_png(60_000, 60_000), "PICTURE_TOO_MANY_PIXELS"),
        (huge_png(6_000, 6_000), "PICTURE_UNREADABLE"),
    ],
    ids=[
        *("empty", "text", "SVG", "PDF", "GIF", "TIFF", "BMP", "APNG", "animated WEBP"),
        *("many pixels", "a bomb", "fewer pixels than announced"),
    ],
)
def test_everything_else_is_refused_by_name(content: bytes, reason: str) -> None:
    assert refused(content) == reason


@pytest.mark.parametrize("whole", [encoded(photo()), encoded(photo(), "PNG"), encoded(photo(), "WEBP"), heic()])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_truncated_files_are_refused(whole: bytes, share: float) -> None:
    assert refused(whole[: int(len(whole) * share)]) == "PICTURE_UNREADABLE"


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_files_are_read_or_refused() -> None:
    """A thousand files with a few bytes of rubbish in them; no other exception comes out."""
    random.seed(20261122)
    good = [encoded(photo(64, 48), form, exif=taken_at(35.0, 135.8)) for form in ("JPEG", "PNG", "WEBP")]
    outcomes = {"read": 0, "refused": 0}
    for _ in range(1000):
        damaged = bytearray(random.choice(good))
        for _ in range(random.randint(1, 8)):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        try:
            prepare(bytes(damaged), "picture")
            outcomes["read"] += 1
        except InvalidArgument:
            outcomes["refused"] += 1
    assert all(outcomes.values()), outcomes


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_is_kept(form: str) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extras = (
        {"pnginfo": text} if form == "PNG" else {"comment": b"secret"} if form == "JPEG" else {"xmp": b"<x>secret</x>"}
    )
    content = encoded(photo(), form, exif=taken_at(35.0, 135.8), icc_profile=profile, **extras)
    assert b"secret" in content
    prepared = prepare(content, "picture")
    found = Image.open(io.BytesIO(prepared.jpeg))
    assert dict(found.getexif()) == {}
    assert not {"exif", "icc_profile", "comment", "xmp"} & found.info.keys()
    assert b"secret" not in prepared.jpeg and b"Exif" not in prepared.jpeg


def test_where_the_camera_was_is_told_apart() -> None:
    for lat, lng in ((34.9671, 135.7727), (-33.8568, 151.2153), (40.7484, -73.9857)):
        found = prepare(encoded(photo(), exif=taken_at(lat, lng)), "picture").taken_at
        assert found == (pytest.approx(lat, abs=1e-5), pytest.approx(lng, abs=1e-5))
    assert prepare(encoded(photo()), "picture").taken_at is None
    assert prepare(encoded(photo(), exif=taken_at(0.0, 0.0)), "picture").taken_at is None
    assert prepare(encoded(photo(), exif=taken_at(95.0, 10.0)), "picture").taken_at is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(orientation: int) -> None:
    """As Pillow itself would turn it, though it is shrunk first."""
    lying = photo(640, 480)
    lying.paste("red", (0, 0, 200, 100))
    content = encoded(lying, "PNG", exif=taken_at(35.0, 135.8, orientation=orientation))
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    upright = kept(content)
    assert upright.size == wanted.size
    difference = ImageChops.difference(upright, wanted.convert("RGB")).resize((8, 8)).getextrema()
    assert all(most < 30 for _, most in difference)


def test_large_pictures_are_kept_small() -> None:
    noise = Image.effect_noise((3000, 2500), 120).convert("RGB")
    prepared = prepare(encoded(noise, quality=95), "picture")
    found = Image.open(io.BytesIO(prepared.jpeg))
    assert len(prepared.jpeg) <= KEPT_BYTES and found.width * found.height <= KEPT_PIXELS
    assert found.width / found.height == pytest.approx(1.2, abs=0.01)
    screenshot = kept(encoded(photo(1000, 15_000), "PNG"))
    assert screenshot.width >= 500, "a long screenshot stays readable"
