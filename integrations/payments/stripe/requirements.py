"""What Stripe still wants from a merchant, in words.

The codes are paths of its account object: docs.stripe.com/connect/handle-verification-updates and
docs.stripe.com/connect/required-verification-information (2026-11). A code is known by its first
word or its last ones; one that is not is shown as Stripe writes it.
"""

from commerce.plugins.wording import Wording

_BY_END = {
    "verification.document": Wording("A proof of identity", "身份证明文件"),
    "verification.additional_document": Wording("A second proof of identity", "第二份身份证明文件"),
    "dob.day": Wording("The date of birth", "出生日期"),
    "dob.month": Wording("The date of birth", "出生日期"),
    "dob.year": Wording("The date of birth", "出生日期"),
    "id_number": Wording("The number of an identity document", "证件号码"),
    "ssn_last_4": Wording("The number of an identity document", "证件号码"),
    "tax_id": Wording("The company's tax number", "企业税号"),
    "first_name": Wording("The name of the person in charge", "负责人姓名"),
    "last_name": Wording("The name of the person in charge", "负责人姓名"),
    "email": Wording("An e-mail address", "电子邮箱"),
    "phone": Wording("A telephone number", "电话号码"),
    "owners_provided": Wording("Who owns the company", "企业所有者信息"),
    "directors_provided": Wording("Who directs the company", "企业董事信息"),
    "executives_provided": Wording("Who runs the company", "企业高管信息"),
}
_BY_PART = {
    "address": Wording("The address", "地址"),
    "external_account": Wording("The bank account that is paid", "收款银行账户"),
    "tos_acceptance": Wording("That you accept Stripe's terms", "接受 Stripe 服务条款"),
    "business_type": Wording("What kind of business it is", "企业类型"),
    "business_profile": Wording("What the business sells, and where", "经营内容与网址"),
    "company": Wording("The facts of the company", "企业信息"),
    "representative": Wording("Who represents the company", "企业代表人信息"),
    "owners": Wording("Who owns the company", "企业所有者信息"),
    "settings": Wording("The name on card statements", "账单显示名称"),
}


def requirement(code: str) -> Wording:
    """Return what `code` asks for."""
    path = code.split(".")
    for count in (2, 1):
        if (words := _BY_END.get(".".join(path[-count:]))) is not None:
            return words
    known = next((_BY_PART[part] for part in reversed(path) if part in _BY_PART), None)
    return known or Wording(f"Stripe asks for “{code}”", f"Stripe 要求提供“{code}”")
