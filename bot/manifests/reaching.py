"""Can Slack and Microsoft call us? Only as far as the address itself tells."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def why_unreachable(public_url: str) -> str | None:
    """The end of a sentence that begins with the address; None for one that the world could call.

    Whether it answers is another question: `replyby doctor` asks it.
    """
    url = urlsplit(public_url)
    host = (url.hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return "is this machine’s own"
    try:
        number = ip_address(host)
    except ValueError:
        number = None
    if number is not None and number.is_loopback:
        return "is this machine’s own"
    if number is not None and not number.is_global:
        return "is one of a private network"
    if url.scheme != "https":
        return "does not begin with https://"
    return None
