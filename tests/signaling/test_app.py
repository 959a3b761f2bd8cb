# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The command line: what it offers, and one clear sentence for each mistake."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

from jupyterlite_webrtc import __version__
from jupyterlite_webrtc.apps.serve import ServeApp
from jupyterlite_webrtc.apps.signaling import SignalingApp
from jupyterlite_webrtc.apps.strict_config import ConfigError, check, sections

#: seconds after which a command is taken for hanging
PATIENCE = 60

APP = (sys.executable, "-m", "jupyterlite_webrtc.app")


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    """Run commands in an empty folder, without anybody's configuration."""
    return Runner(tmp_path)


class Runner:
    """Run commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config_dir = folder / "config"

    def __call__(
        self, *arguments: str, command: tuple[str, ...] = APP
    ) -> subprocess.CompletedProcess[str]:
        """Run the application to its end."""
        return subprocess.run(
            [*command, *arguments],
            cwd=self.folder,
            env={**os.environ, "JUPYTER_CONFIG_DIR": str(self.config_dir)},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )


def test_help_names_the_subcommands(run: Runner) -> None:
    done = run("--help")
    assert done.returncode == 0
    for name in ("demo", "serve", "signaling"):
        assert f"\n{name}\n" in done.stdout
    assert "jupyter lite-webrtc serve --output-dir _output --port 8000" in done.stdout


@pytest.mark.parametrize(
    ("subcommand", "options"),
    {
        "signaling": ["--host", "--port", "--certfile", "--origin", "--relay-rate", "--bus"],
        "serve": ["--output-dir", "--host", "--port", "--base-url"],
        "demo": ["--dir", "--host", "--port", "--no-browser"],
    }.items(),
)
def test_help_of_a_subcommand_names_its_options(
    run: Runner, subcommand: str, options: list[str]
) -> None:
    brief, full = run(subcommand, "--help"), run(subcommand, "--help-all")
    assert (brief.returncode, full.returncode) == (0, 0)
    for option in options:
        assert f"\n{option}" in brief.stdout
        assert f"\n{option}" in full.stdout
    assert "--WebRtcServerApp.host=" in full.stdout
    assert "--WebRtcServerApp.host=" not in brief.stdout


def test_tells_its_version(run: Runner) -> None:
    assert run("--version").stdout == f"{__version__}\n"


def test_is_a_subcommand_of_jupyter(run: Runner) -> None:
    jupyter = str(Path(sys.executable).parent / "jupyter")
    done = run("lite-webrtc", "--version", command=(jupyter,))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{__version__}\n", "")


@pytest.mark.parametrize("subcommand", ["signaling", "serve", "demo"])
def test_generates_a_configuration_file_that_it_reads(run: Runner, subcommand: str) -> None:
    assert run(subcommand, "--generate-config").returncode == 0
    path = run.config_dir / "jupyter_lite_webrtc_config.py"
    text = path.read_text()
    assert "# c.WebRtcServerApp.host = '127.0.0.1'" in text
    assert "# c.SignalingLimits.topics_per_connection = 1024" in text
    assert "# c.SignalingOptions.origins = []" in text
    path.write_text(text + "\nc.WebRtcServerApp.host = 'from.the.file.invalid'\n")
    shown = run(subcommand, "--show-config-json")
    assert json.loads(shown.stdout)["WebRtcServerApp"] == {"host": "from.the.file.invalid"}


def test_the_command_line_beats_the_configuration_file(run: Runner) -> None:
    run.config_dir.mkdir()
    (run.config_dir / "jupyter_lite_webrtc_config.json").write_text(
        json.dumps({"WebRtcServerApp": {"host": "file.invalid"}, "SignalingApp": {"port": 0}})
    )
    assert "'file.invalid'" in run("signaling").stderr
    assert "'line.invalid'" in run("signaling", "--host", "line.invalid").stderr


MISTAKES = {
    (): "A subcommand is needed: choose one of check, demo, serve, signaling, or see --help.",
    (
        "signalling",
    ): "There is no subcommand 'signalling': choose one of check, demo, serve, signaling,",
    ("--frobnicate",): "There is no option --frobnicate: see --help-all.",
    ("signaling", "--frobnicate=1"): "There is no option --frobnicate: see --help-all.",
    ("signaling", "--prot", "1"): "There is no option --prot: did you mean --port?",
    ("signaling", "--SignalingApp.prot=1"): "did you mean --SignalingApp.port?",
    ("signaling", "4444"): "'4444' means nothing here: see --help.",
    ("signaling", "--port"): "argument --SignalingApp.port: expected one argument",
    ("signaling", "--port", "x"): "The 'port' trait of a SignalingApp instance expected an int",
    ("signaling", "--port", "65536"): "should not be greater than 65535",
    ("signaling", "--port=-1"): "should not be less than 0",
    ("signaling", "--config", "none.py"): "There is no configuration file none.py.",
    ("signaling", "--host", "none.invalid"): "Nothing can listen on host 'none.invalid'",
    ("signaling", "--host", "192.0.2.1"): "'192.0.2.1' is no address of this machine: see --host.",
    ("signaling", "--SignalingLimits.connections=0"): "should not be less than 1",
    ("signaling", "--relay-rate", "inf"): "expected a finite number, not the float inf.",
    ("signaling", "--relay-rate", "nan"): "expected a finite number, not the float nan.",
    ("signaling", "--SignalingOptions.ping_seconds=nan"): "expected a finite number, not the float",
    ("signaling", "--keyfile", "key.pem"): "--keyfile needs --certfile: the key's certificate.",
    ("signaling", "--certfile", "none.pem"): "TLS can't use none.pem (No such file or directory)",
    ("signaling", "--origin", "example.org"): "'example.org' is no origin: write it as https://",
    ("signaling", "--trusted-proxy", "proxy"): "'proxy' is no address of a trusted proxy: write",
    ("signaling", "--turn-uri", "turn:a"): "--turn-uri needs --turn-secret: what the TURN server",
    ("signaling", "--turn-secret", "x"): "--turn-secret needs --turn-uri: where the TURN server is",
    (
        *("signaling", "--turn-secret", "x", "--turn-uri", "https://a"),
    ): "'https://a' is not the URL of a STUN or TURN server: write it as stun:",
    (
        *("signaling", "--turn-secret", "x", "--turn-uri", "stun:a"),
    ): "'stun:a' is for STUN only: give --turn-uri one with turn:.",
    (
        *("signaling", "--turn-secret", "x", "--turn-uri", "turn:me:secret@a:99999"),
    ): "'turn:***@a:99999' is not the URL of a STUN or TURN server",
    (
        *("signaling", "--turn-secret", "x", "--turn-uri", "turn:a"),
    ): "--turn-secret lets everybody use the TURN server who finds this one: add --origin or",
    ("signaling", "--bus", "http://x"): "--bus is no URL of a Redis or Valkey server: write it as",
    ("serve",): "'_output' holds no built site (jupyter-lite.json is not there): run `jupyter lite",
    ("serve", "--output-dir", "none"): "'none' holds no built site",
    ("demo", "--dir", "/dev/null/x"): "Can't build in '/dev/null/x' (Not a directory): see --dir.",
}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    MISTAKES.items(),
    ids=[" ".join(arguments) or "nothing" for arguments in MISTAKES],
)
def test_a_mistake_gets_one_sentence_and_exit_code_1(
    run: Runner, arguments: tuple[str, ...], sentence: str
) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_broken_configuration_file_is_named(run: Runner) -> None:
    (run.folder / "broken.py").write_text("c.SignalingApp.port = 1 / 0\n")
    (run.folder / "torn.json").write_text("{")
    for name, error in (("broken.py", "ZeroDivisionError"), ("torn.json", "JSONDecodeError")):
        done = run("signaling", "--config", name)
        assert done.returncode == 1
        assert f"The configuration {name} can't be read: {error}: " in done.stderr
        assert done.stderr.count("\n") == 1


#: by what they say: in Python or JSON, and what is answered after the name of the file
MISSPELT = {
    "c.SignalingOption.token = 'x'": "there is no section SignalingOption: did you mean Signaling",
    "c.SignalingOption": "there is no section SignalingOption: did you mean SignalingOptions?",
    "c.Frobnicator.token = 'x'": "there is no section Frobnicator: see --help-all.",
    "c.SignalingOptions.tokn = 'x'": "there is no option SignalingOptions.tokn: did you mean token",
    "c.SignalingApp.SignalingOption.token = 'x'": "there is no section SignalingOption: did you",
    "c.SignalingApp.SignalingOptions.tokn = 'x'": "there is no option SignalingOptions.tokn: did",
    "c.ServeApp.frobnicate = True": "there is no option ServeApp.frobnicate: see --help-all.",
    "c.token = 'x'": "token stands in no section: did you mean SignalingOptions.token?",
    "c.signalingOptions = {}": "signalingOptions stands in no section: did you mean SignalingOp",
    '{"SignalingOption": {"token": "x"}}': "there is no section SignalingOption: did you mean S",
    '{"SignalingOptions": {"tokn": "x"}}': "there is no option SignalingOptions.tokn: did you m",
    '{"SignalingOptions": "x"}': "SignalingOptions is a section: it must hold options.",
}


@pytest.mark.parametrize(("text", "sentence"), MISSPELT.items(), ids=MISSPELT)
def test_what_nothing_would_read_in_a_configuration_file_is_named(
    tmp_path: Path, text: str, sentence: str
) -> None:
    loader = JSONFileConfigLoader if text.startswith("{") else PyFileConfigLoader
    (tmp_path / "mine").write_text(text)
    config = loader("mine", str(tmp_path)).load_config()
    known = sections([SignalingApp, ServeApp, *SignalingApp.classes])
    with pytest.raises(ConfigError, match=re.escape(f"mine: {sentence}")):
        check(config, known, "mine", is_shared=False)


@pytest.mark.parametrize("name", ["mine.py", "mine.json"])
def test_a_misspelt_section_or_option_stops_the_server(run: Runner, name: str) -> None:
    for section, option in (("SignalingOption", "token"), ("SignalingOptions", "tokn")):
        said = {section: {option: "x"}}
        text = json.dumps(said) if name.endswith("json") else f"c.{section}.{option} = 'x'\n"
        (run.folder / name).write_text(text)
        done = run("signaling", "--config", name)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert re.search(rf"{name}: there is no .*: did you mean \w+\?$", done.stderr)


@pytest.mark.parametrize("subcommand", ["check", "demo", "serve", "signaling"])
def test_every_subcommand_refuses_what_is_misspelt_in_the_file_that_it_finds_by_itself(
    run: Runner, subcommand: str
) -> None:
    run.config_dir.mkdir()
    path = run.config_dir / "jupyter_lite_webrtc_config.json"
    path.write_text('{"SignalingOption": {"token": "x"}}')
    done = run(subcommand)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert f"{path}: there is no section SignalingOption: did you mean" in done.stderr


@pytest.mark.parametrize(
    ("section", "option", "value", "sentence"),
    [
        ("SignalingApp", "port", "4444", "The 'port' trait of a SignalingApp instance expected an"),
        ("SignalingOptions", "token", 5, "The 'token' trait of a SignalingOptions instance expect"),
    ],
)
def test_a_value_of_a_configuration_file_that_makes_no_sense_stops_the_server(
    run: Runner, section: str, option: str, value: str | int, sentence: str
) -> None:
    (run.folder / "mine.json").write_text(json.dumps({section: {option: value}}))
    done = run("signaling", "--config", "mine.json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert sentence in done.stderr


def test_a_file_for_all_jupyter_applications_can_have_their_sections_but_no_misspelt_ones_of_ours(
    run: Runner,
) -> None:
    run.config_dir.mkdir()
    path = run.config_dir / "jupyter_config.json"
    path.write_text('{"ServerApp": {"ip": ""}, "WebRtcServerApp": {"host": "file.invalid"}}')
    assert "'file.invalid'" in run("signaling").stderr
    path.write_text('{"ServerApp": {"ip": ""}, "SignalingOptions": {"tokn": "x"}}')
    done = run("signaling")
    assert f"{path}: there is no option SignalingOptions.tokn: did you mean token?" in done.stderr


def test_a_configuration_file_with_another_suffix_which_would_not_be_read_is_refused(
    run: Runner,
) -> None:
    (run.folder / "mine.conf").write_text('{"SignalingOptions": {"token": "x"}}')
    done = run("signaling", "--config", "mine.conf")
    assert done.returncode == 1
    assert "The configuration file mine.conf must end with .py or .json." in done.stderr
