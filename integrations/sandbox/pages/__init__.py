"""What the simulators' pages share: the frame, the style sheet, words in two languages."""

from pathlib import Path

FOLDER = Path(__file__).parent
FACES = FOLDER.parents[2] / "static" / "vendor"
"""The type faces that the shop's pages bring; Chinese needs them where the system has none."""
