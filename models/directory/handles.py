"""The short name by which colleagues type somebody whose file gives none: made of the e-mail address."""

import re
from collections.abc import Collection
from itertools import count
from unicodedata import normalize

LONGEST = 31


def handle_for(email: str, taken: Collection[str]) -> str:
    """ "dana" of dana@…, "dana2" where that is taken; letters, digits, dots, dashes and underlines."""
    name = normalize("NFKD", email.partition("@")[0].partition("+")[0]).encode("ascii", "ignore").decode()
    bare = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).lstrip("0123456789._-").rstrip("._-")
    bare = bare[:LONGEST].rstrip("._-") or "staff"
    if bare not in taken:
        return bare
    numbered = (f"{bare[: LONGEST - len(str(number))]}{number}" for number in count(2))
    return next(one for one in numbered if one not in taken)
