"""Which address leads to which page of the desk. The guard has seen the merchant before any view runs."""

from flask import Blueprint, request

from storefront.backoffice import invitations, security_log, staff, staff_standing, today, words
from storefront.backoffice.customers import groups as customer_groups
from storefront.backoffice.customers import listing as customer_list
from storefront.backoffice.customers import rights
from storefront.backoffice.desk import ROOM, own_pictures
from storefront.backoffice.failures import listing as failures
from storefront.backoffice.money.addresses import add_money
from storefront.backoffice.orders import cancelling, refunding, sending
from storefront.backoffice.orders import exporting as order_file
from storefront.backoffice.orders import listing as order_list
from storefront.backoffice.orders import showing as one_order
from storefront.backoffice.packing import labels, steps
from storefront.backoffice.packing import listing as packing_list
from storefront.backoffice.packing import showing as one_part
from storefront.backoffice.packing.words import part_state
from storefront.backoffice.products import (
    categories,
    changing,
    editing,
    exporting,
    import_runs,
    importing,
    listing,
    pictures,
)
from storefront.backoffice.promotions import coding
from storefront.backoffice.promotions import editing as one_promotion
from storefront.backoffice.promotions import listing as promotion_list
from storefront.backoffice.returns.addresses import add_returns
from storefront.backoffice.settings import (
    carriers,
    connecting,
    delivery,
    keys,
    payments,
    policies,
    price_lists,
    rates,
    rounding,
    shop,
    taxes,
)
from storefront.backoffice.settings import tills as till_settings
from storefront.backoffice.sourcing import costs, decision, trying
from storefront.backoffice.sourcing import room as sourcing
from storefront.backoffice.sourcing import rules as sourcing_rules
from storefront.backoffice.stock import correcting, resolving
from storefront.backoffice.stock import listing as stock_list
from storefront.backoffice.stock import showing as one_level
from storefront.backoffice.stockroom.addresses import add_stockwork
from storefront.backoffice.stores import (
    card_readers,
    days,
    equipping,
    places,
    reporting,
    tills,
    variances,
)
from storefront.backoffice.stores import listing as store_list
from storefront.backoffice.stories import listing as story_list
from storefront.backoffice.stories import telling, writing
from storefront.backoffice.value.addresses import add_value

_POST = ["POST"]


def rooms() -> Blueprint:
    """Return the desk with all its pages."""
    desk = Blueprint(ROOM, __name__, url_prefix="/desk/<merchant>", template_folder="templates")
    desk.before_request(_forget_the_merchant)
    desk.context_processor(
        lambda: {**words.install(), "part_state": part_state, "media": own_pictures}
    )
    _add_orders(desk)
    add_returns(desk)
    _add_packing(desk)
    _add_products(desk)
    _add_promotions(desk)
    _add_stories(desk)
    _add_stock(desk)
    add_stockwork(desk)
    _add_people(desk)
    _add_groups(desk)
    add_value(desk)
    add_money(desk)
    _add_stores(desk)
    _add_settings(desk)
    _add_failures(desk)
    desk.add_url_rule("/", "today", today.today)
    return desk


def _forget_the_merchant() -> None:
    """Take the merchant out of what views are given: the guard has put it into the request."""
    if request.view_args is not None:
        request.view_args.pop("merchant", None)


def _add_orders(desk: Blueprint) -> None:
    one = "/orders/<uuid:order_id>"
    desk.add_url_rule("/orders/", "orders", order_list.orders)
    desk.add_url_rule("/orders/orders.csv", "orders_file", order_file.orders_file)
    desk.add_url_rule(one, "order", one_order.order)
    desk.add_url_rule(f"{one}/sourcing", "order_sourcing", decision.order_sourcing)
    desk.add_url_rule(f"{one}/refund", "refund_order", refunding.refund, methods=_POST)
    desk.add_url_rule(
        f"{one}/refunds/<uuid:refund_id>/withdraw",
        "withdraw_refund",
        refunding.withdraw_refund,
        methods=_POST,
    )
    desk.add_url_rule(f"{one}/cancel", "cancel_order", cancelling.cancel, methods=_POST)
    desk.add_url_rule(f"{one}/ship", "ship_order", sending.ship, methods=_POST)
    desk.add_url_rule(f"{one}/complete", "complete_order", sending.complete, methods=_POST)
    desk.add_url_rule(f"{one}/find-goods", "find_goods", sending.find_again, methods=_POST)


