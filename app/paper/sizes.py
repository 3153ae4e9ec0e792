"""The paper a country's printers hold."""

US_LETTER = frozenset({"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"})
"""Countries of US Letter; all others have A4 (Unicode CLDR 47, supplemental data, paperSize)."""


def paper_in(country: str) -> str:
    """`us-letter` or `a4`; `a4` where no country is known."""
    return "us-letter" if country in US_LETTER else "a4"
