"""How a target is addressed when nobody wrote down how."""

from app.targets.neutral import NEUTRAL_SALUTATIONS


def neutral_salutation(language: str) -> str:
    """The neutral opening of a letter in `language`, else of its base language (`pt` for `pt-BR`), else the English one."""
    base = language.split("-")[0]
    return NEUTRAL_SALUTATIONS.get(language) or NEUTRAL_SALUTATIONS.get(base) or NEUTRAL_SALUTATIONS["en"]