def _add_packing(desk: Blueprint) -> None:
    one = "/packing/<uuid:fulfilment_id>"
    desk.add_url_rule("/packing/", "packing", packing_list.packing)
    desk.add_url_rule("/packing/code", "pickup_code", steps.collect, methods=_POST)
    desk.add_url_rule(one, "part", one_part.part)
    desk.add_url_rule(f"{one}/label", "part_label", labels.label_offers)
    desk.add_url_rule(f"{one}/label", "book_label", labels.book, methods=_POST)
    label = f"{one}/label/<uuid:label_id>"
    desk.add_url_rule(f"{label}/cancel", "cancel_label", labels.cancel, methods=_POST)
    desk.add_url_rule(f"{label}.<form>", "print_label", labels.print_label)
    for name, step in (
        ("begin", steps.begin),
        ("scan", steps.scan),
        ("short", steps.call_short),
        ("decline", steps.decline),
        ("lay-back", steps.lay_back),
        ("taken-out", steps.taken_out),
        ("pack", steps.wrap),
        ("shelve", steps.shelve),
        ("leave", steps.let_go),
        ("hand-over", steps.give),
    ):
        desk.add_url_rule(f"{one}/{name}", f"part_{name.replace('-', '_')}", step, methods=_POST)


def _add_failures(desk: Blueprint) -> None:
    letter = "/failures/letters/<uuid:mail_id>"
    desk.add_url_rule("/failures/", "failures", failures.failures)
    desk.add_url_rule("/failures/", "run_again", failures.run_again, methods=_POST)
    desk.add_url_rule(letter, "send_again", failures.send_again, methods=_POST)
    desk.add_url_rule(f"{letter}/give-up", "give_up_letter", failures.give_up, methods=_POST)


def _add_products(desk: Blueprint) -> None:
    one = "/products/<uuid:product_id>"
    desk.add_url_rule("/products/", "products", listing.products)
    desk.add_url_rule("/products/", "change_products", changing.change_many, methods=_POST)
    desk.add_url_rule("/products/new", "new_product", editing.new_product, methods=["GET", "POST"])
    desk.add_url_rule(one, "product", editing.product)
    desk.add_url_rule(one, "change_product", editing.change, methods=_POST)
    desk.add_url_rule(
        f"{one}/pictures/<uuid:picture_id>", "arrange_picture", pictures.arrange, methods=_POST
    )
    desk.add_url_rule("/products/categories/", "categories", categories.categories)
    desk.add_url_rule(
        "/products/categories/new",
        "new_category",
        categories.new_category,
        methods=["GET", "POST"],
    )
    branch = "/products/categories/<uuid:category_id>"
    desk.add_url_rule(branch, "category", categories.category)
    desk.add_url_rule(branch, "change_category", categories.change_one, methods=_POST)
    desk.add_url_rule(f"{branch}/remove", "remove_category", categories.remove_one, methods=_POST)
    desk.add_url_rule("/products/export/<dialect>", "export_products", exporting.export)
    _add_imports(desk)


def _add_imports(desk: Blueprint) -> None:
    file, past = "/products/import/file/<uuid:upload_id>", "/products/import/<uuid:import_id>"
    desk.add_url_rule("/products/import/", "imports", importing.imports)
    desk.add_url_rule("/products/import/", "look_at_file", importing.look, methods=_POST)
    desk.add_url_rule(file, "import_preview", importing.import_preview)
    desk.add_url_rule(file, "start_import", import_runs.start_import, methods=_POST)
    desk.add_url_rule(f"{file}/errors", "import_errors", importing.import_errors)
    desk.add_url_rule(f"{file}/progress", "import_progress", import_runs.import_progress)
    desk.add_url_rule(past, "import_result", import_runs.import_result)
    desk.add_url_rule(f"{past}/again", "resume_import", import_runs.resume, methods=_POST)
    desk.add_url_rule(f"{past}/undo", "undo_import", import_runs.undo, methods=_POST)


