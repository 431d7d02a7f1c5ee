from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from terrace_web.accounts.models import User
from terrace_web.index.corpora import close_all, index_folder
from terrace_web.market.catalogue import catalogue
from terrace_web.testing.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """What a process keeps in memory belongs to one test's database."""
    catalogue.forget()
    # Limits of how often somebody may ask are counted there.
    cache.clear()
    yield
    catalogue.forget()
    if index_folder().exists():
        from terrace_web.index.actions import forget_all

        forget_all()
    close_all()


@pytest.fixture
def sign_in(client: Client) -> Callable[[User | None], Client]:
    def do(user: User | None) -> Client:
        if user is None:
            client.logout()
        else:
            client.force_login(user)
        return client

    return do
