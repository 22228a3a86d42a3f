"""What the park refuses, and what to do about it."""

from typing import ClassVar

from commerce.kernel.errors import CommerceError, FieldProblem, NotFoundError


class UnknownMerchantError(NotFoundError):
    """No merchant has this name in its address."""

    code = "unknown-merchant"
    template = "There is no shop called “%(slug)s” in this park."


class ShopPausedError(CommerceError):
    """The park has paused the merchant; what was ordered before goes its way."""

    code = "shop-paused"
    status = 503
    template = "The shop is closed for the time being: nothing new is sold. What was ordered before stays as it is."


class PauseReasonError(CommerceError):
    """A merchant is paused for a reason that it can read."""

    code = "pause-reason"
    template = "Say why, in 1 to 300 characters; the merchant reads it."

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The reason is the field at fault."""
        return (FieldProblem(pointer="/reason", code=self.code, template=self.template),)


class SlugError(CommerceError):
    """The merchant cannot have this address."""

    code = "slug"
    template = "Choose another address."

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The address is the field at fault."""
        return (
            FieldProblem(pointer="/slug", code=self.code, template=self.template, **self.params),
        )


class SlugTakenError(SlugError):
    """Two merchants cannot share one address."""

    code = "slug-taken"
    status = 409
    template = "The address “%(slug)s” belongs to another merchant. Choose another one."


class MalformedSlugError(SlugError):
    """A merchant's address is made of lower-case words, digits and single hyphens."""

    code = "malformed-slug"
    template = "“%(slug)s” cannot be an address. Use at most 60 of a-z, 0-9 and single hyphens."


class ReservedSlugError(SlugError):
    """The word is the first part of one of our own addresses."""

    code = "reserved-slug"
    template = "The address “%(slug)s” is kept for the park itself. Choose another one."


class UnknownCountryError(CommerceError):
    """No country has this code."""

    code = "country-not-known"
    template = "“%(country)s” is not a country. Use two letters of ISO 3166, such as CN or DE."


class UnknownTimeZoneError(CommerceError):
    """The IANA database has no such zone."""

    code = "unknown-time-zone"
    template = "“%(time_zone)s” is not a time zone. Use a name such as Asia/Shanghai."


class UnknownLanguageError(CommerceError):
    """A shop can be read in at least one language, and only in those that we have."""

    code = "no-shop-language"
    template = "Choose at least one language: English (en) or Chinese (zh)."


class MissingNameError(CommerceError):
    """A name must say something."""

    code = "missing-name"
    template = "Give a name of 1 to %(longest)s characters."
    longest: ClassVar[int] = 120

    def __init__(self) -> None:
        super().__init__(longest=self.longest)


class WeakPasswordError(CommerceError):
    """The password is too short, too long, or one that everybody tries first."""

    code = "weak-password"
    template = "Choose another password."

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The password is the field at fault."""
        return (FieldProblem(pointer="/password", code=self.code, template=self.template),)


class ShortPasswordError(WeakPasswordError):
    """The password has fewer than eight characters."""

    code = "short-password"
    template = "Use 8 characters or more; a sentence of 15 or more is better."


class LongPasswordError(WeakPasswordError):
    """The password is longer than anybody can mean."""

    code = "long-password"
    template = "Use 1,024 characters at most."


class CommonPasswordError(WeakPasswordError):
    """The password belongs to the first that attackers try."""

    code = "common-password"
    template = "Attackers try this password among the first. Choose a less usual one."


class TellingPasswordError(WeakPasswordError):
    """The password is made of what everybody knows about the person."""

    code = "telling-password"
    template = "Do not build the password from your name, e-mail address or shop."


class MalformedEmailError(CommerceError):
    """The text cannot be an e-mail address."""

    code = "malformed-email"
    template = "Check the e-mail address; it looks like name@example.com."

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The e-mail address is the field at fault."""
        return (FieldProblem(pointer="/email", code=self.code, template=self.template),)


class UnknownStaffError(NotFoundError):
    """Nobody with this id works here."""

    code = "unknown-staff"
    template = "This person does not work here."