def _add_promotions(desk: Blueprint) -> None:
    one = "/promotions/<uuid:promotion_id>"
    desk.add_url_rule("/promotions/", "promotions", promotion_list.promotions)
    desk.add_url_rule("/promotions/new", "choose_promotion", one_promotion.choose_kind)
    desk.add_url_rule(
        "/promotions/new/<kind>",
        "new_promotion",
        one_promotion.new_promotion,
        methods=["GET", "POST"],
    )
    desk.add_url_rule(one, "promotion", one_promotion.promotion)
    desk.add_url_rule(one, "change_promotion", one_promotion.change_one, methods=_POST)
    desk.add_url_rule(f"{one}/state", "switch_promotion", one_promotion.switch_one, methods=_POST)
    desk.add_url_rule(f"{one}/codes", "add_code", coding.add_code, methods=_POST)
    desk.add_url_rule(f"{one}/codes/draw", "draw_codes", coding.draw_many, methods=_POST)
    desk.add_url_rule(f"{one}/codes/file", "export_codes", coding.export_codes)
    desk.add_url_rule(
        f"{one}/codes/<uuid:code_id>", "switch_code", coding.switch_one_code, methods=_POST
    )


def _add_groups(desk: Blueprint) -> None:
    one = "/customers/groups/<uuid:group_id>"
    desk.add_url_rule("/customers/groups/", "customer_groups", customer_groups.groups)
    desk.add_url_rule("/customers/groups/", "add_group", customer_groups.add_group, methods=_POST)
    desk.add_url_rule(one, "customer_group", customer_groups.group)
    desk.add_url_rule(one, "rename_group", customer_groups.rename_group, methods=_POST)
    desk.add_url_rule(f"{one}/members", "add_members", customer_groups.add_members, methods=_POST)
    desk.add_url_rule(
        f"{one}/members/<uuid:customer_id>",
        "take_member",
        customer_groups.take_member,
        methods=_POST,
    )
    desk.add_url_rule(f"{one}/remove", "drop_group", customer_groups.drop_group, methods=_POST)


def _add_stories(desk: Blueprint) -> None:
    one, store = "/stories/<uuid:story_id>", "/stories/stores/<uuid:location_id>"
    desk.add_url_rule("/stories/", "stories", story_list.stories)
    desk.add_url_rule("/stories/new", "new_story", writing.new_story, methods=["GET", "POST"])
    desk.add_url_rule(one, "story", writing.story)
    desk.add_url_rule(one, "change_story", writing.change_story, methods=_POST)
    desk.add_url_rule(f"{one}/preview", "preview_story", writing.preview_story)
    desk.add_url_rule(f"{one}/picture", "story_picture", writing.story_picture, methods=_POST)
    desk.add_url_rule(f"{one}/place", "move_story", story_list.move_story, methods=_POST)
    desk.add_url_rule(f"{one}/state", "show_story", story_list.show_story, methods=_POST)
    desk.add_url_rule(f"{one}/delete", "remove_story", story_list.remove_story, methods=_POST)
    desk.add_url_rule("/stories/shop", "shop_words", telling.shop_words)
    desk.add_url_rule("/stories/shop", "tell_shop", telling.tell_shop, methods=_POST)
    desk.add_url_rule(store, "store_words", telling.store_words)
    desk.add_url_rule(store, "tell_store", telling.tell_store, methods=_POST)


def _add_stock(desk: Blueprint) -> None:
    one = "/stock/<uuid:variant_id>/<uuid:location_id>"
    desk.add_url_rule("/stock/", "stock", stock_list.stock)
    desk.add_url_rule("/stock/discrepancies", "discrepancies", resolving.stock_discrepancies)
    desk.add_url_rule(
        "/stock/discrepancies/<uuid:discrepancy_id>", "resolve", resolving.resolve, methods=_POST
    )
    desk.add_url_rule(one, "level", one_level.level)
    desk.add_url_rule(f"{one}/adjust", "adjust_stock", correcting.adjust, methods=_POST)
    desk.add_url_rule(f"{one}/count", "count_stock", correcting.count, methods=_POST)
    desk.add_url_rule(f"{one}/safety", "set_safety", correcting.safety, methods=_POST)


