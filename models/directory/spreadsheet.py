"""Cells of a spreadsheet that must not be taken for formulas: marked on the way out, read on the way in."""

MARK = "'"
# What a spreadsheet may begin to reckon at, the full-width forms too, and what hides such a beginning.
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", " ", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212")


def harmless(text: str) -> str:
    """The text with a mark before it where a spreadsheet might run it."""
    return MARK + text if text.startswith((*_BEGINS, MARK)) else text


def meant(cell: str) -> str:
    """What `harmless` was given; a cell that never had a mark stays as it is."""
    return cell[1:] if cell.startswith(MARK) and cell[1:].startswith((*_BEGINS, MARK)) else cell
