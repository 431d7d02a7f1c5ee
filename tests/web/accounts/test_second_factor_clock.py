"""The second factor takes the code of a clock that is half a minute off, and no older one."""

import pytest
from allauth.mfa.totp.internal import auth

HALF_MINUTES = 59_480_000


@pytest.mark.parametrize(("steps", "is_taken"), [(0, True), (1, True), (-1, True), (3, False)])
def test_it_works(monkeypatch: pytest.MonkeyPatch, steps: int, is_taken: bool) -> None:
    monkeypatch.setattr(auth.time, "time", lambda: HALF_MINUTES * 30 + 5)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    code = auth.format_hotp_value(auth.hotp_value(secret, HALF_MINUTES + steps))

    assert auth.validate_totp_code(secret, code) == is_taken
