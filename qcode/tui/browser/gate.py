"""Who may come in: a token that works once, the cookie that it is exchanged for, and which addresses are ours.

Three doors stand between a stranger's web page and the interviews. The server listens on the loopback address only. A
page elsewhere can still make a browser on this computer ask it, so a request must name the loopback address (a name
that was pointed here does not) and must come from our own page. And without the cookie nothing is answered at all.
"""

from __future__ import annotations

import hmac
import re
import secrets

__all__ = ["Gate", "is_own_host", "is_own_origin"]

_SECRET_BYTES = 32
_OWN_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")


class Gate:
    """One run of the server: `token` opens it once; `cookie_name` is of this run, since ports share their cookies."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(_SECRET_BYTES)
        self.cookie_name = f"qcode-{secrets.token_hex(4)}"
        self._cookie = secrets.token_urlsafe(_SECRET_BYTES)
        self._spent = False

    def admit(self, token: str) -> str | None:
        """The value of the cookie for whoever brings the token first; None for a wrong token, or a second time."""
        right = _same(token, self.token)  # compared in any case, so that the time tells nothing
        if not right or self._spent:
            return None
        self._spent = True
        return self._cookie

    def knows(self, cookie: str | None) -> bool:
        """Whether the cookie is the one that was given out."""
        return _same(cookie or "", self._cookie) and self._spent


def _same(given: str, secret: str) -> bool:
    """In constant time; what is no UTF-8 reaches us with surrogates."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode("utf-8"))


def is_own_host(host: str) -> bool:
    """Whether a Host header names the loopback address; any port, since an ssh tunnel may have another.

    >>> is_own_host("127.0.0.1:8437"), is_own_host("localhost"), is_own_host("127.0.0.1.evil.example:8437")
    (True, True, False)
    """
    return _OWN_HOST.fullmatch(host.lower()) is not None


def is_own_origin(origin: str, host: str) -> bool:
    """Whether an Origin header is the page that the Host header names.

    >>> is_own_origin("http://localhost:1", "localhost:1"), is_own_origin("http://localhost:2", "localhost:1")
    (True, False)
    """
    return origin.lower() == f"http://{host.lower()}"
