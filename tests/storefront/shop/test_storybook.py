"""What shoppers see of a shop's stories: three on the home page, each on a page of its own."""

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.park.queries.shop_stories import StoryWords, shop_stories, shop_story
from commerce.park.service.shop_stories import publish_story, withdraw_story, write_story
from tests.storefront.shop.house import House


def tell(house: House, title: str, *, published: bool = True, text: str = "") -> str:
    """Tell a story and return its address."""
    with house.shop.database.transaction(house.shop.scope) as session:
        merchant_id = house.shop.merchant.id
        story = write_story(
            session,
            merchant_id=merchant_id,
            words=StoryWords(title=title, title_zh="瓷土", lead="White as jade.", text=text),
            actor_id=new_id(),
            now=utc_now(),
        )
        if published:
            publish_story(session, merchant_id=merchant_id, story_id=story, now=utc_now())
        return shop_story(session, story_id=story).slug


def test_the_home_page_tells_the_first_three_published_stories(house: House) -> None:
    tell(house, "Draft", published=False)
    for title in ("Clay", "Fire", "Glaze", "Ash"):
        tell(house, title)
    page = house.browser().get(f"{house.root}/").text
    assert [title in page for title in ("Clay", "Fire", "Glaze", "Ash", "Draft")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_story_has_a_page_in_both_languages_and_stands_in_the_sitemap(house: House) -> None:
    slug = tell(house, "Clay", text="From Gaoling.\n\nWashed <b>twice</b>.")
    page = house.browser().get(f"{house.root}/stories/{slug}").text
    assert "<p>From Gaoling.</p>" in page
    assert "&lt;b&gt;twice&lt;/b&gt;" in page
    chinese = house.browser().get(f"/zh/{house.shop.merchant.slug}/stories/{slug}").text
    assert "瓷土" in chinese
    assert f"/stories/{slug}" in house.browser().get("/sitemap-porcelain-road.xml").text


def test_a_story_taken_down_is_gone_at_once(house: House) -> None:
    slug = tell(house, "Clay")
    assert "Clay" in house.browser().get(f"{house.root}/").text
    with house.shop.database.transaction(house.shop.scope) as session:
        (story,) = shop_stories(session)
        withdraw_story(session, merchant_id=house.shop.merchant.id, story_id=story.id)
    assert "Clay" not in house.browser().get(f"{house.root}/").text
    assert house.browser().get(f"{house.root}/stories/{slug}").status_code == 404


def test_a_product_named_by_its_address_stands_below_the_story(house: House) -> None:
    handle = house.handle(house.stock("Celadon teapot"))
    address = f"http://shop.localhost/en/porcelain-road/p/{handle}"
    text = f"Washed twice.\n\n{address}\n/p/nothing-here"
    slug = tell(house, "Clay", text=text)
    page = house.browser().get(f"{house.root}/stories/{slug}").text
    assert "From this story" in page
    assert f'href="{house.root}/p/{handle}"' in page
    assert "shop.localhost" not in page.split("<article", 1)[1].split("</article>", 1)[0]
    assert "nothing-here" not in page
