//! The guard that decides which IP addresses may be connected to.
//!
//! It checks the very address that the socket will use, for IP literals in URLs as well as for DNS
//! answers. A guard in the resolver alone would be bypassed by `http://2130706433/` and by every
//! redirect to a literal. Every address that is not clearly public is rejected (the IANA
//! special-purpose address registries, RFC 6890 and its successors).

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether `address` may be connected to: it is public, or in a network that the operator allowed.
pub(super) fn is_permitted(address: IpAddr, allow_private: &[IpNet]) -> bool {
    let address = address.to_canonical();
    is_public(address) || allow_private.iter().any(|network| network.contains(&address))
}

/// Whether `address` belongs to the public internet.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)           // this network, private, loopback
            | (100, 64..=127, _)       // carrier-grade NAT
            | (169, 254, _)            // link-local, cloud metadata
            | (172, 16..=31, _)        // private
            | (192, 0, 0 | 2)          // protocol assignments, documentation
            | (192, 88, 99)            // 6to4 relay
            | (192, 168, _)            // private
            | (198, 18..=19, _)        // benchmarking
            | (198, 51, 100)           // documentation
            | (203, 0, 113)            // documentation
            | (224..=255, _, _) // multicast, reserved, broadcast
    )
}

/// Only 2000::/3 is allocated as global unicast, which already excludes ::1, NAT64 (64:ff9b::/96),
/// unique local, link-local and multicast addresses.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [first, second, ..] = v6.segments();
    (0x2000..=0x3fff).contains(&first)
        && first != 0x2002                              // 6to4 hides an IPv4 address
        && !(first == 0x2001 && second < 0x0200)        // Teredo, ORCHID, benchmarking
        && !(first == 0x2001 && second == 0x0db8)       // documentation
        && !(first == 0x3fff && second < 0x1000) // documentation
}

#[cfg(test)]
mod tests {
    use super::{is_permitted, is_public};

    #[track_caller]
    fn check(expected: bool, addresses: &str) {
        for text in addresses.split_whitespace() {
            assert_eq!(is_public(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn ordinary_hosts_are_public() {
        check(
            true,
            "1.1.1.1 113.160.0.1 172.15.0.1 172.32.0.1 100.63.255.255 100.128.0.1 192.0.1.1",
        );
        check(true, "198.17.0.1 198.20.0.1 223.255.255.255 169.253.0.1 11.0.0.1 128.0.0.1");
        check(true, "2001:4860:4860::8888 2606:4700::1111 2405:4800::1 ::ffff:8.8.8.8 2001:200::1");
    }

    #[test]
    fn addresses_inside_the_house_are_not() {
        check(false, "127.0.0.1 127.255.255.254 10.1.2.3 172.16.0.1 172.31.255.255 192.168.0.1");
        check(false, "169.254.169.254 100.64.0.1 100.127.255.255 0.0.0.0 0.0.0.1 192.0.0.8");
        check(false, "192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.7 192.88.99.1");
        check(false, "224.0.0.1 240.0.0.1 255.255.255.255");
        check(false, ":: ::1 ::127.0.0.1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1 100::1 5f00::1");
        check(false, "2001:db8::1 3fff::1 2001:2::1 2001:10::1 2001:20::1");
    }

    #[test]
    fn an_ipv4_address_cannot_hide_in_an_ipv6_one() {
        check(false, "::ffff:127.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b:1::1");
        check(false, "2002:7f00:1:: 2001::1 ::ffff:0:127.0.0.1");
    }

    #[test]
    fn a_named_network_is_the_only_way_in() {
        let named = ["10.1.2.0/24".parse().unwrap(), "fd00:1::/64".parse().unwrap()];
        let check = |address: &str, expected| {
            assert_eq!(is_permitted(address.parse().unwrap(), &named), expected, "{address}");
        };
        check("10.1.2.3", true);
        check("::ffff:10.1.2.3", true);
        check("fd00:1::7", true);
        check("1.1.1.1", true);
        check("10.1.3.3", false);
        check("127.0.0.1", false);
        check("fd00:2::7", false);
    }
}
