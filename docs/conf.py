# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""How Sphinx builds the docs: ``doit docs``."""

# the names that Sphinx knows are lower-case variables

import sys
from pathlib import Path

from sphinx.application import Sphinx

from jupyterlite_webrtc import __version__

sys.path.insert(0, str(Path(__file__).parent))

import reference

project = "jupyterlite-webrtc"
author = "jupyterlite-webrtc contributors"
project_copyright = author
version = release = __version__

extensions = ["myst_parser", "sphinx_copybutton"]
myst_enable_extensions = ["attrs_inline", "colon_fence"]
myst_heading_anchors = 3

# `generated/` is included by other pages
exclude_patterns = ["_build", "generated", "benchmarks"]

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path: list[str] = ["_static"]
html_css_files = ["docs.css"]
html_show_sourcelink = False
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}

# what `doit docs_links` asks: these are only examples
linkcheck_ignore = [r"https?://[\w.-]*\.?example\.org.*", r"http://127\.0\.0\.1.*"]


def setup(app: Sphinx) -> None:
    """Write what is generated from the schema and the traits before pages are read."""
    app.connect("builder-inited", lambda app: reference.write(Path(app.srcdir) / "generated"))
