"""How Sphinx builds these docs, with notebooks in them that readers edit together."""

project = "Our docs"
extensions = ["jupyterlite_sphinx", "myst_parser"]
exclude_patterns = ["_build", "_contents"]

# the signaling server is named there
jupyterlite_config = "jupyter_lite_config.json"
# notebooks are opened in pages, and are no pages themselves
jupyterlite_bind_ipynb_suffix = False
# show what the build of JupyterLite says, such as a mistake in the file above
jupyterlite_silence = False