class EmailTakenError(CommerceError):
    """An account with this e-mail address exists."""

    code = "email-taken"
    status = 409
    template = "There is an account with this e-mail address already."


class RoleNotHereError(CommerceError):
    """A park role was given at a merchant, or a merchant's role in the park."""

    code = "role-not-here"
    template = "The role “%(role)s” does not exist here."


class LastOwnerError(CommerceError):
    """A merchant always keeps an owner."""

    code = "last-owner"
    status = 409
    template = "This is the last owner. Make somebody else an owner first."


class LastOperatorError(CommerceError):
    """Somebody always runs the park."""

    code = "last-operator"
    status = 409
    template = "This is the last park operator. Make somebody else an operator first."


class RoleHeldError(CommerceError):
    """The person has the role already."""

    code = "role-held"
    status = 409
    template = "This person has the role already."


class OwnAccountError(CommerceError):
    """Nobody shuts themselves out by a slip."""

    code = "own-account"
    status = 409
    template = "This is your own account. Ask somebody else to disable it."


class LinkSpentError(CommerceError):
    """A mailed link was used, has expired, or never existed; the answer does not tell which."""

    code = "link-spent"
    status = 410
    template = "This link has been used or has expired. Ask for a new one."


class EarlierInvitationError(CommerceError):
    """Another invitation went to the same new account before, and alone may choose its password."""

    code = "earlier-invitation"
    status = 409
    template = (
        "An earlier invitation to this address is still open. Accept that one first, "
        "then this link works."
    )


class NotTheInvitedError(CommerceError):
    """Whoever accepts an invitation to an account has to be signed in with that account."""

    code = "not-the-invited"
    status = 403
    template = "This invitation is for another account. Sign in with that one to accept it."


class WrongCodeError(CommerceError):
    """A one-time code does not fit, or was used before."""

    code = "wrong-code"
    template = "This code does not fit or was used before. Wait for the next one and try again."


class SecondFactorPresentError(CommerceError):
    """An authenticator app is set up already."""

    code = "second-factor-present"
    status = 409
    template = "An authenticator app is set up already. Remove it first."


class PasskeyRefusedError(CommerceError):
    """The browser's answer does not prove the passkey."""

    code = "passkey-refused"
    template = "This passkey was not accepted. Try again, or sign in with your password."


class PinTakenError(CommerceError):
    """Two people of one merchant cannot share a PIN: a sale must name who made it."""

    code = "pin-taken"
    status = 409
    template = "This PIN cannot be used here. Choose another one."


class WeakPinError(CommerceError):
    """A PIN has six digits that nobody tries first."""

    code = "weak-pin"
    template = "Choose six digits that are neither a row, a repetition nor a date."


class UnknownApiKeyError(NotFoundError):
    """There is no such key, or it was revoked."""

    code = "unknown-api-key"
    template = "There is no such key."


class ApiKeyTermError(CommerceError):
    """A key lives between a day and a year and may do something."""

    code = "api-key-term"
    template = "Choose at least one scope and an end within %(days)s days."


class UnknownStoryError(NotFoundError):
    """The shop tells no such story."""

    code = "unknown-story"
    template = "There is no such story. It may have been deleted or withdrawn."


class MissingTitleError(CommerceError):
    """A story has a title in at least one language."""

    code = "missing-title"
    template = "Give the story a title in one language at least."

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The title is the field at fault."""
        return (FieldProblem(pointer="/title", code=self.code, template=self.template),)


class UnknownPolicyError(NotFoundError):
    """The shop states no such policy."""

    code = "unknown-policy"
    template = "The shop states nothing of this kind."


class MissingPolicyTextError(CommerceError):
    """A policy says something in at least one language."""

    code = "missing-policy-text"
    template = "Write the text in one language at least."

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The text is the field at fault."""
        return (FieldProblem(pointer="/text", code=self.code, template=self.template),)


class PolicyUnchangedError(CommerceError):
    """A version is kept for every change, and for nothing else."""

    code = "policy-unchanged"
    status = 409
    template = "This is what the shop states already; nothing was changed."
