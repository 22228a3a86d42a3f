"""Pictures from the web, for imports: fetched with a guard against addresses inside our network."""

from integrations.http_images.fetcher import HttpImageFetcher

__all__ = ["HttpImageFetcher"]
