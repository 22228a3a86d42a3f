"""Fetch the pictures that imported files name, and remember which could not be had."""

from dataclasses import dataclass

from commerce.catalogue.images import media_folder
from commerce.imports.pictures import ImageFetcher, fetch_picture
from commerce.imports.queries import waiting_fetches
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled

_BATCH = 10


@dataclass(frozen=True, slots=True)
class Fetchers:
    """Holds the image fetcher as a part of the installation."""

    images: ImageFetcher


@scheduled("imports.pictures", cron="*/10 * * * * *")
def fetch_pictures(work: Work) -> None:
    """Fetch what waits, a batch at a time; an address that fails is written down and left."""
    with work.database.reading(Scope.park()) as connection:
        waiting = waiting_fetches(connection, most=_BATCH)
    for each in waiting:
        fetch_picture(
            work.database,
            waiting=each,
            fetcher=work.part(Fetchers).images,
            folder=media_folder(work.settings.var, each.merchant_id),
        )
