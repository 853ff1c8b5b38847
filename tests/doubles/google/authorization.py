"""The authorization endpoint: where Google shows an error page, what it asks, and what it redirects to."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from tests.doubles.google.grants import CODE_LIFE, Code, Grants
from tests.doubles.google.project import SIGN_IN_SCOPES, Project, full_scope, known_scopes
from tests.doubles.google.store import Owner

# Embedded browsers: Android's WebView, iOS's without Safari, Electron, Slack's own.
_WEBVIEW = re.compile(
    r";\s*wv\)|\bElectron/|\bSlack(?!bot)[/_ ]|com\.tinyspeck"
    r"|(?:iPhone|iPad).*AppleWebKit(?!.*(?:Safari|CriOS|FxiOS)/)"
)
ISSUER = "https://accounts.google.com"
_IDENTITY = frozenset(SIGN_IN_SCOPES.values())


class ErrorPage(Exception):
    """Google stops here and shows a page; the application hears nothing."""

    def __init__(self, status: int, error: str, text: str) -> None:
        super().__init__(f"Error {status}: {error}")
        self.status = status
        self.error = error
        self.text = text


@dataclass(frozen=True)
class AuthRequest:
    """A request that Google takes up."""

    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    offline: bool
    prompts: frozenset[str]
    include_granted: bool
    login_hint: str | None
    nonce: str | None
    challenge: str | None
    challenge_method: str

    @property
    def asked(self) -> list[str]:
        """Return the scopes beyond signing in: those that a consent page lists."""
        return [scope for scope in self.scopes if scope not in _IDENTITY]


def read(project: Project, params: Mapping[str, str], user_agent: str) -> AuthRequest:
    """Check a request as far as that does not depend on who signs in.

    Raises:
        ErrorPage: Google would show an error.
    """
    if _WEBVIEW.search(user_agent):
        text = f"{project.name}'s request does not comply with Google's policy on secure browsers."
        raise ErrorPage(403, "disallowed_useragent", text)
    for name in ("client_id", "redirect_uri", "response_type", "scope"):
        if not params.get(name):
            raise ErrorPage(400, "invalid_request", f"Required parameter is missing: {name}")
    if params["client_id"] != project.client_id:
        raise ErrorPage(401, "invalid_client", "The OAuth client was not found.")
    if project.deleted:
        raise ErrorPage(401, "deleted_client", "The OAuth client was deleted.")
    if params["redirect_uri"].startswith("urn:ietf:wg:oauth"):
        raise ErrorPage(400, "invalid_request", "The out-of-band (OOB) flow has been blocked.")
    if not project.accepts_redirect(params["redirect_uri"]):
        text = (
            "You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy. "
            "If you're the app developer, register the redirect URI in the Google Cloud Console. "
            f"Request details: redirect_uri={params['redirect_uri']}"
        )
        raise ErrorPage(400, "redirect_uri_mismatch", text)
    if params["response_type"] != "code":
        raise ErrorPage(400, "unsupported_response_type", "The double only knows the code flow.")
    unknown = [scope for scope in params["scope"].split() if scope not in known_scopes()]
    if unknown:
        raise ErrorPage(400, "invalid_scope", f"Some requested scopes were invalid. invalid={unknown}")
    method = params.get("code_challenge_method", "plain")
    if method not in {"plain", "S256"}:
        raise ErrorPage(400, "invalid_request", f"Invalid code_challenge_method: {method}")
    if params.get("access_type", "online") not in {"online", "offline"}:
        raise ErrorPage(400, "invalid_request", "Invalid parameter value for access_type")
    return AuthRequest(
        redirect_uri=params["redirect_uri"],
        scopes=tuple(dict.fromkeys(full_scope(scope) for scope in params["scope"].split())),
        state=params.get("state"),
        offline=params.get("access_type") == "offline",
        prompts=frozenset(params.get("prompt", "").split()),
        include_granted=params.get("include_granted_scopes") == "true",
        login_hint=params.get("login_hint"),
        nonce=params.get("nonce"),
        challenge=params.get("code_challenge"),
        challenge_method=method,
    )


def check_account(project: Project, person: Owner) -> None:
    """Check whether this person may use the application at all.

    Raises:
        ErrorPage: Google would show an error.
    """
    if project.user_type == "internal" and person.domain != project.domain:
        raise ErrorPage(403, "org_internal", f"{project.name} can only be used within its organization.")
    if project.is_testing and person.email not in project.test_users:
        text = (
            f"{project.name} has not completed the Google verification process. The app is currently being "
            "tested, and can only be accessed by developer-approved testers."
        )
        raise ErrorPage(403, "access_denied", text)
    if person.domain in project.blocked_by_admin:
        raise ErrorPage(
            400, "admin_policy_enforced", "This app is not allowed by your organization's administrator."
        )


def needs_consent(grants: Grants, request: AuthRequest, person: Owner) -> bool:
    """Say whether Google asks again: when told to, or when something was never granted."""
    return "consent" in request.prompts or not set(request.scopes) <= grants.granted.get(person.email, set())


def grant(grants: Grants, request: AuthRequest, person: Owner, ticked: Iterable[str]) -> str:
    """Note what a person grants and return where the browser goes on with a code.

    A refresh token comes later for the first grant, or after an explicit consent; only offline.
    """
    earlier = grants.granted.setdefault(person.email, set())
    first = not earlier
    scopes = {scope for scope in request.scopes if scope in _IDENTITY} | set(ticked)
    earlier |= scopes
    answered = frozenset(earlier if request.include_granted else scopes)
    code = grants.new_code(
        Code(
            value="4/0A" + secrets.token_urlsafe(48),
            email=person.email,
            scopes=answered,
            redirect_uri=request.redirect_uri,
            offline=request.offline and (first or "consent" in request.prompts),
            nonce=request.nonce,
            challenge=request.challenge,
            challenge_method=request.challenge_method,
            expires=grants.clock.now() + CODE_LIFE,
        )
    )
    params = {"code": code.value, "scope": " ".join(sorted(answered)), "authuser": "0", "iss": ISSUER}
    params |= {"hd": person.domain} if person.domain else {}
    params["prompt"] = "consent" if "consent" in request.prompts or first else "none"
    return redirect(request, params)


def redirect(request: AuthRequest, params: Mapping[str, str]) -> str:
    """Return the redirect with the state that came with the request."""
    state = {"state": request.state} if request.state is not None else {}
    parts = urlsplit(request.redirect_uri)
    query = "&".join(filter(None, [parts.query, urlencode(state | dict(params))]))
    return urlunsplit(parts._replace(query=query))
