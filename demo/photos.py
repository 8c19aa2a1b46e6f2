"""The demo's few pictures: drawn scenes, each marked 示意 (illustrative).

The drawn files are kept in `data/photos`, so that their hashes are the same anywhere. To draw them anew:
`python -m demo.photos FONT`, where FONT is a font file with Chinese characters.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parent / "data" / "photos"
WIDTH, HEIGHT = 800, 600
SKY, GROUND, ROAD, GREEN = "#cfdbe6", "#b59a76", "#8d9196", "#7ea06a"

# A picture before and one after for three kinds of trouble.
BEFORE = {"dust": "yard-before", "waste": "waste-before", "water": "water-before"}
AFTER = {"dust": "yard-after", "waste": "waste-after", "water": "water-after"}

Draw = ImageDraw.ImageDraw


def _scene(draw: Draw, ground: str) -> None:
    draw.rectangle((0, 0, WIDTH, 330), fill=SKY)
    draw.rectangle((0, 330, WIDTH, HEIGHT), fill=ground)
    draw.rectangle((40, 170, 300, 330), fill="#d9d2c5", outline="#8a8377", width=3)
    draw.polygon(((30, 170), (170, 110), (310, 170)), fill="#9c5f4f")
    for x in (75, 155, 235):
        draw.rectangle((x, 215, x + 40, 265), fill="#7f97aa", outline="#5e7182", width=2)


def _yard(draw: Draw, *, covered: bool) -> None:
    _scene(draw, GROUND)
    for x, y, size in ((380, 470, 150), (560, 500, 190)):
        heap = ((x - size, y), (x - size // 4, y - size), (x + size // 5, y - size + 12), (x + size, y))
        draw.polygon(
            heap, fill="#4f7f4a" if covered else "#c9a97c", outline="#3c5f39" if covered else "#94764f"
        )
        for i in range(-3, 4):
            top = (x + i * size // 14, y - size + 20 + abs(i) * 10)
            if covered:
                draw.line((top, (x + i * size // 4, y)), fill="#6f9c69", width=2)
    if not covered:
        for x, y, r in ((500, 260, 46), (560, 230, 60), (640, 250, 50), (440, 290, 34)):
            draw.ellipse((x - r, y - r // 2, x + r, y + r // 2), fill="#d8c7a8")


def _waste(draw: Draw, *, cleared: bool) -> None:
    _scene(draw, ROAD)
    draw.rectangle((0, 330, WIDTH, 370), fill=GREEN)
    for x in (430, 540, 650):
        draw.rectangle((x, 270, x + 80, 380), fill="#3f7d5a", outline="#28543b", width=3)
        draw.rectangle((x - 5, 258, x + 85, 274), fill="#2f6246")
    if cleared:
        return
    colours = ("#e8e3da", "#c04f43", "#3f6fa3", "#d9b44a", "#5b5b5b")
    for i in range(46):
        x, y = 380 + i * 101 % 360, 395 + i * 47 % 130
        draw.polygon(((x, y), (x + 38, y - 10), (x + 46, y + 18), (x + 8, y + 24)), fill=colours[i % 5])


def _water(draw: Draw, *, clean: bool) -> None:
    _scene(draw, GREEN)
    draw.polygon(((330, 600), (470, 330), (640, 330), (760, 600)), fill="#6f9fb8" if clean else "#5a5240")
    draw.rectangle((610, 350, 760, 400), fill="#9a9a96", outline="#6d6d69", width=3)
    draw.ellipse((595, 350, 630, 400), fill="#3e3e3c")
    if clean:
        for y in (400, 450, 500, 550):
            draw.line(((430, y), (520, y - 6), (600, y)), fill="#9cc3d6", width=3)
    else:
        draw.polygon(((600, 395), (625, 395), (590, 520), (520, 540)), fill="#3d3527")


SCENES: dict[str, Callable[[Draw], None]] = {
    "yard-before": lambda draw: _yard(draw, covered=False),
    "yard-after": lambda draw: _yard(draw, covered=True),
    "waste-before": lambda draw: _waste(draw, cleared=False),
    "waste-after": lambda draw: _waste(draw, cleared=True),
    "water-before": lambda draw: _water(draw, clean=False),
    "water-after": lambda draw: _water(draw, clean=True),
}


def paths() -> list[Path]:
    """The kept files, in the order of SCENES."""
    return [FOLDER / f"{name}.jpg" for name in SCENES]


def draw_all(font: str) -> None:
    """Draw every scene into the folder."""
    FOLDER.mkdir(exist_ok=True)
    for name, path in zip(SCENES, paths(), strict=True):
        image = Image.new("RGB", (WIDTH, HEIGHT))
        draw = ImageDraw.Draw(image)
        SCENES[name](draw)
        draw.rectangle((20, 20, 190, 84), fill="#ffffff", outline="#333333", width=2)
        draw.text((36, 24), "示意", font=ImageFont.truetype(font, 36), fill="#333333")
        draw.text((116, 44), "illustrative", font=ImageFont.truetype(font, 13), fill="#333333")
        image.save(path, "JPEG", quality=75)


if __name__ == "__main__":
    draw_all(sys.argv[1])
