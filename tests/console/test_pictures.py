"""The comparison of pictures: it bears a line of text that lies a pixel elsewhere, and no lost chart or moved panel."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw

from tests.console.pictures import BEARABLE, different


def page(panel_at: int = 60, chart: bool = True, text_at: int = 0, ink: str = "#1f2329") -> Image.Image:
    """Something like a page: a rail, two lines of text, a panel with a line chart."""
    picture = Image.new("RGB", (720, 450), "#f5f6f8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 110, 450), fill="#ffffff")
    for line in range(8):
        draw.text((14 + text_at, 20 + 24 * line + text_at), f"a line of the rail {line}", fill=ink)
    draw.rectangle((130, panel_at, 700, panel_at + 200), fill="#ffffff", outline="#e3e6ea")
    draw.text((144 + text_at, panel_at + 10), "Orders in the last hour: 12,345", fill=ink)
    if chart:
        points = [(140 + 10 * n, panel_at + 150 - (n * 37) % 90) for n in range(54)]
        draw.line(points, fill="#2f6feb", width=1)
    return picture


def share(is_: Image.Image, was: Image.Image) -> float:
    return float(different(is_, was).mean())


def test_the_same_page_does_not_differ() -> None:
    assert share(page(), page()) == 0
    assert share(page().quantize(48).convert("RGB"), page()) == 0


def test_text_that_lies_a_pixel_elsewhere_or_is_a_little_lighter_is_borne() -> None:
    assert share(page(text_at=1), page()) <= BEARABLE
    assert share(page(ink="#2a2e35"), page()) <= BEARABLE


def test_a_lost_chart_is_found() -> None:
    assert share(page(chart=False), page()) > 2 * BEARABLE


def test_a_moved_panel_is_found() -> None:
    assert share(page(panel_at=76), page()) > 2 * BEARABLE


def test_another_theme_and_another_size_are_found() -> None:
    assert share(ImageChops.invert(page()), page()) > 0.9
    assert share(page().resize((360, 225)), page()) == 1
