"""What reaches the logs: what happened and where, and nothing about whom.

Logs are read by people who may read no order, and are kept where no one asks to be forgotten. So a
traceback shows frames without their variables, what a database refused is told without the values
that it refused (`commerce.kernel.driver`), and an address is told without its query and without the
token that lets its holder in.
"""

import logging
import re

import structlog

_QUERY = re.compile(r"(/[^\s?'\"]*)\?[^\s'\"]+")
# Forty letters of base64 or more, in which capitals, small letters and digits mix: nobody's word.
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[a-z0-9_-]*[A-Z])(?=[A-Za-z_-]*[0-9])(?=[A-Z0-9_-]*[a-z])[A-Za-z0-9_-]{40,}"
)

_PLAIN = logging.Formatter()


def set_up_logs() -> None:
    """Let structlog write plain tracebacks: by default it would draw every variable of every frame.

    The web server names the address of a request that failed; its log gets our `Discretion`, which
    stays when the server sets its handlers anew. (A log configuration of gunicorn's would do as
    well, and switch on a line with the visitor's address for every request.)
    """
    web_server = logging.getLogger("gunicorn.error")
    if not any(isinstance(known, Discretion) for known in web_server.filters):
        web_server.addFilter(Discretion())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
            structlog.processors.format_exc_info,
            _discreet,
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )


def without_secrets(text: str) -> str:
    """Return a line of a log without the queries and tokens of the addresses in it."""
    return _TOKEN.sub("…", _QUERY.sub(r"\1?…", text))


class Discretion(logging.Filter):
    """Takes secrets out of what others write to the standard library's log, tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record pass as the text that may be read."""
        record.msg, record.args = without_secrets(record.getMessage()), None
        if record.exc_info:
            record.exc_text = without_secrets(_PLAIN.formatException(record.exc_info))
        return True


def _discreet(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {
        name: without_secrets(value) if isinstance(value, str) else value
        for name, value in event.items()
    }
