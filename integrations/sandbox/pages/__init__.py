"""What the simulators' pages share: the frame, the style sheet, words in two languages."""

from pathlib import Path

FOLDER = Path(__file__).parent
