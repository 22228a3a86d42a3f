"""Stories at the desk: written twice, pictured, put in order, published, taken down."""

import io
import re
from uuid import UUID

from flask.testing import FlaskClient
from PIL import Image

from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from commerce.park.queries.shop_stories import ShopStoryRow, shop_stories, told_stories
from commerce.park.queries.stories import StoryRow, stories
from tests.storefront.desk import Desk


def told(desk: Desk) -> tuple[ShopStoryRow, ...]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return shop_stories(connection)


def seen(desk: Desk) -> list[str]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return [each.words.title for each in told_stories(connection, most=10)]


def write(
    desk: Desk,
    title: str = "Where the clay comes from",
    *,
    client: FlaskClient | None = None,
    **more: str,
) -> UUID:
    form = {"wish": str(new_id()), "title": title, "title_zh": "瓷土从哪里来", **more}
    writer = client or desk.as_role(Role.MANAGER)
    answer = writer.post(f"{desk.root}/stories/new", data=form)
    assert answer.status_code == 303
    return UUID(answer.headers["Location"].rpartition("/")[2])


def png(colour: str = "teal") -> io.BytesIO:
    kept = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(kept, "PNG")
    kept.seek(0)
    return kept


def test_a_story_is_a_draft_until_it_is_published_and_again_when_it_is_taken_down(
    desk: Desk,
) -> None:
    story = write(desk, text="First.\r\n\r\nSecond.")
    client = desk.as_role(Role.OWNER)
    assert seen(desk) == []
    client.post(f"{desk.root}/stories/{story}/state", data={"do": "publish"})
    assert seen(desk) == ["Where the clay comes from"]
    client.post(f"{desk.root}/stories/{story}/state", data={"do": "withdraw"})
    assert seen(desk) == []
    assert told(desk)[0].paragraphs_in("en") == ("First.", "Second.")


def test_a_double_click_writes_one_story(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    form = {"wish": str(new_id()), "title": "Tea"}
    for _again in range(2):
        assert client.post(f"{desk.root}/stories/new", data=form).status_code == 303
    assert len(told(desk)) == 1


def test_a_story_without_any_title_is_refused_and_keeps_its_text(desk: Desk) -> None:
    form = {"wish": str(new_id()), "text": "Once upon a time"}
    answer = desk.as_role(Role.OWNER).post(f"{desk.root}/stories/new", data=form)
    assert answer.status_code == 422
    assert "Give the story a title" in answer.text
    assert "Once upon a time" in answer.text
    assert told(desk) == ()


def test_a_new_title_leaves_the_address_as_it_was(desk: Desk) -> None:
    story = write(desk)
    address = told(desk)[0].slug
    assert re.fullmatch(r"where-the-clay-comes-from-[a-z0-9]+", address)
    form = {"wish": str(new_id()), "title": "Kaolin"}
    desk.as_role(Role.OWNER).post(f"{desk.root}/stories/{story}", data=form)
    (changed,) = told(desk)
    assert (changed.words.title, changed.words.title_zh, changed.slug) == ("Kaolin", "", address)


def test_stories_are_told_in_the_order_that_was_chosen(desk: Desk) -> None:
    client = desk.as_role(Role.OWNER)
    for title in ("One", "Two", "Three"):
        last = write(desk, title, client=client)
    for _twice in range(2):
        client.post(f"{desk.root}/stories/{last}/place", data={"do": "earlier"})
    assert [each.words.title for each in told(desk)] == ["Three", "One", "Two"]
    client.post(f"{desk.root}/stories/{last}/place", data={"do": "earlier"})
    assert [each.words.title for each in told(desk)] == ["Three", "One", "Two"]


def test_a_picture_is_replaced_and_taken_away_with_its_files(desk: Desk) -> None:
    story = write(desk)
    client = desk.as_role(Role.OWNER)
    url = f"{desk.root}/stories/{story}/picture"
    for colour in ("teal", "orange"):
        client.post(url, data={"picture": (png(colour), "clay.png")})
    picture = told(desk)[0].picture
    assert picture is not None
    kept = sorted(path.name for path in (desk.var / "media").rglob("*.webp"))
    assert kept == sorted([picture.name, *(copy.name for copy in picture.copies)])
    preview = client.get(f"{desk.root}/stories/{story}/preview").text
    assert preview.count(picture.name) == 2
    client.post(url, data={"do": "remove"})
    assert told(desk)[0].picture is None
    assert not list((desk.var / "media").rglob("*.webp"))


def test_a_hostile_picture_is_refused_with_a_sentence(desk: Desk) -> None:
    story = write(desk)
    answer = desk.as_role(Role.OWNER).post(
        f"{desk.root}/stories/{story}/picture",
        data={"picture": (io.BytesIO(b"<svg onload=alert(1)>"), "evil.png")},
        follow_redirects=True,
    )
    assert "evil.png" in answer.text
    assert told(desk)[0].picture is None


def test_a_deleted_story_is_gone_with_its_picture(desk: Desk) -> None:
    story = write(desk)
    client = desk.as_role(Role.OWNER)
    client.post(f"{desk.root}/stories/{story}/picture", data={"picture": (png(), "clay.png")})
    assert client.post(f"{desk.root}/stories/{story}/delete").status_code == 303
    assert told(desk) == ()
    assert not list((desk.var / "media").rglob("*.webp"))


def test_the_shop_and_its_stores_speak_of_themselves_in_both_languages(desk: Desk) -> None:
    client = desk.as_role(Role.OWNER)
    shop = {"tagline": "Tea by the river", "tagline_zh": "江边的茶", "about": "", "about_zh": ""}
    assert client.post(f"{desk.root}/stories/shop", data=shop).status_code == 303
    store = {"touch": "Cups\r\nPots", "touch_zh": "杯\r\n壶", "languages": ["zh", "en"]}
    url = f"{desk.root}/stories/stores/{desk.shop.store}"
    assert client.post(url, data=store).status_code == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        rows = {(row.place, row.locale): row for row in stories(connection)}
    assert rows["", "zh"] == StoryRow(locale="zh", tagline="江边的茶")
    assert rows["NJR", "en"].touch == ("Cups", "Pots")
    assert rows["NJR", "zh"].languages == ("zh", "en")
    assert client.post(url, data={"languages": "Chinese"}).status_code == 422


def test_a_clerk_writes_no_stories(desk: Desk) -> None:
    assert desk.as_role(Role.CLERK).get(f"{desk.root}/stories/").status_code == 403
