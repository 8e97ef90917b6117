"""From where a request comes, as far as limits are concerned."""

import ipaddress
import logging

from sanic.request import Request

logger = logging.getLogger(__name__)

PROXIES = "HJALPSAM_PROXIES"  # in the environment: see credentials.yml
NETWORK = 64  # bits of an IPv6 address that one subscriber is given; the rest is theirs to change (RFC 6177)


class Addresses:
    """Whose address a request has: that of who connects, or, behind `proxies` proxies, what they say of it."""

    def __init__(self, proxies: int) -> None:
        """`proxies`: how many reverse proxies stand in front and add X-Forwarded-For."""
        self._is_told = proxies > 0
        self._has_warned = False

    def of(self, request: Request) -> str:
        """The address, of IPv6 the network of 64 bits.

        Says once in the log when a proxy is there that nobody told of.
        """
        if "x-forwarded-for" in request.headers and not self._is_told and not self._has_warned:
            self._has_warned = True
            logger.warning(
                "Anropen kommer genom en proxy (X-Forwarded-For), men proxies är 0: alla delar på en enda gräns. "
                "Sätt %s=1, eller proxies i credentials.yml, till så många proxyer som står framför.",
                PROXIES,
            )
        return _network(request.remote_addr or request.ip)


def _network(address: str) -> str:
    """What limits are counted by.

    >>> _network("192.0.2.7"), _network("2001:db8:1:2:3::4"), _network("::ffff:192.0.2.7"), _network("unknown")
    ('192.0.2.7', '2001:db8:1:2::/64', '192.0.2.7', 'unknown')
    """
    try:
        known = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address  # a proxy may say other things
    if known.version == 4:
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, NETWORK), strict=False))
