"""Every component, in both themes and both languages, passes axe and fits three widths of screen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from babel import Locale
from flask import Flask, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, Page, sync_playwright

from commerce.web.assets import Assets, build_vendor, with_static

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "test_look_templates"
PAGES = {"kitchen": "kitchen.html", "till": "counter.html", "desk": "office.html"}
WIDTHS = (390, 768, 1440)
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

ENGLISH = {
    "shop": "Porcelain Road",
    "tea": "Tea",
    "silk": "Silk",
    "pot": "Celadon teapot, 320 ml",
    "promise": "Made by hand in Jiangnan. On your table by the 4th of December.",
    "whole_price": "Every price you see is the whole price: shipping, duty and tax to your door.",
    "see": "See the winter teas",
    "harbour": "A harbour at dawn with a junk and stacked crates",
    "new": "New this week",
    "line": "Longquan kiln, to touch in Nanjing Road",
    "store": "Nanjing Road experience store",
    "open": "Open until 21:00; collect web orders at the tea bar",
    "ready": "ready",
    "waiting": "Offline, 7 sales waiting",
    "customs": "in export customs",
    "refused": "rejected",
    "size": "Size",
    "cart": "Cart",
    "address": "Address",
    "pay": "Pay",
    "name": "Full name",
    "person": "Ottilie Brandt",
    "country": "Country",
    "germany": "Germany",
    "china": "China",
    "phone": "Telephone",
    "phone_error": "Give a telephone number with its country code, such as +49 30 1234567.",
    "phone_hint": "The courier calls only when nobody opens.",
    "price": "Price",
    "weight": "Weight",
    "code": "Gift code",
    "note": "Note for the kiln",
    "news": "Write to me when the spring teas arrive",
    "importing": "Importing products",
    "journey": "The journey so far",
    "paid": "Paid",
    "packed": "Packed in Shanghai",
    "arrives": "Arrives by 4 December",
    "orders": "Orders",
    "order": "Order",
    "counter": "Counter",
    "state": "State",
    "total": "Total",
    "sold": "Sold today",
    "sales": "Sales by hour",
    "web": "Web",
    "tills": "Tills",
    "empty": "Nothing here yet",
}
CHINESE = {
    "shop": "瓷路",
    "tea": "茶叶",
    "silk": "丝绸",
    "pot": "龙泉青瓷茶壶 320 毫升",
    "promise": "江南手作，十二月四日前送到您的茶桌。",
    "whole_price": "所见即全价：运费、关税与税金都已算清，“一分不多”——在您留下任何信息之前。",
    "see": "看看冬茶",
    "harbour": "清晨的港口，一艘帆船与码放整齐的货箱",
    "new": "本周新品",
    "line": "龙泉窑 · 南京西路店可上手",
    "store": "南京西路体验店",
    "open": "营业至 21:00，网上订单可在茶吧自提",
    "ready": "已备好",
    "waiting": "离线，7 笔待上传",
    "customs": "出口清关中",
    "refused": "被退单",
    "size": "容量",
    "cart": "购物车",
    "address": "收货地址",
    "pay": "付款",
    "name": "姓名",
    "person": "欧阳明月",
    "country": "国家或地区",
    "germany": "德国",
    "china": "中国",
    "phone": "电话",
    "phone_error": "请填写带国家区号的电话号码，例如 +86 138 0013 8000。",
    "phone_hint": "只有无人应门时，快递员才会来电。",
    "price": "价格",
    "weight": "重量",
    "code": "礼品码",
    "note": "给窑口的留言",
    "news": "春茶到货时写信告诉我",
    "importing": "正在导入商品",
    "journey": "订单进程",
    "paid": "已付款",
    "packed": "上海已打包",
    "arrives": "十二月四日前送达",
    "orders": "订单",
    "order": "订单",
    "counter": "渠道",
    "state": "状态",
    "total": "合计",
    "sold": "今日销售",
    "sales": "分时销售额",
    "web": "网店",
    "tills": "门店",
    "empty": "这里还没有内容",
}


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Keep the test output to the tests."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One way to look at a page."""

    page: str
    language: str
    theme: str
    width: int

    @property
    def path(self) -> str:
        return f"/{self.language}/{self.page}"

    @property
    def name(self) -> str:
        return f"{self.page}-{self.language}-{self.theme}-{self.width}"


SHOWN = [
    Shown(page, language, theme, width)
    for page in PAGES
    for language in ("en", "zh")
    for theme in ("light", "dark")
    for width in WIDTHS
]


def test_application() -> Flask:
    application = Flask("look", root_path=str(HERE), static_folder=None)
    assets = Assets(ROOT / "static")
    application.jinja_loader = ChoiceLoader(  # type: ignore[assignment]  # Flask types it as one folder
        [FileSystemLoader(HERE), FileSystemLoader(ROOT / "commerce/web/templates")]
    )
    environment = application.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # of the extension
    environment.globals.update(asset=assets.url, csp_nonce=lambda: "nonce")
    environment.filters.update(
        money=lambda amount: f"€{amount / 100:,.2f}",
        moment=lambda at: f"{at:%d.%m. %H:%M}",
    )
    application.add_url_rule("/<language>/<page>", view_func=show)
    application.wsgi_app = with_static(application.wsgi_app, assets)  # type: ignore[method-assign]
    return application


test_application.__test__ = False  # type: ignore[attr-defined]  # a builder, not a test


def show(language: str, page: str) -> str:
    words = ENGLISH if language == "en" else CHINESE
    alternates = {code: f"/{code}/{page}" for code in ("en", "zh")}
    return render_template(
        PAGES[page],
        words=words,
        price=868800,
        at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        hero=request.args.get("hero", "porcelain-road"),
        locale=Locale.parse(language),
        page={"title": words["shop"], "description": words["promise"], "alternates": alternates},
        shell={
            "name": words["shop"],
            "home_url": "/",
            "nav": [
                {"label": words["tea"], "url": "/", "current": True, "icon": "inbox", "count": 12},
                {"label": words["silk"], "url": "/silk", "icon": "package"},
                {"label": words["store"], "url": "/stores", "icon": "store"},
            ],
            "search_url": "/search",
            "cart_url": "/cart",
            "account_url": "/account",
            "person": words["person"],
            "sign_out_url": "/out",
            "footer": [{"label": words["store"], "url": "/stores"}],
        },
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    build_vendor(ROOT)
    server = make_server("127.0.0.1", 0, test_application(), handler_class=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(CHROMIUM)
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


def look_at(page: Page, address: str, shown: Shown) -> None:
    page.set_viewport_size({"width": shown.width, "height": 900})
    page.emulate_media(
        color_scheme="dark" if shown.theme == "dark" else "light", reduced_motion="reduce"
    )
    page.goto(address + shown.path, wait_until="load")
    page.evaluate("document.fonts.ready")


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.name)
def test_every_component_passes_axe_and_never_scrolls_sideways(
    page: Page, address: str, shown: Shown
) -> None:
    look_at(page, address, shown)
    page.add_script_tag(path=str(ROOT / "node_modules/axe-core/axe.min.js"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    faults = [
        (fault["id"], node["target"], node["failureSummary"])
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
