# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Well-known names that more than one module of this package needs."""

import re
from pathlib import Path

#: the root of this package
ROOT = Path(__file__).parent

#: the JSON Schema of the keys of `jupyter-config-data` that are ours
CONFIG_SCHEMA = ROOT / "schema" / "webrtc.v0.schema.json"

#: our labextension: the predecessor's name, so that its users' settings carry over
LABEXTENSION = "@jupyterlite/webrtc-docprovider"

#: where our labextension is once it has been built
BUILT_LABEXTENSION = ROOT / "labextension"

#: the labextensions that ours needs in a site, and the Python distributions that bring them
NEEDED_LABEXTENSIONS = {
    "@jupyter/collaboration-extension": "jupyter-collaboration-ui",
    "@jupyter/docprovider-extension": "jupyter-docprovider",
}

#: what must be in a site
LABEXTENSIONS = (LABEXTENSION, *NEEDED_LABEXTENSIONS)

#: the major version of their npm packages that ours works with
NEEDED_MAJOR = 5

#: distributions of JupyterLab's own server for collaboration, the current one first
SERVER_DISTRIBUTIONS = ("jupyter-server-ydoc", "jupyter-collaboration")

#: the plugin of JupyterLite that ours takes the place of, and that only JupyterLite has
USER_PLUGIN = "@jupyterlite/services-extension:user-manager"

#: plugins of other labextensions that need a server, or that ours take the place of; they are
#: disabled in the configuration of a site, or of a server's page, where it collaborates
DISABLED_PLUGINS = (
    # ours provide these two tokens
    "@jupyter/docprovider-extension:websocket-provider-awareness-factory",
    "@jupyter/docprovider-extension:websocket-provider-document-factory",
    # these ask a server for the forks and the history of a document
    "@jupyter/docprovider-extension:forkManager",
    "@jupyter/docprovider-extension:statusBarTimeline",
    # this listens for the events of a server
    "@jupyter/docprovider-extension:logger",
    # this makes links with a server's token
    "@jupyter/collaboration-extension:shared-link",
    # this knows nobody: ours supplies an identity
    USER_PLUGIN,
)

#: what the names of other labextensions have in common that connect documents over WebRTC
OTHER_PROVIDERS = re.compile("webrtc.*provider|provider.*webrtc")

#: the environment variable for signaling URLs, separated by whitespace
SIGNALING_URLS_VARIABLE = "JUPYTERLITE_WEBRTC_SIGNALING_URLS"
