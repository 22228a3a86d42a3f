import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from commerce.catalogue.errors import (
    ImageDamagedError,
    ImageFormatError,
    ImageNameError,
    ImageRefusedError,
    ImageTooLargeError,
)
from commerce.catalogue.images import forget_files, keep_drawing, keep_image, make_derivatives

GPS_IFD = 0x8825
ORIENTATION = 0x0112
RESOLUTION = 0x011A


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **save: object
) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "teal").save(file, kind, **save)
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\x00" * 64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("JPEG", "a.jpg"),
        ("JPEG", "A.JPEG"),
        ("PNG", "a.png"),
        ("WEBP", "a.webp"),
        ("AVIF", "a.avif"),
        ("GIF", "a.gif"),
        ("PNG", "without-extension"),
    ],
)
def test_five_formats_are_kept_as_webp_under_a_random_name(
    tmp_path: Path, kind: str, name: str
) -> None:
    kept = keep_image(picture(kind), file_name=name, folder=tmp_path)
    again = keep_image(picture(kind), file_name=name, folder=tmp_path)
    assert kept.storage_name != again.storage_name
    with Image.open(tmp_path / kept.storage_name) as stored:
        assert (
            (stored.format, stored.size)
            == ("WEBP", (kept.width, kept.height))
            == (
                "WEBP",
                (800, 600),
            )
        )


def test_nothing_but_whole_files_is_left_in_the_folder(tmp_path: Path) -> None:
    kept = keep_image(picture(), file_name="a.jpg", folder=tmp_path / "new")
    assert [file.name for file in (tmp_path / "new").iterdir()] == [kept.storage_name]


def test_places_and_cameras_are_forgotten_and_the_picture_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "Camera of a person"
    exif.get_ifd(GPS_IFD)[1] = "N"
    content = picture(size=(800, 600), exif=exif.tobytes(), comment=b"secret place")
    kept = keep_image(content, file_name="a.jpg", folder=tmp_path)
    assert (kept.width, kept.height) == (600, 800)
    stored = (tmp_path / kept.storage_name).read_bytes()
    assert not any(trace in stored for trace in (b"EXIF", b"Camera", b"secret", b"XMP ", b"ICCP"))


def test_a_damaged_exif_costs_the_picture_nothing_but_its_turn(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[RESOLUTION] = 6, 300.0
    sound = exif.tobytes()
    damaged = sound.replace(b"\x01\x1a\x00\x05", b"\x01\x1a\x00\x02")  # a number called a text
    assert damaged != sound
    content = picture(size=(800, 600), exif=damaged)
    kept = keep_image(content, file_name="a.jpg", folder=tmp_path)
    assert (kept.width, kept.height) == (800, 600)


def test_transparency_stays(tmp_path: Path) -> None:
    kept = keep_image(picture("PNG", mode="RGBA"), file_name="a.png", folder=tmp_path)
    with Image.open(tmp_path / kept.storage_name) as stored:
        assert stored.mode in {"RGBA", "RGB"}
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    clear = keep_image(file.getvalue(), file_name="a.png", folder=tmp_path)
    with Image.open(tmp_path / clear.storage_name) as stored:
        assert stored.getpixel((5, 5))[3] == 0


def test_a_moving_gif_keeps_its_first_frame(tmp_path: Path) -> None:
    file = io.BytesIO()
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    kept = keep_image(file.getvalue(), file_name="a.gif", folder=tmp_path)
    with Image.open(tmp_path / kept.storage_name) as stored:
        red, _, blue = stored.convert("RGB").getpixel((25, 25))
    assert red > 200
    assert blue < 50


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (png_that_claims(24_000, 24_000), "bomb.png", ImageTooLargeError),
        (png_that_claims(5_001, 5_000), "large.png", ImageTooLargeError),
        (b"\xff" * 20_000_001, "fat.jpg", ImageTooLargeError),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", ImageFormatError),
        (b"<svg onload='steal()'/>", "a.png", ImageFormatError),
        (b"", "a.png", ImageFormatError),
        (b"MZ program", "a.jpg", ImageFormatError),
        (picture("BMP"), "a.bmp", ImageFormatError),
        (picture("TIFF"), "a.png", ImageFormatError),
        (picture("PNG"), "a.jpg", ImageNameError),
        (picture("JPEG"), "a.php", ImageNameError),
        (picture("JPEG")[:-400], "cut.jpg", ImageDamagedError),
        (png_that_claims(400, 400), "short.png", ImageDamagedError),
    ],
)
def test_hostile_files_are_refused_and_leave_nothing(
    tmp_path: Path, content: bytes, name: str, error: type[ImageRefusedError]
) -> None:
    with pytest.raises(error):
        keep_image(content, file_name=name, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_damage_anywhere_is_told_as_damage(tmp_path: Path, kind: str) -> None:
    whole = picture(kind, size=(64, 64))
    for cut in range(1, len(whole), max(1, len(whole) // 40)):
        damaged = whole[:cut] + bytes(byte ^ 0x5A for byte in whole[cut : cut + 8])
        try:
            keep_image(damaged, file_name="", folder=tmp_path)
        except ImageRefusedError:
            continue


def test_smaller_copies_have_the_widths_that_pages_ask_for(tmp_path: Path) -> None:
    kept = keep_image(picture(size=(1200, 1500)), file_name="a.jpg", folder=tmp_path)
    path = tmp_path / kept.storage_name
    copies = make_derivatives(path)
    assert [(copy.width, copy.height) for copy in copies] == [(320, 400), (640, 800), (1000, 1250)]
    for copy in copies:
        with Image.open(tmp_path / copy.name) as stored:
            assert stored.size == (copy.width, copy.height)
    assert make_derivatives(path) == copies
    assert len(list(tmp_path.iterdir())) == 4
    forget_files(tmp_path, [kept.storage_name, *(copy.name for copy in copies), "../gone"])
    assert list(tmp_path.iterdir()) == []


def test_a_small_picture_gets_one_copy_of_its_own_width(tmp_path: Path) -> None:
    kept = keep_image(picture(size=(200, 100)), file_name="a.jpg", folder=tmp_path)
    assert [copy.width for copy in make_derivatives(tmp_path / kept.storage_name)] == [200]


def test_a_very_large_picture_is_scaled_down_before_it_is_kept(tmp_path: Path) -> None:
    kept = keep_image(picture(size=(6000, 3000)), file_name="a.jpg", folder=tmp_path)
    assert (kept.width, kept.height) == (3200, 1600)


def test_our_own_drawings_are_kept_as_they_are(tmp_path: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 1000"></svg>'
    kept = keep_drawing(svg, folder=tmp_path)
    assert (kept.width, kept.height, kept.kind) == (800, 1000, "drawing")
    assert (tmp_path / kept.storage_name).read_bytes() == svg
    with pytest.raises(ImageFormatError):
        keep_drawing(b"<svg/>", folder=tmp_path)
