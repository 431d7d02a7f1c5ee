from hypothesis import settings

# Machines that run tests are shared; a slow example is not a wrong one.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes name no test: what is packed holds the time, and each worker would name another one."""
    return argname if isinstance(val, bytes) else None
