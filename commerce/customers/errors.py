"""What customers refuses, and what to do about it."""

from commerce.kernel.errors import CommerceError, FieldProblem, NotFoundError


class UnknownCustomerError(NotFoundError):
    """The merchant knows no such person."""

    code = "unknown-customer"
    template = "There is no such customer. The person may have asked to be forgotten."


class UnknownAddressError(NotFoundError):
    """The person has no such address."""

    code = "unknown-address"
    template = "There is no such address in your address book."


class AddressBookFullError(CommerceError):
    """Nobody needs more addresses than this."""

    code = "address-book-full"
    template = "An address book holds at most %(most)s addresses. Remove one first."


class AddressFaultError(CommerceError):
    """Some fields of an address cannot be delivered to; each says what to do."""

    code = "address-fault"
    template = "Some parts of the address need your attention."

    def __init__(self, *problems: FieldProblem) -> None:
        self._problems = problems
        super().__init__()

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The fields at fault, in the order of the form."""
        return self._problems


class PhoneNumberError(CommerceError):
    """The text is not a telephone number of that country."""

    code = "phone-number"
    template = (
        "“%(number)s” is not a telephone number. Begin with + and the country code if needed."
    )


class AccountExistsError(CommerceError):
    """The person has an account already."""

    code = "account-exists"
    status = 409
    template = (
        "There is already an account for this e-mail address. Sign in, or reset the password."
    )


class AccountLinkSpentError(CommerceError):
    """The link was used, has expired, or was never sent."""

    code = "account-link-spent"
    status = 410
    template = "This link works no longer. Ask for a new one."


class PasswordNewMeanwhileError(CommerceError):
    """Between the proof and the act somebody set another password."""

    code = "password-new-meanwhile"
    status = 409
    template = "The password was changed meanwhile. Sign in again and repeat what you were doing."


class SameEmailError(CommerceError):
    """The account has this address already."""

    code = "same-email"
    template = "This is the e-mail address of your account already."


class UnknownGroupError(NotFoundError):
    """The merchant has no such group of customers."""

    code = "unknown-customer-group"
    template = "There is no such group of customers. It may have been removed; reload the list."


class GroupFaultError(CommerceError):
    """A group lacks a name, or its code cannot be one."""

    code = "customer-group-fault"
    template = (
        "Give the group a name in both languages and a code of small letters, digits and dashes, "
        "such as tea-club."
    )


class GroupExistsError(CommerceError):
    """Another group has the code."""

    code = "customer-group-exists"
    status = 409
    template = "There is already a group with the code “%(group_code)s”. Choose another code."
