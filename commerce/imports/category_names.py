"""Categories as files name them: by what they are called, from the top of the tree down."""

from collections.abc import Sequence

from sqlalchemy import Connection

from commerce.catalogue.queries import category_tree
from commerce.catalogue.records import Category
from commerce.imports.dialects.names import handle_from

_LANGUAGES = ("en", "zh")


class CategoryNames:
    """Finds a category by the names above it, in either language, or says where it would grow."""

    def __init__(self, connection: Connection) -> None:
        self._paths: dict[tuple[str, ...], str] = {}
        self._names: dict[str, dict[str, tuple[str, ...]]] = {}
        self.missing: dict[str, str] = {}
        """Names of categories that files asked for and that are not there, by path."""
        for locale in _LANGUAGES:
            for top in category_tree(connection, locale=locale):
                self._learn(top, (), locale)

    def path_of(self, names: Sequence[str]) -> str:
        """Return the path of the category called `names`; one that is missing is remembered."""
        path = ""
        for depth in range(1, len(names) + 1):
            known = self._paths.get(tuple(names[:depth]))
            if known is None:
                slug = handle_from(names[depth - 1]) or "other"
                known = f"{path}/{slug}".lstrip("/")
                self._paths[tuple(names[:depth])] = known
                if known not in self._names:
                    self.missing[known] = names[depth - 1]
            path = known
        return path

    def names_of(self, path: str, locale: str) -> tuple[str, ...]:
        """Return what the categories down to `path` are called."""
        return self._names.get(path, {}).get(locale, tuple(path.split("/")))

    def _learn(self, category: Category, above: tuple[str, ...], locale: str) -> None:
        names = (*above, category.name)
        self._paths.setdefault(names, category.path)
        self._names.setdefault(category.path, {})[locale] = names
        for child in category.children:
            self._learn(child, names, locale)