def _add_people(desk: Blueprint) -> None:
    one = "/staff/<uuid:staff_id>"
    customer = "/customers/<uuid:customer_id>"
    desk.add_url_rule("/customers/", "customers", customer_list.customers)
    desk.add_url_rule(customer, "customer", customer_list.customer)
    desk.add_url_rule(f"{customer}/file", "export_person", rights.export_person, methods=_POST)
    desk.add_url_rule(f"{customer}/forget", "forget_person", rights.forget_person)
    desk.add_url_rule(f"{customer}/forget", "erase_person", rights.erase_person, methods=_POST)
    desk.add_url_rule("/staff/", "staff", staff.staff)
    desk.add_url_rule("/security/", "security_log", security_log.security_log)
    desk.add_url_rule("/staff/invite", "invite", invitations.invite, methods=["GET", "POST"])
    desk.add_url_rule(one, "person", staff.person)
    desk.add_url_rule(f"{one}/roles", "give_role", staff.give_role, methods=_POST)
    desk.add_url_rule(
        f"{one}/roles/<uuid:membership_id>", "take_role", staff.take_role, methods=_POST
    )
    desk.add_url_rule(
        f"{one}/disable", "disable_person", staff_standing.disable_person, methods=_POST
    )
    desk.add_url_rule(f"{one}/enable", "enable_person", staff_standing.enable_person, methods=_POST)
    desk.add_url_rule(f"{one}/keys", "revoke_keys", staff_standing.revoke_keys, methods=_POST)
    desk.add_url_rule(f"{one}/posts", "post_person", staff.post_person, methods=_POST)
    desk.add_url_rule(f"{one}/names", "name_person", staff.name_person, methods=_POST)
    desk.add_url_rule(f"{one}/pin", "set_pin", staff.set_pin, methods=_POST)
    desk.add_url_rule(f"{one}/pin/remove", "remove_pin", staff.remove_pin, methods=_POST)


def _add_stores(desk: Blueprint) -> None:
    place, till = "/stores/<uuid:location_id>", "/stores/tills/<uuid:register_id>"
    desk.add_url_rule("/stores/", "stores", store_list.stores)
    desk.add_url_rule("/stores/new", "new_place", places.new_place, methods=["GET", "POST"])
    desk.add_url_rule("/stores/variances", "variances", variances.variances)
    desk.add_url_rule(
        "/stores/variances/<uuid:variance_id>",
        "settle_variance",
        variances.settle_variance,
        methods=_POST,
    )
    off = "/stores/days"
    desk.add_url_rule(off, "parcel_days", days.parcel_days)
    desk.add_url_rule(off, "add_parcel_days", days.add_parcel_days, methods=_POST)
    desk.add_url_rule(f"{off}/usual", "open_parcel_day", days.open_parcel_day, methods=_POST)
    desk.add_url_rule(place, "place", places.place)
    desk.add_url_rule(place, "change_place", places.change_place, methods=_POST)
    desk.add_url_rule(f"{place}/days", "days_off", days.days_off)
    desk.add_url_rule(f"{place}/days", "add_days", days.add_days, methods=_POST)
    desk.add_url_rule(f"{place}/days/usual", "take_back_day", days.take_back_day, methods=_POST)
    desk.add_url_rule(
        "/stores/tills/new", "new_register", tills.new_register, methods=["GET", "POST"]
    )
    desk.add_url_rule(till, "register", tills.register)
    desk.add_url_rule(f"{till}/device", "enrol_link", equipping.enrol_link, methods=_POST)
    desk.add_url_rule(f"{till}/name", "rename_register", equipping.rename_register, methods=_POST)
    desk.add_url_rule(f"{till}/printer", "change_printer", equipping.change_printer, methods=_POST)
    desk.add_url_rule(
        f"{till}/reader", "card_reader", card_readers.card_reader, methods=["GET", "POST"]
    )
    desk.add_url_rule(f"{till}/unlock", "unlock_register", equipping.unlock_register, methods=_POST)
    desk.add_url_rule(f"{till}/z/<int:number>", "shift_report", reporting.shift_report)


