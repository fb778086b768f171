"""Who is let in, and a server that is killed and started again."""

import re
import signal
import subprocess
import sys

import httpx
import pytest
from playwright.sync_api import expect
from review_material import settled
from starlette.testclient import TestClient

from digitocr.review.app import make_app
from digitocr.review.security import Access
from digitocr.store.store import open_store

OWN = {"host": "127.0.0.1:8000"}


@pytest.fixture
def client(store_path):
    """A client that is not let in yet."""
    access = Access("127.0.0.1", 8000)
    with open_store(store_path) as store:
        client = TestClient(make_app(store, access), base_url="http://127.0.0.1:8000", follow_redirects=False)
        client.token = access.token
        yield client


def enter(client):
    answer = client.get(f"/?token={client.token}")
    assert answer.status_code == 303
    assert "token" not in answer.headers["location"]
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_the_token_lets_in_and_nothing_else_does(client):
    for path in ("/", "/page/main.js", "/picture/crop/1.jpg", "/?token=wrong", "/?token="):
        assert client.get(path).status_code == 403
    assert client.post("/api/overview", json={}).status_code == 403
    enter(client)
    assert client.get("/").status_code == 200
    assert client.get("/picture/crop/1.jpg").headers["content-type"] == "image/jpeg"
    assert client.post("/api/overview", json={}).json()["waiting"] == 3


def test_another_host_or_origin_is_refused_even_with_the_cookie(client):
    enter(client)
    assert client.get("/", headers={"host": "evil.example:8000"}).status_code == 421
    assert client.get("/", headers={"host": "127.0.0.1:9999"}).status_code == 421
    for headers in (
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
    ):
        assert client.post("/api/overview", json={}, headers=headers).status_code == 403
    own = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    assert client.post("/api/overview", json={}, headers=own).status_code == 200


def test_every_answer_has_the_policy(client):
    for answer in (client.get("/"), client.get(f"/?token={client.token}")):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_pictures_come_by_number_and_never_by_path(client):
    enter(client)
    for path in ("/picture/crop/../../etc/passwd", "/picture/crop/%2e%2e%2fpasswd.jpg", "/page/../app.py"):
        assert client.get(path).status_code in (403, 404)
    assert client.get("/picture/crop/999999.jpg").status_code == 404
    assert client.get("/picture/digit/1/77.jpg").status_code == 404


def test_odd_requests_are_answered_with_what_is_wrong(client):
    enter(client)
    for body in (b"[]", b"{", b'{"id": "x"}', b'{"id": 1, "queue": "none"}', b'{"who": 7}'):
        answer = client.post("/api/enter", content=body)
        assert answer.status_code == 409
        assert answer.json()["error"]
    entry = {"id": 1, "queue": "review", "settled": "value", "value": "1\u0000"}
    assert "no value" in client.post("/api/enter", json=entry).json()["error"]
    assert client.post("/api/enter", content=b"x" * 2_000_000).status_code == 413


def test_other_addresses_ask_for_a_password(store_path, monkeypatch):
    monkeypatch.setattr("digitocr.review.security.WRONG_PASSWORD_S", 0)
    access = Access("0.0.0.0", 8000, "open sesame")
    assert not access.local
    assert "token" not in access.address
    with open_store(store_path) as store:
        app = make_app(store, access)
        client = TestClient(app, base_url="http://192.168.1.7:8000", follow_redirects=False)
        assert "Password" in client.get("/").text
        assert "Password" in client.get("/?token=" + access.token).text
        assert client.post("/sign-in", data={"password": "wrong"}).status_code == 401
        assert client.post("/sign-in", data={"password": "open sesame"}).status_code == 303
        assert "view" in client.get("/").text
        assert client.get("/", headers={"host": "evil.example:8000"}).status_code == 421


def started(store_path, *options):
    command = [sys.executable, "-m", "digitocr", "review", str(store_path), "--no-browser", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    address = re.search(r"http://\S+", process.stderr.readline())[0]
    return process, address


def test_a_server_that_is_killed_loses_nothing(person, digitocr, store_path):
    process, address = started(store_path)
    page = person(address=address)
    expect(page.locator("#value")).to_have_value("1234")
    page.keyboard.press("Enter")
    expect(page.locator("#value")).to_have_value("5673")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("does not answer")
    assert [row[1] for row in settled(store_path)[:2]] == ["value", None]
    process, address = started(store_path)
    try:
        again = person(address=address)
        expect(again.locator("#value")).to_have_value("5673")
        assert digitocr("review", store_path, "--no-browser").returncode == 2  # it is open already
    finally:
        process.terminate()
        process.communicate()
    assert process.returncode in (0, 143, -signal.SIGTERM)


def test_a_browser_without_the_token_sees_how_to_get_in(chromium, access):
    page = chromium.new_page()
    page.goto(access.address.split("?")[0] + "?token=wrong")
    expect(page.locator("body")).to_contain_text("Open the address that `digitocr review` printed")
    page.close()
    assert httpx.get(access.address.split("?")[0]).status_code == 403


def test_a_store_that_is_not_there_and_a_port_that_is_taken(digitocr, store_path, access, tmp_path):
    assert digitocr("review", tmp_path / "none.db").returncode == 2
    taken = digitocr("review", store_path, "--no-browser", "--port", access.port)
    assert taken.returncode == 5
    assert b"name another --port" in taken.stderr
