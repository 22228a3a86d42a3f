"""What people are told when the test carrier refuses."""

from commerce.plugins.carriers import IN_TRANSIT, LABEL_NOT_FOUND
from commerce.plugins.results import Refused
from commerce.plugins.wording import Wording

_OTHER_CODE = "refused"
_OTHERWISE = Wording(
    "The carrier refused this parcel. Choose another service, or write the number by hand.",
    "快递公司拒绝承运该包裹，请更换服务，或手工填写运单号。",
)

# Codes of the simulator that the contract knows by another name.
_CONTRACT = {"not-found": LABEL_NOT_FOUND, "in-transit": IN_TRANSIT}

# Which field of the request a refusal is about.
_FIELDS = {
    "address-refused": "recipient",
    "service-unavailable": "service",
    "weight-grams-invalid": "weight_grams",
    "length-mm-invalid": "size",
    "width-mm-invalid": "size",
    "height-mm-invalid": "size",
}

_SIZE = Wording(
    "A side of the parcel is between 1 mm and 3 m.", "包裹的每一边应在 1 毫米到 3 米之间。"
)

REFUSALS = {
    LABEL_NOT_FOUND: Wording("The carrier does not know this label.", "快递公司没有这张面单。"),
    IN_TRANSIT: Wording(
        "The parcel is on its way: its label cannot be given back any more.",
        "包裹已在途中，面单无法作废。",
    ),
    "address-refused": Wording(
        "The carrier cannot deliver to this address. Correct it with the customer, or send it by "
        "another carrier.",
        "快递公司无法送达该地址，请与顾客核对更正，或改用其他快递。",
    ),
    "service-unavailable": Wording(
        "This service does not take such a parcel. Choose another one.",
        "该服务不接收此类包裹，请选择其他服务。",
    ),
    "weight-grams-invalid": Wording(
        "The carrier takes parcels of 1 g to 70 kg.", "快递公司只接收 1 克至 70 千克的包裹。"
    ),
    "length-mm-invalid": _SIZE,
    "width-mm-invalid": _SIZE,
    "height-mm-invalid": _SIZE,
    "key-missing": Wording(
        "The carrier’s settings are not valid. Check them in Settings.",
        "快递设置无效，请在“设置”中检查。",
    ),
    "idempotency-key-reused": Wording(
        "This request was already made with other contents.", "该请求已用其他内容提交过。"
    ),
    "webhook-refused": Wording(
        "The message is not from the carrier, or too old.", "消息并非来自快递公司，或已过期。"
    ),
    "provider-not-running": Wording(
        "The test carrier is not running here.", "测试快递服务未启动。"
    ),
    _OTHER_CODE: _OTHERWISE,
}
"""What the codes mean that leave this plugin."""


def refused(code: str, locale: str) -> Refused:
    """Return the refusal that stands for a reason of the simulator."""
    ours = _CONTRACT.get(code, code)
    known = ours if ours in REFUSALS else _OTHER_CODE
    return Refused(known, REFUSALS[known].spoken(locale), _FIELDS.get(code))
