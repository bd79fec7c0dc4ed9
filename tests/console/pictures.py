"""Pictures of pages, small enough to commit, and a comparison that bears other fonts but no panel that has moved."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Page

BASELINES = Path(__file__).parent / "baselines"
KEPT = Path(__file__).parents[2] / ".stamp" / "screenshots"  # what a failed comparison leaves: is, was, and where
WIDTH, QUALITY = 720, 60
BLOCK = 16
SHIFTS = (-2, -1, 0, 1, 2)  # pixels of the small picture by which a line of text may lie elsewhere
DIFFERENT = 14.0  # mean distance of a block, of 255, at its best shift
BEARABLE = 0.006  # share of the blocks that may differ
MASK = "#7f7f7f"
RENEW = ".venv/bin/python scripts/screenshots.py --baselines"


def shoot(page: Page) -> Image.Image:
    """The page as it is seen, with what is volatile (`[data-volatile]`) covered, at 720 pixels' width."""
    page.wait_for_timeout(200)  # charts draw themselves after the page has settled
    png = page.screenshot(animations="disabled", caret="hide", mask=[page.locator("[data-volatile]")], mask_color=MASK)
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    width = min(WIDTH, picture.width)
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


def keep(picture: Image.Image, name: str) -> None:
    """Write a baseline."""
    BASELINES.mkdir(exist_ok=True)
    picture.save(BASELINES / f"{name}.webp", quality=QUALITY, method=6)


def shrink(file: Path) -> None:
    """Rewrite a PNG with 128 colours: a third of the bytes, and no difference that a reader sees."""
    Image.open(file).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)


def different(is_: Image.Image, was: Image.Image) -> np.ndarray:
    """Which blocks differ, as a boolean matrix; two pictures of two sizes differ everywhere."""
    if is_.size != was.size:
        return np.ones((was.height // BLOCK, was.width // BLOCK), bool)
    a, b = (_soft(picture) for picture in (is_, was))
    best = None
    for dy in SHIFTS:
        for dx in SHIFTS:
            distance = _blocks(np.abs(np.roll(a, (dy, dx), (0, 1)) - b).mean(axis=2))
            best = distance if best is None else np.minimum(best, distance)
    assert best is not None
    return best > DIFFERENT


def check(picture: Image.Image, name: str) -> str:
    """Empty when the picture is as its baseline; else what is wrong, with both pictures kept and named."""
    file = BASELINES / f"{name}.webp"
    if not file.exists():
        return (
            f"{name} has no baseline; look at the page, then run: .venv/bin/python scripts/screenshots.py --baselines"
        )
    was = Image.open(file).convert("RGB")
    blocks = different(picture, was)
    share = float(blocks.mean())
    if share <= BEARABLE:
        return ""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{name}.png"
    _beside(picture, was, blocks).save(kept)
    told = f"{blocks.sum()} of {blocks.size} blocks differ ({share:.1%}, at most {BEARABLE:.1%})"
    return f"{name}: {told}. Look at {kept} (was, is, where); when the page is right, run: {RENEW}"


def _soft(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGB").filter(ImageFilter.GaussianBlur(0.8)), np.float32)


def _blocks(pixels: np.ndarray) -> np.ndarray:
    rows, columns = pixels.shape[0] // BLOCK, pixels.shape[1] // BLOCK
    whole = pixels[: rows * BLOCK, : columns * BLOCK]
    return whole.reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3))


def _beside(picture: Image.Image, was: Image.Image, blocks: np.ndarray) -> Image.Image:
    marked = picture.convert("RGB")
    draw = ImageDraw.Draw(marked)
    for row, column in zip(*np.nonzero(blocks), strict=True):
        x, y = int(column) * BLOCK, int(row) * BLOCK
        draw.rectangle((x, y, x + BLOCK, y + BLOCK), outline="#ff00ff")
    all_three = Image.new("RGB", (was.width + 2 * picture.width, max(was.height, picture.height)), "#ffffff")
    for n, one in enumerate((was, picture, marked)):
        all_three.paste(one, ((was.width if n else 0) + max(0, n - 1) * picture.width, 0))
    return all_three
