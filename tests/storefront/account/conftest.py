from tests.storefront.shop.conftest import house

__all__ = ["house"]
