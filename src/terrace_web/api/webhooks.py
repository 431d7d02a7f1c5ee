"""Sending to addresses: that a message is signed, arrives, and goes nowhere inside.

It is signed by ``X-Terrace-Signature: sha256=HMAC(secret, body)``; what it says is made in
``terrace_web.api.events``. Only public addresses are called.
"""

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

from terrace_web.api.models import Delivery, Webhook

TIMEOUT_S = 10
GIVE_UP_AFTER = 20


class UnsafeAddress(ValueError):
    """An address inside our own network, or not https."""


def deliver(delivery: Delivery, *, now: datetime) -> bool:
    """Send one delivery; whether it arrived. Problems are written down on it."""
    delivery.attempts += 1
    body = json.dumps(delivery.payload, ensure_ascii=False).encode()
    try:
        delivery.status = send(delivery.webhook.url, body, _headers(delivery, body))
        delivery.problem = "" if delivery.status < 300 else f"answered {delivery.status}"
    # An address that no request can be made of is a ValueError.
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or error
        delivery.status, delivery.problem = None, str(reason)[:300]
    arrived = delivery.status is not None and delivery.status < 300
    delivery.delivered_at = now if arrived else None
    delivery.save()
    _count(delivery.webhook, arrived)
    return arrived


def send(url: str, body: bytes, headers: dict[str, str]) -> int:
    """POST to an address that was resolved and checked once; the status of the answer.

    Redirects are not followed: they could lead inside.

    Raises:
        UnsafeAddress: not https, or not a public address.
        OSError, ValueError, http.client.HTTPException: it cannot be reached.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = resolve_public(parts.scheme, host, port)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    # Connect to the address that was checked: a second look-up might give another one.
    connection.sock = socket.create_connection((address, port), timeout=TIMEOUT_S)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        # The host is not escaped: Chinese in it has a spelling of its own, which Python knows.
        connection.request("POST", iri_to_uri(path), body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def resolve_public(scheme: str, host: str, port: int) -> str:
    """One public address of a host; outside production the machine itself will do.

    Raises:
        UnsafeAddress: not https, or one of the host's addresses is not public.
        OSError: the host is not known.
    """
    is_strict = settings.CONFIG.mode == "production"
    if scheme != "https" and (is_strict or scheme != "http"):
        raise UnsafeAddress("webhooks are sent by https only")
    found = {str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    for address in found:
        parsed = ipaddress.ip_address(address)
        if not (parsed.is_global or (parsed.is_loopback and not is_strict)):
            raise UnsafeAddress("this is not a public address")
    return sorted(found)[0]


def _headers(delivery: Delivery, body: bytes) -> dict[str, str]:
    signed = hmac.new(delivery.webhook.secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Terrace",
        "X-Terrace-Event": delivery.event,
        "X-Terrace-Delivery": str(delivery.pk),
        "X-Terrace-Signature": f"sha256={signed}",
    }


def _count(webhook: Webhook, arrived: bool) -> None:
    webhook.failures = 0 if arrived else webhook.failures + 1
    webhook.is_active = webhook.failures < GIVE_UP_AFTER
    webhook.save(update_fields=["failures", "is_active"])
