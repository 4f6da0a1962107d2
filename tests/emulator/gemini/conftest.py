"""One stand-in process for each test process; every test finds it without faults."""

from tests.support.standins import own_gemini as gemini
from tests.support.standins import running_gemini

__all__ = ["gemini", "running_gemini"]
