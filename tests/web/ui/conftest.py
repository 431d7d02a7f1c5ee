from collections.abc import Callable

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from terrace_web.accounts.audience import VISITOR

Draw = Callable[..., str]


@pytest.fixture
def draw() -> Draw:
    """Renders a piece of template as a page at an address would."""

    def do(source: str, address: str = "/", **values: object) -> str:
        request = RequestFactory().get(address)
        request.audience = VISITOR
        context = Context({"request": request, **values})
        return Template("{% load i18n ui %}" + source).render(context)

    return do
