"""What every application of a test process would work out alike, worked out once.

Hundreds of tests put an application together. Nearly all of the time went into compiling the same
templates, listing the same static files, generating the same URL builders, reading the same
translations and deriving the same schemas; a running installation does that once, at its start.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from types import CodeType
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask_openapi3 import utils as contract
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from commerce.web import application, languages
from commerce.web.assets import Assets, with_static
from commerce.web.assets.publish import published_version

_BEHIND = "quayside.tests.behind"
Builder = Callable[..., Any]


class CompiledTemplates(BytecodeCache):
    """Keeps the code of a template, for as long as the process lives and its source stays."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


@contextmanager
def applications() -> Iterator[None]:
    """Let applications of this process share what does not differ between them."""
    templates = CompiledTemplates()
    fresh_cache = application._compiled_templates  # it makes the folder, too

    def compiled_templates(var: Path) -> CompiledTemplates:
        fresh_cache(var)
        return templates

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "_compiled_templates", compiled_templates)
        patch.setattr(application, "with_static", _with_static)
        patch.setattr(languages, "_catalogue", cache(languages._catalogue))
        patch.setattr(contract, "get_model_schema", cache(contract.get_model_schema))
        compile_builder = Rule._compile_builder  # Werkzeug has no switch for it
        patch.setattr(Rule, "_compile_builder", _compile_when_needed(compile_builder))
        yield


def _with_static(behind: WSGIApplication, assets: Assets) -> WSGIApplication:
    serve = _static_files(assets.static, assets.version, published_version(assets.static))

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[_BEHIND] = behind
        return serve(environ, start_response)

    return answer


@cache
def _static_files(static: Path, _version: str, _published: str) -> WSGIApplication:
    def behind(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        application: WSGIApplication = environ.pop(_BEHIND)
        return application(environ, start_response)

    return with_static(behind, Assets(static))


def _compile_when_needed(compile_builder: Builder) -> Builder:
    """Return a compiler of URL builders that waits until somebody builds such a URL."""

    def compile_later(rule: Rule, *options: bool) -> Builder:
        compiled = cache(partial(compile_builder, rule, *options))

        def build(bound: Rule, /, **values: Any) -> Any:
            return compiled()(bound, **values)

        return build

    return compile_later
