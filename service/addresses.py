"""Addresses of cache servers: which forms there are, and which servers one names.

In: a URL. Out: its servers, or the URL without its secrets. The client of each form is made in `connections`.
"""

from urllib.parse import SplitResult, urlsplit

SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster")
SENTINEL_PORT = 26379
CLUSTER_PORT = 6379


def read_nodes(parts: SplitResult) -> list[tuple[str, int]]:
    """The servers that an address of several names, `a:7000,b,[::1]:7001`."""
    default_port = SENTINEL_PORT if parts.scheme.endswith("+sentinel") else CLUSTER_PORT
    nodes = []
    for each in parts.netloc.rpartition("@")[2].split(","):
        name = urlsplit(f"//{each}")
        if not name.hostname:
            raise ValueError("must name a server")
        nodes.append((name.hostname, name.port or default_port))
    return nodes


def hide_password(url: str) -> str:
    """An address fit for a log: without user, password and options."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def check_address(url: str) -> None:
    """Raise `ValueError` for what is no address of a cache, in words that hold nothing of it."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError("must begin with redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://")
    if "+" not in parts.scheme:
        return
    try:
        read_nodes(parts)
    except ValueError:
        raise ValueError("must name its servers as host:port,host:port") from None
    if parts.scheme.endswith("+sentinel") and not parts.path.strip("/"):
        raise ValueError("must end with the name of the service that the sentinels watch")
