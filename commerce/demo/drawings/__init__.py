"""The demo catalogue's illustrations: one hand, one light, one palette, drawn by us as plain SVG.

Every motif stands in its own 200 x 200 box with a line of 3.4, is recoloured by tone, and is shown
in three views of 1000 x 1250: alone, among the things it is used with, and close up. Stories are told
before landscapes of 1200 x 900.
"""

from commerce.demo.drawings.landscape import Standing, draw_landscape, landscape_names
from commerce.demo.drawings.motif import motif_names
from commerce.demo.drawings.setting import setting_names
from commerce.demo.drawings.tone import tone_names
from commerce.demo.drawings.view import VIEWS, View, draw

__all__ = [
    "VIEWS",
    "Standing",
    "View",
    "draw",
    "draw_landscape",
    "landscape_names",
    "motif_names",
    "setting_names",
    "tone_names",
]
