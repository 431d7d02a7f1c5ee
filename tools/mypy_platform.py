"""What mypy cannot see of the platform: what middleware puts on a request, and lazy texts.

Stands before the plugin of django-stubs in ``pyproject.toml``.
"""

from collections.abc import Callable, Iterable

from mypy.nodes import MDEF, MypyFile, SymbolTableNode, TypeInfo, Var
from mypy.plugin import AttributeContext, ClassDefContext, Plugin
from mypy.types import AnyType, Instance, Type, TypeOfAny

_REQUEST = "django.http.request.HttpRequest"
_LAZY_TEXT = "django.utils.functional._StrPromise"
# By middleware in settings.py; pages for visitors ask the audience, not the user.
_ADDED = {
    "audience": "terrace_web.accounts.audience.Audience",
    "htmx": "django_htmx.middleware.HtmxDetails",
    "user": "terrace_web.accounts.models.User",
}
_USER = "terrace_web.accounts.models.User"
# What points to a user from a package without types.
_POINTING = ("emailaddress_set",)
_PRIORITY = 10


class PlatformPlugin(Plugin):
    """Types of a request's attributes; lazy texts count as texts, as templates take both."""

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """The modules of these types are read before the request is."""
        if file.fullname != "django.http.request":
            return []
        return [(_PRIORITY, fullname.rpartition(".")[0], -1) for fullname in _ADDED.values()]

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        """Declare what middleware adds, and what a lazy text can do."""
        hooks = {_REQUEST: _declare_added, _USER: _declare_pointing, _LAZY_TEXT: _make_text}
        return hooks.get(fullname)

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """The types of what was declared."""
        owner, _dot, name = fullname.rpartition(".")
        if owner != _REQUEST or name not in _ADDED:
            return None
        return lambda context: _instance(context, _ADDED[name])


def plugin(_version: str) -> type[Plugin]:
    """Where mypy begins."""
    return PlatformPlugin


def _declare_added(context: ClassDefContext) -> None:
    _declare(context.cls.info, _ADDED)


def _declare_pointing(context: ClassDefContext) -> None:
    _declare(context.cls.info, _POINTING)


def _declare(info: TypeInfo, names: Iterable[str]) -> None:
    for name in names:
        if name not in info.names:
            added = Var(name, AnyType(TypeOfAny.special_form))
            added.info, added._fullname = info, f"{info.fullname}.{name}"
            info.names[name] = SymbolTableNode(MDEF, added, plugin_generated=True)


def _make_text(context: ClassDefContext) -> None:
    info, text = context.cls.info, context.api.named_type("builtins.str")
    if text.type not in info.mro:
        info.bases.append(text)
        info.mro = [each for each in info.mro if each not in text.type.mro] + text.type.mro


def _instance(context: AttributeContext, fullname: str) -> Type:
    module, _dot, name = fullname.rpartition(".")
    found = context.api.modules[module].names[name].node  # type: ignore[attr-defined]
    assert isinstance(found, TypeInfo)
    return Instance(found, [])