def _add_settings(desk: Blueprint) -> None:
    desk.add_url_rule("/settings/", "settings", shop.settings)
    desk.add_url_rule("/settings/", "rename_shop", shop.rename, methods=_POST)
    desk.add_url_rule("/settings/mail", "mail", shop.mail)
    desk.add_url_rule("/settings/mail", "set_replies", shop.set_replies, methods=_POST)
    pay = "/settings/payments/<plugin>"
    desk.add_url_rule("/settings/payments", "payment_methods", payments.payment_methods)
    desk.add_url_rule("/settings/payments", "switch_cash", payments.switch_cash, methods=_POST)
    desk.add_url_rule(pay, "payment_method", payments.payment_method)
    desk.add_url_rule(pay, "set_up_payment", payments.set_up, methods=_POST)
    desk.add_url_rule(f"{pay}/test", "try_payment", payments.try_out, methods=_POST)
    desk.add_url_rule(f"{pay}/connect", "connect_account", connecting.connect, methods=_POST)
    desk.add_url_rule(f"{pay}/connected", "account_connected", connecting.account_connected)
    carry = "/settings/carriers/<plugin>"
    desk.add_url_rule("/settings/carriers", "carriers", carriers.carriers)
    desk.add_url_rule(carry, "carrier", carriers.carrier)
    desk.add_url_rule(carry, "set_up_carrier", carriers.set_up, methods=_POST)
    desk.add_url_rule(f"{carry}/test", "try_carrier", carriers.try_out, methods=_POST)
    desk.add_url_rule("/settings/taxes", "taxes", taxes.taxes)
    desk.add_url_rule("/settings/taxes", "register_tax", taxes.register_tax, methods=_POST)
    desk.add_url_rule("/settings/delivery", "delivery", delivery.delivery)
    desk.add_url_rule("/settings/delivery/<code>", "delivery_option", delivery.delivery_option)
    desk.add_url_rule(
        "/settings/delivery/<code>", "put_delivery", delivery.put_option, methods=_POST
    )
    desk.add_url_rule("/settings/prices", "price_lists", price_lists.lists)
    desk.add_url_rule("/settings/prices", "open_price_list", price_lists.open_list, methods=_POST)
    desk.add_url_rule(
        "/settings/prices/<uuid:price_list_id>",
        "change_list",
        price_lists.change_list,
        methods=_POST,
    )
    desk.add_url_rule("/settings/policies", "policies", policies.policies)
    stated = "/settings/policies/<kind>"
    desk.add_url_rule(stated, "policy", policies.policy)
    desk.add_url_rule(stated, "state_policy", policies.state_policy, methods=_POST)
    desk.add_url_rule(f"{stated}/withdraw", "take_policy", policies.take_policy, methods=_POST)
    desk.add_url_rule("/settings/rates", "rates", rates.rates)
    desk.add_url_rule("/settings/rates", "state_rate", rates.state_rate, methods=_POST)
    desk.add_url_rule("/settings/rates/park", "use_parks_rate", rates.use_parks_rate, methods=_POST)
    desk.add_url_rule("/settings/rounding", "rounding", rounding.rounding)
    desk.add_url_rule(
        "/settings/rounding", "change_rounding", rounding.change_rounding, methods=_POST
    )
    desk.add_url_rule("/settings/tills", "till_rules", till_settings.till_rules)
    desk.add_url_rule(
        "/settings/tills", "set_till_rules", till_settings.set_till_rules, methods=_POST
    )
    _add_sourcing(desk)
    desk.add_url_rule("/settings/keys", "api_keys", keys.api_keys)
    desk.add_url_rule("/settings/keys", "make_key", keys.make_key, methods=_POST)
    desk.add_url_rule(
        "/settings/keys/<uuid:key_id>/revoke", "revoke_key", keys.revoke_key, methods=_POST
    )


def _add_sourcing(desk: Blueprint) -> None:
    base = "/settings/sourcing"
    one = f"{base}/rules/<int:position>"
    desk.add_url_rule(base, "sourcing", sourcing.sourcing)
    desk.add_url_rule(base, "set_trade_offs", sourcing.set_trade_offs, methods=_POST)
    desk.add_url_rule(f"{base}/rules/new", "new_rule", sourcing_rules.new_rule)
    desk.add_url_rule(f"{base}/rules/new", "add_rule", sourcing_rules.add_rule, methods=_POST)
    desk.add_url_rule(one, "rule", sourcing_rules.rule)
    desk.add_url_rule(one, "change_rule", sourcing_rules.change_rule, methods=_POST)
    desk.add_url_rule(f"{one}/up", "move_rule", sourcing_rules.move_rule, methods=_POST)
    desk.add_url_rule(f"{one}/remove", "remove_rule", sourcing_rules.remove_rule, methods=_POST)
    place = f"{base}/places/<uuid:location_id>"
    desk.add_url_rule(place, "place_costs", costs.place_costs)
    desk.add_url_rule(place, "set_place_costs", costs.set_place_costs, methods=_POST)
    desk.add_url_rule(f"{base}/try", "try_rules", trying.try_rules)
    desk.add_url_rule(f"{base}/adopt", "adopt_rules", sourcing_rules.adopt_rules, methods=_POST)
    desk.add_url_rule(
        f"{base}/discard", "discard_rules", sourcing_rules.discard_rules, methods=_POST
    )
