"""The assistant as `make run` starts it: its processes, its logs, and what happens when one dies.

A copy of the project on free ports, so that a running assistant is not disturbed.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from hjalpsam.operations.watchdog import EVERY
from hjalpsam.paths import ROOT
from tests.conftest import free_port
from tests.raw_requests import raw_requests, send

pytestmark = pytest.mark.server

RAW_REQUESTS = int(os.environ.get("HJALPSAM_FUZZ", "300"))
SECRETS = ["mitthemligaord", "anna.svensson@exempel.se", "19470319-4321"]
UNCLEAR = [
    (b"Content-Length: -5", 400),
    (b"Content-Length: +5", 400),
    (b"Content-Length:", 400),
    (b"Content-Length: 2\r\nContent-Length: 2", 400),
    (b"Content-Length: 2\r\nTransfer-Encoding: chunked", 400),
    (b"Transfer-Encoding: gzip", 400),
    (b"Content-Length: 99999999999", 413),
    (b"Content-Length: " + b"9" * 5000, 413),
]
UNREADABLE = [b"GET /\xe5 HTTP/1.1", b"GET http://[hemligt HTTP/1.1", b"GET / HTTP/9", b"", b"\xff\x00"]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".tools", "models", "tests", "docs", ".*_cache")  # caches go along


class Server:
    """`make run` without make, in a copy of the project."""

    def __init__(self, folder, **environment):
        self.folder, self.port, self.action_port = folder, free_port(), free_port()
        self.output = folder / "output.txt"
        self.environment = {
            **os.environ,
            "HJALPSAM_PORT": str(self.port),
            "HJALPSAM_ACTION_PORT": str(self.action_port),
            "HJALPSAM_STATE": str(folder / "state"),
            "PYTHONPATH": str(folder),
            **environment,
        }

    def start(self, until="Chatten finns på", seconds=90):
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hjalpsam.operations.run"],
                cwd=self.folder, env=self.environment, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_for(lambda: until in self.text() or self.process.poll() is not None, seconds)
        return self

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def text(self):
        return self.output.read_text()

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, data=json.dumps(body or {}).encode()
        )
        try:
            with urllib.request.urlopen(request, timeout=15) as response:
                return response.status, json.loads(response.read() or "null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def health(self):
        try:
            return self.call("GET", "/webhooks/web/health")[1]["status"]
        except (OSError, ValueError):
            return "nothing answers"

    def ask(self, *messages):
        _, opened = self.call("POST", "/webhooks/web/session")
        for message in messages:
            _, replies = self.call("POST", "/webhooks/web/webhook", {"sender": opened["sender"], "message": message})
        return "\n".join(reply["text"] for reply in replies)

    def hjalpsam(self, *arguments):
        """The operator's command, in the copy."""
        return subprocess.run(
            [sys.executable, "-m", "hjalpsam", *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip

    def child(self, port):
        """The process id of the server on a port."""
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and f"\0--port\0{port}\0" in (entry / "cmdline").read_text():
                    return int(entry.name)
        return None


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def project(model, tmp_path_factory):
    """A copy of the project with its trained model."""
    folder = tmp_path_factory.mktemp("server") / "mitt projekt"  # a path may hold a space
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    (folder / "models").mkdir()
    shutil.copy(model, folder / "models")
    return folder


@pytest.fixture(scope="module")
def server(project):
    server = Server(project).start()
    yield server
    server.stop()


def test_it_starts_quietly_and_prints_the_address(server):
    lines = [line.strip() for line in server.text().splitlines() if line.strip()]
    told = [line for line in lines if "(/staff/) är avstängda. Slå på dem med make password" in line]
    assert len(told) == 1, "how to switch them on"
    assert [line for line in lines if line not in told] == [
        "Startar assistenten …",
        f"Chatten finns på http://127.0.0.1:{server.port}/",
        "Avsluta med Ctrl-C.",
    ]


def test_status_knows_all_processes(server):
    found = server.hjalpsam("status", "--json")
    assert found.returncode == 0
    answer = json.loads(found.stdout)
    assert sorted((one["name"], one["state"]) for one in answer["processes"]) == [
        ("actions", "RUNNING"),
        ("rasa", "RUNNING"),
        ("watchdog", "RUNNING"),
    ]
    assert answer["health"]["status"] == "ok"


def test_the_main_job(server):
    reply = server.ask("är orostelefonen öppen nu?")
    assert "020-100 200" in reply
    assert re.search("öppen nu|stängd just nu", reply)
    assert re.search(r"klockan \d+\.\d\d", reply)


def test_both_servers_listen_on_this_machine_only(server):
    listening = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, port = line.split()[1].split(":")
            if int(port, 16) in (server.port, server.action_port) and line.split()[3] == "0A":
                listening.append((int(port, 16), address))
    assert sorted(listening) == sorted((port, "0100007F") for port in (server.port, server.action_port))


def test_a_dead_action_server_leaves_the_number_and_comes_back(server):
    os.kill(server.child(server.action_port), signal.SIGKILL)
    reply = server.ask("är orostelefonen öppen nu?")
    assert "020-100 200" in reply
    assert "måndag till fredag" in reply
    wait_for(lambda: server.health() == "ok", 30)
    assert "klockan" in server.ask("är orostelefonen öppen nu?")


def test_a_dead_rasa_comes_back(server):
    os.kill(server.child(server.port), signal.SIGKILL)
    wait_for(lambda: server.health() != "ok", 10)
    wait_for(lambda: server.health() == "ok", 60)
    assert "020-100 200" in server.ask("vad är orostelefonen?")


def test_one_that_lives_but_does_not_answer_is_started_anew(server):
    time.sleep(2 * EVERY)  # the watchdog has had an answer from it
    stopped = server.child(server.port)
    os.kill(stopped, signal.SIGSTOP)
    wait_for(lambda: server.child(server.port) not in (None, stopped), 40)
    wait_for(lambda: server.health() == "ok", 60)
    assert "020-100 200" in server.ask("vad är orostelefonen?")
    assert "rasa svarade inte på 15 sekunder och startas om" in server.hjalpsam("status").stdout


def test_a_changed_fact_is_said_at_once(server):
    facts = server.folder / "facts.yml"
    original = facts.read_text()
    facts.write_text(original.replace("number: 020-100 200", "number: 020-999 888"))
    assert "020-999 888" in server.ask("vad är numret till orostelefonen?")
    facts.write_text(original.replace("number: 020-100 200", "number: [fel"))
    assert "020-999 888" in server.ask("vad är numret till orostelefonen?"), "the last good facts hold"
    assert "FEL I FAKTAFILEN" in server.text()
    assert server.health() == "degraded"
    facts.write_text(original)
    assert "020-100 200" in server.ask("vad är numret till orostelefonen?")
    assert server.health() == "ok"


def test_nothing_that_was_typed_is_in_a_log_or_on_disk(server):
    for secret in SECRETS:
        server.ask(f"är telefonen öppen {secret}", f"{secret} hjälp", "är den öppen?")
    os.kill(server.child(server.action_port), signal.SIGKILL)
    server.ask(f"är orostelefonen öppen {SECRETS[0]}")  # the error path logs, too
    wait_for(lambda: server.health() == "ok", 30)
    for path in [server.output, *(path for path in server.folder.rglob("*") if path.is_file())]:
        content = path.read_bytes()
        assert [secret for secret in SECRETS if secret.encode() in content] == [], path


@pytest.mark.parametrize(("headers", "status"), UNCLEAR)
@pytest.mark.parametrize(
    "line", [b"POST /webhooks/web/webhook HTTP/1.1", b"GET /webhooks/web/health HTTP/1.1", b"GET / HTTP/1.1"]
)
def test_a_length_that_cannot_be_believed_is_refused(server, line, headers, status):
    raw = line + b"\r\nHost: x\r\n" + headers + b"\r\n\r\n{}"
    answer = send(server.port, raw).decode()
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert "020-100 200" in answer
    assert "112" in answer
    assert send(server.action_port, raw).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize("line", UNREADABLE)
def test_a_head_that_cannot_be_read_is_refused_and_not_logged(server, line):
    before = len(server.text())
    for port in (server.port, server.action_port):
        assert send(port, line + b"\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert server.text()[before:] == ""


@given(raw=raw_requests())
@settings(max_examples=RAW_REQUESTS, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_stops_the_servers(server, raw):
    for port, path in ((server.port, b"/"), (server.action_port, b"/health")):
        send(port, raw, seconds=0.02)
        asked = b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert send(port, asked, seconds=10).startswith(b"HTTP/1.1 200 ")


def test_a_second_one_beside_it_is_refused(server):
    second = Server(server.folder)
    second.output = second.folder / "second.txt"
    assert second.start().process.wait(30) == 1
    assert "redan i gång" in second.text()
    assert server.health() == "ok"


def test_stopping_ends_all_processes(server):
    children = [server.child(server.port), server.child(server.action_port)]
    assert all(children)
    before = len(server.text())
    server.stop()
    wait_for(lambda: not any(Path(f"/proc/{child}").exists() for child in children), 20)
    assert "ERROR" not in server.text()[before:]


# --- when it cannot start: a clear sentence, and an end --------------------------------------


def fails(project, **environment):
    """As at the first start, when no model is live."""
    server = Server(project, **{"HJALPSAM_STATE": str(project / "new"), **environment})
    try:
        assert server.start(seconds=120).process.wait(5) == 1, server.text()
    finally:
        server.stop()
    assert "Traceback" not in server.text()
    return server.text()


@pytest.mark.parametrize("variable", ["HJALPSAM_PORT", "HJALPSAM_ACTION_PORT"])
def test_a_port_that_is_taken(project, variable):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        text = fails(project, **{variable: str(port)})
    assert f"Port {port}" in text
    assert f"{variable}={port + 1} make run" in text


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("facts.yml", "number: 020-100 200", "number: ring oss", "facts.yml: helpline.number"),
        ("facts.yml", "helpline:", "helpline: [", "facts.yml, rad"),
        ("domain.yml", "responses:", "responses: {", "domain.yml, rad"),
        ("data/nlu.yml", "nlu:", "nlu: [", "nlu.yml, rad"),
        ("credentials.yml", "idle_minutes: 30", "idle_minutes: [30", "credentials.yml, rad"),
    ],
)
def test_a_broken_file(project, name, old, new, told):
    path = project / name
    original = path.read_text()
    try:
        path.write_text(original.replace(old, new, 1))
        assert told in fails(project)
    finally:
        path.write_text(original)


def few_examples(text):
    """An nlu file with the first three examples of each intent: a training of seconds."""
    lines, count = [], 0
    for line in text.splitlines():
        count = count + 1 if line.startswith("      - ") else 0
        if count <= 3:
            lines.append(line)
    return "\n".join(lines) + "\n"


def test_a_rule_that_contradicts_another(project):
    path, nlu = project / "data" / "stories.yml", project / "data" / "nlu.yml"
    original, examples = path.read_text(), nlu.read_text()
    try:
        nlu.write_text(few_examples(examples))
        path.write_text(
            'version: "3.1"\nrules:\n  - rule: fel\n    steps:\n      - intent: affirm\n      - action: utter_goodbye\n'
        )
        text = fails(project)
    finally:
        path.write_text(original)
        nlu.write_text(examples)
    assert "Modellen kunde inte tränas" in text
    assert "«fel» svarar utter_goodbye där «affirm» svarar något annat" in text
    assert not list((project / "models").glob(".training-*")), "nothing half done is left"


def test_a_damaged_model_is_trained_anew(project):
    (model,) = (project / "models").glob("*.tar.gz")
    good = model.read_bytes()
    try:
        model.write_bytes(good[: len(good) // 2])
        server = Server(project, HJALPSAM_STATE=str(project / "new")).start(until="tränas om")
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        assert "går inte att läsa och tränas om" in server.text()
    finally:
        model.write_bytes(good)
