# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Whether everybody can use what we add to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.waiting import wait_until
from sites import REPOSITORY

if TYPE_CHECKING:
    from harness.jupyter import JupyterPage

#: Deque's checker, as npm installs it
AXE = REPOSITORY / "labextension-src" / "node_modules" / "axe-core" / "axe.min.js"

#: what we add to a page
OURS = [
    ".jp-WebRTCShareButton",
    ".jp-WebRTCStatus",
    ".jp-WebRTCNameCard",
    ".jp-WebRTCShare",
    ".jp-WebRTCDiagnose",
    ".jp-WebRTCAvatars",
    ".jp-WebRTCFollow",
    ".jp-WebRTCRun",
    ".jp-WebRTCUnseen",
]

#: the contrast of letters on the paler of JupyterLab's colours for people; WCAG asks for 4.5
LEAST_CONTRAST = 4.4

#: tells the contrast of the letters in each element that a selector finds
CONTRASTS = """selector => {
    const luminance = color => {
        const parts = color.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255);
        const [r, g, b] = parts.map(
            part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
        );
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return [...document.querySelectorAll(selector)].map(each => {
        const { backgroundColor, color } = getComputedStyle(each);
        const [dark, light] = [backgroundColor, color].map(luminance).sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    });
}"""

#: tells what moves of what selectors find
MOVING = """selectors => document.getAnimations()
    .map(({ effect }) => effect?.target)
    .filter(target => selectors.some(each => target?.closest(each)))
    .map(target => target.outerHTML)"""

#: tells whether all parts of a dialog are in the window, from left to right
IS_INSIDE = """dialog => {
    const parts = [...document.querySelectorAll(`${dialog} *`)];
    return parts.length > 0
        && parts.every(each => each.getBoundingClientRect().right <= innerWidth);
}"""


def wear(page: JupyterPage, theme: str) -> None:
    """Change the theme of a page."""
    page.page.evaluate(
        "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
    )
    light = str("Light" in theme).lower()
    body = page.page.locator("body")
    wait_until(lambda: body.get_attribute("data-jp-theme-light") == light, message="the theme")


def violations(page: JupyterPage) -> list[dict[str, Any]]:
    """Let axe look at all that is ours in a page, and tell what it finds serious."""
    page.page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = page.page.evaluate(
        """async selectors => {
            const include = selectors.filter(each => document.querySelector(each));
            const { violations } = await axe.run({ include: include.map(each => [each]) });
            return violations
                .filter(({ impact }) => ['serious', 'critical'].includes(impact))
                .map(({ id, nodes }) => ({ id, nodes: nodes.map(node => node.html) }));
        }""",
        OURS,
    )
    return found


def contrasts(page: JupyterPage, selector: str) -> list[float]:
    """Tell the contrast of letters: axe leaves out what screen readers do."""
    found: list[float] = page.page.evaluate(CONTRASTS, selector)
    return found


def moving(page: JupyterPage) -> list[str]:
    """List what is ours and moves, for those whom that makes sick."""
    found: list[str] = page.page.evaluate(MOVING, OURS)
    return found


def fits(page: JupyterPage, dialog: str) -> bool:
    """Whether nothing in a dialog is wider than the window."""
    return bool(page.page.evaluate(IS_INSIDE, dialog))
