"""Nothing leaves the machine: what the limits page promises, with every look outside refused."""

import shutil
import subprocess
import sys

import pytest

WITHOUT_NETWORK = """
import sys

def refuse(event, arguments):
    looks = "connect", "getaddrinfo", "gethostbyname", "gethostbyaddr", "sendto"
    if event in [f"socket.{look}" for look in looks]:
        raise RuntimeError(f"{event} {arguments}: this would leave the machine")

sys.addaudithook(refuse)
from digitocr.__main__ import main
main()
"""


def run(*arguments):
    command = [sys.executable, "-c", WITHOUT_NETWORK, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "SCANS", "--model", "MODEL", "-f", "json"),
        ("evaluate", "SCANS", "--model", "MODEL"),
        ("model", "show", "MODEL"),
        ("schema",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_commands_open_no_connection(arguments, scans, toy_model):
    rows = ["file,label", *(f"{file.name},1" for file in sorted(scans.iterdir()))]
    (scans / "labels.csv").write_text("\n".join(rows))
    places = {"SCANS": scans, "MODEL": toy_model}
    if arguments[0] == "read":
        (scans / "labels.csv").unlink()
    done = run(*(places.get(word, word) for word in arguments))
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_a_connection_would_be_noticed():
    code = (
        WITHOUT_NETWORK.partition("from digitocr")[0] + "import socket; socket.create_connection(('::1', 9))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert "would leave the machine" in done.stderr


@pytest.mark.skipif(not shutil.which("unshare"), reason="util-linux's unshare takes the network away")
def test_reading_works_where_there_is_no_network(scans, toy_model):
    apart = ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a network of its own")
    command = [*apart, sys.executable, "-m", "digitocr", "read", str(scans), "--model", str(toy_model)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 10
