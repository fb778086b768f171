"""Who is let in: the address's token or a password, then a cookie; Host and Origin are checked each time.

A page of another site that the same browser shows can send requests to 127.0.0.1, and by DNS rebinding under
a name of its own: Host tells such a name, Origin such a page, and the cookie is sent for neither.
"""

import hmac
import ipaddress
import secrets
import socket
import time
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
WRONG_TOKEN = "The token is missing or is another server's. Open the address that `digitocr review` printed."
WRONG_PASSWORD_S = 1.0  # a wrong password takes so long, so that guessing takes long
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_SIGN_IN = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>digitocr review</title>
<link rel="stylesheet" href="/page/style.css"><main class="sign-in"><h1>Review</h1>
<form method="post" action="/sign-in">
<label>Password <input type="password" name="password" autofocus></label>
<button>Sign in</button></form><p role="alert">{}</p></main></html>"""


@dataclass(frozen=True, slots=True)
class Access:
    """How the page is reached: on `host` and `port`, with a token in the address, or a password."""

    host: str
    port: int
    password: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def cookie(self) -> str:
        """Its name; browsers keep no cookies apart by port."""
        return f"digitocr-{self.port}"

    @property
    def address(self) -> str:
        """What to open in the browser."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{_bracketed(host)}:{self.port}/" + ("" if self.password else f"?token={self.token}")

    @property
    def local(self) -> bool:
        """Whether nobody but this machine reaches it."""
        return self.host == "localhost" or (_is_ip(self.host) and ipaddress.ip_address(self.host).is_loopback)

    def knows(self, host: str) -> bool:
        """Whether a request's Host is one that this server has."""
        name, _, port = host.rpartition(":")
        if port != str(self.port):
            return False
        name = name.strip("[]").lower()
        if name in ("localhost", "127.0.0.1", "::1", self.host.lower()):
            return True
        # A foreign page can only be at a name: an address is this machine's, or would not have come here.
        return not self.local and (
            _is_ip(name) or name in (socket.gethostname().lower(), socket.getfqdn().lower())
        )

    def opens(self, secret: str) -> bool:
        """Whether this is the token."""
        return hmac.compare_digest(secret.encode(), self.token.encode())

    def accepts(self, password: str) -> bool:
        """Whether this is the password; slow where it is not."""
        if self.password and hmac.compare_digest(password.encode(), self.password.encode()):
            return True
        time.sleep(WRONG_PASSWORD_S)
        return False


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class Guard:
    """Lets a request through to the page, or answers it."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        answer = self._refusal(Request(scope))
        await (answer or self._app)(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        """The answer to who is not let in; None for who is."""
        access, headers = self._access, request.headers
        if not access.knows(headers.get("host", "")):
            return PlainTextResponse("This is not the address of this page.", 421)
        if not _own_origin(headers):
            return PlainTextResponse("Requests from other pages are not answered.", 403)
        if access.opens(request.cookies.get(access.cookie, "")):
            return None
        if access.password:
            return None if request.url.path in ("/sign-in", "/page/style.css") else sign_in()
        if request.url.path == "/" and access.opens(request.query_params.get("token", "")):
            return entered(access)
        return PlainTextResponse(WRONG_TOKEN, 403)


def _own_origin(headers: Headers) -> bool:
    """Whether a request comes from this page itself, or from none, as the first one does."""
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{headers.get('host', '')}":
        return False
    return headers.get("sec-fetch-site", "none") in ("none", "same-origin") or _navigates(headers)


def _navigates(headers: Headers) -> bool:
    """Whether a link was followed: that changes nothing, and shows nothing to the page that has it."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("origin") is None


def entered(access: Access) -> Response:
    """To the page, with the cookie, and the token out of the address."""
    response = RedirectResponse("/", 303)
    response.set_cookie(access.cookie, access.token, httponly=True, samesite="strict")
    return response


def sign_in(problem: str = "") -> Response:
    """The form that asks for the password."""
    return Response(_SIGN_IN.format(problem), 401 if problem else 200, media_type="text/html")
