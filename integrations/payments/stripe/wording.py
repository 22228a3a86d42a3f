"""What people are told when Stripe refuses.

Decline codes: docs.stripe.com/declines/codes. Codes that would help a thief (`lost_card`,
`fraudulent` and such) are told as a plain decline, as Stripe asks.
"""

from commerce.plugins.results import Refused
from commerce.plugins.wording import Wording

_DECLINED = Wording(
    "The bank declined the card. Try another one or ask your bank.",
    "发卡行拒绝了这张卡。请换一张卡，或咨询发卡行。",
)

CARD = {
    "insufficient_funds": Wording(
        "There is not enough money on the card. Try another one.", "卡内余额不足，请换一张卡。"
    ),
    "expired_card": Wording("The card has expired. Try another one.", "卡片已过期，请换一张卡。"),
    "incorrect_cvc": Wording(
        "The security code is not right. Check the back of the card.",
        "安全码不正确，请核对卡片背面的数字。",
    ),
    "incorrect_number": Wording("The card number is not right.", "卡号不正确。"),
    "card_not_supported": Wording(
        "The card does not allow this kind of payment. Try another one.",
        "这张卡不支持此类支付，请换一张卡。",
    ),
    "currency_not_supported": Wording(
        "The card cannot pay in this currency. Try another one.",
        "这张卡不支持该币种，请换一张卡。",
    ),
    "processing_error": Wording(
        "The bank had a fault. Try again in a moment.", "发卡行系统故障，请稍后再试。"
    ),
    "authentication_required": Wording(
        "The bank wants you to confirm. Try again.", "发卡行要求验证身份，请重试。"
    ),
    "payment_intent_authentication_failure": Wording(
        "The bank could not confirm that it is you. Try again or use another card.",
        "发卡行未能确认您的身份。请重试或换一张卡。",
    ),
}

_OTHER = {
    "credentials-refused": Wording(
        "The payment settings of this shop are not valid. Pay another way for now.",
        "本店的支付设置无效，请暂用其他支付方式。",
    ),
    "payment-not-found": Wording(
        "The payment provider does not know this payment.", "支付服务商没有这笔支付。"
    ),
    "already-captured": Wording(
        "The money was already taken. Refund it instead.", "款项已扣，请改为退款。"
    ),
    "not-capturable": Wording("This payment is not waiting to be taken.", "这笔支付当前不能扣款。"),
    "amount-exceeds-authorisation": Wording(
        "That is more than the customer agreed to.", "金额超过了顾客授权的金额。"
    ),
    "refund-exceeds-payment": Wording(
        "That is more than is left of this payment.", "退款金额超过了这笔支付的余额。"
    ),
    "idempotency-key-reused": Wording(
        "This request was already made with other contents.", "该请求已用其他内容提交过。"
    ),
    "amount-refused": Wording(
        "The payment provider does not take this amount. Choose another way to pay.",
        "支付服务商不接受该金额，请选择其他支付方式。",
    ),
    "webhook-refused": Wording(
        "The message is not from the provider, or too old.", "消息并非来自支付服务商，或已过期。"
    ),
    "account-revoked": Wording(
        "You disconnected this account from the park at Stripe.",
        "您已在 Stripe 后台断开此账户与园区的连接。",
    ),
    "account-restricted": Wording(
        "Stripe has closed this account for payments. Its dashboard says why.",
        "Stripe 已停用此账户的收款功能，原因见 Stripe 后台。",
    ),
    "provider-fault": Wording(
        "The payment provider had a fault and nothing was charged. Try again.",
        "支付服务商出现故障，未扣款，请重试。",
    ),
}

_REFUSED = Wording(
    "The payment provider refused. Choose another way to pay.",
    "支付服务商拒绝了请求，请选择其他支付方式。",
)


def card_refusal(code: str) -> str:
    """Return the code that is kept of a declined card."""
    return f"card-{code.replace('_', '-')}" if code in CARD else "card-declined"


REFUSALS = {
    **_OTHER,
    **{card_refusal(code): sentence for code, sentence in CARD.items()},
    "card-declined": _DECLINED,
    "request-refused": _REFUSED,
}
"""What the codes mean that leave this plugin; a thief learns no more from them than from the words."""


def card_sentence(code: str, locale: str) -> str:
    """Return what the holder of a declined card is told."""
    return CARD.get(code, _DECLINED).spoken(locale)


def refused(code: str, locale: str, *, field: str | None = None) -> Refused:
    """Return a refusal with its sentence."""
    return Refused(code, _OTHER.get(code, _REFUSED).spoken(locale), field)


def declined(code: str, locale: str) -> Refused:
    """Return the refusal of a card."""
    return Refused(card_refusal(code), card_sentence(code, locale))
