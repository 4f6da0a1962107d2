"""What is read off a picture, as plain data: clean, bounded, and nothing but data to whoever reads it."""

from pydantic import BaseModel


class Landmark(BaseModel):
    """A landmark: how sure the service is (0 to 1), and where it stands (degrees), if it says."""

    name: str
    score: float
    lat: float | None = None
    lng: float | None = None


class WebEntity(BaseModel):
    """What pages with this picture are about; the score has no upper end."""

    name: str
    score: float


class Facts(BaseModel):
    """All that is read off a picture."""

    landmarks: list[Landmark] = []
    labels: list[str] = []
    lines: list[str] = []
    web: list[WebEntity] = []
