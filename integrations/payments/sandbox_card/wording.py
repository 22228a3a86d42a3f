"""What people are told when the sandbox refuses."""

from commerce.plugins.results import Refused
from commerce.plugins.wording import Wording

_OTHERWISE = Wording(
    "The payment provider refused. Choose another way to pay.",
    "支付服务商拒绝了请求，请选择其他支付方式。",
)

SENTENCES = {
    "not-found": Wording("The provider does not know this payment.", "支付服务商没有这笔支付。"),
    "key-missing": Wording(
        "The payment settings of this shop are not valid. Pay another way for now.",
        "本店的支付设置无效，请暂用其他支付方式。",
    ),
    "not-authorised": Wording("This payment is not waiting to be taken.", "这笔支付当前不能扣款。"),
    "amount-exceeds-authorisation": Wording(
        "That is more than the customer agreed to.", "金额超过了顾客授权的金额。"
    ),
    "already-captured": Wording(
        "The money was already taken. Refund it instead.", "款项已扣，请改为退款。"
    ),
    "refund-exceeds-payment": Wording(
        "That is more than is left of this payment.", "退款金额超过了这笔支付的余额。"
    ),
    "reader-not-found": Wording(
        "There is no such card reader. Choose another one.", "没有这台刷卡器，请选择其他刷卡器。"
    ),
    "generic-decline": Wording(
        "The bank declined the card. Try another one.", "发卡行拒绝了这张卡，请换一张卡。"
    ),
    "insufficient-funds": Wording(
        "There is not enough money on the card. Try another one.", "卡内余额不足，请换一张卡。"
    ),
    "expired-card": Wording("The card has expired. Try another one.", "卡片已过期，请换一张卡。"),
    "incorrect-cvc": Wording("The security code is not right.", "安全码不正确。"),
    "authentication-failed": Wording(
        "The bank could not confirm the holder.", "发卡行未能确认持卡人身份。"
    ),
    "idempotency-key-reused": Wording(
        "This request was already made with other contents.", "该请求已用其他内容提交过。"
    ),
    "webhook-refused": Wording(
        "The message is not from the provider, or too old.", "消息并非来自支付服务商，或已过期。"
    ),
    "provider-not-running": Wording(
        "The test card processor is not running here.", "测试支付服务未启动。"
    ),
}

_OTHER_CODE = "refused"

# Codes of the simulator that the contract knows by another name.
_CONTRACT = {"not-found": "payment-not-found"}


REFUSALS = {
    **{_CONTRACT.get(code, code): sentence for code, sentence in SENTENCES.items()},
    _OTHER_CODE: _OTHERWISE,
}
"""What the codes mean that leave this plugin."""


def code_of(code: str) -> str:
    """Return the code that stands for a reason of the simulator; nothing for no reason."""
    if not code:
        return ""
    return _CONTRACT.get(code, code) if code in SENTENCES else _OTHER_CODE


def spoken(code: str, locale: str) -> str:
    """Return the sentence for a reason of the simulator; empty for no reason."""
    return SENTENCES.get(code, _OTHERWISE).spoken(locale) if code else ""


def refused(code: str, locale: str) -> Refused:
    """Return the refusal that stands for a reason of the simulator."""
    return Refused(_CONTRACT.get(code, code), spoken(code, locale))
