#!/usr/bin/env python3
# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Tell of a red night: in the issue that is open about such nights, or in a new one.

``.ci/report_night.py RUN`` needs GitHub's ``gh``, with GH_TOKEN and GH_REPO, and nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

#: how a job ends that is told of; one that takes too long is cancelled
RED = ("failure", "cancelled", "timed_out")

#: what is in the names of jobs whose failures may be others' faults
PRE_RELEASES = "pre-releases"

#: the issues, by whether they are about such jobs
TITLES = {False: "A night is red", True: f"A night is red with {PRE_RELEASES}"}


def gh(*args: str) -> str:
    """Ask GitHub."""
    command = ["gh", *args]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def tell(title: str, jobs: list[dict[str, Any]]) -> None:
    """Comment on the open issue of a title, or open it."""
    body = "\n".join(f"- [{job['name']}]({job['url']}): {job['conclusion']}" for job in jobs)
    search = ("--state", "open", "--search", f'in:title "{title}"', "--json", "number,title")
    for issue in json.loads(gh("issue", "list", *search)):
        if issue["title"] == title:  # the search finds similar ones, too
            gh("issue", "comment", str(issue["number"]), "--body", body)
            return
    gh("issue", "create", "--title", title, "--body", body)


def main(run: str) -> None:
    """Tell of the jobs of a run."""
    jobs = json.loads(gh("run", "view", run, "--json", "jobs"))["jobs"]
    red = [job for job in jobs if job["conclusion"] in RED]
    for is_pre, title in TITLES.items():
        told = [job for job in red if (PRE_RELEASES in job["name"]) == is_pre]
        if told:
            tell(title, told)


if __name__ == "__main__":
    main(sys.argv[1])
