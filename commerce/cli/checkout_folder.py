"""The folder that holds the packages, `wsgi.py`, `static/` and `package.json`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
