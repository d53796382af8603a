//! Which host this is.

use std::{fs, net::Ipv4Addr, net::Ipv6Addr, path::Path};

use serde::Serialize;

use crate::digest::digest;

/// The most addresses of a kind that are told.
const MOST_ADDRESSES: usize = 64;

/// The addresses of a host, without those of loopback and of the link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Those of version 4, in order.
    #[serde(rename = "ipV4Addresses", skip_serializing_if = "Vec::is_empty")]
    pub v4: Vec<String>,
    /// Those of version 6, in order.
    #[serde(rename = "ipV6Addresses", skip_serializing_if = "Vec::is_empty")]
    pub v6: Vec<String>,
}

/// The id of the host below a root: of an EC2 instance its own, else one in the same form that stays as long as the machine's
/// id. Source of where instances tell theirs: EC2 user guide, "Identify EC2 instances"; machine ids: `machine-id(5)`.
pub fn host_id(root: &Path) -> String {
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
    let tag = read("sys/devices/virtual/dmi/id/board_asset_tag");
    if is_instance_id(tag.trim()) {
        return tag.trim().to_owned();
    }
    let mut machine = read("etc/machine-id").trim().to_owned();
    if machine.is_empty() || machine == "uninitialized" {
        machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    }
    format!("i-{}", &digest(machine.as_bytes())[..17])
}

fn is_instance_id(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|hex| {
        [8, 17].contains(&hex.len())
            && hex
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

/// The addresses of this host, as its kernel tells.
pub fn addresses() -> Addresses {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    Addresses {
        v4: v4(&read("/proc/net/fib_trie")),
        v6: v6(&read("/proc/net/if_inet6")),
    }
}

/// Addresses that the table of routes knows as the host's own: a line with the address, then one that says so.
fn v4(trie: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut last = None;
    for line in trie.lines() {
        let line = line.trim();
        if let Some(address) = line.strip_prefix("|-- ") {
            last = address.parse::<Ipv4Addr>().ok();
        } else if line == "/32 host LOCAL"
            && let Some(address) = last
            && !address.is_loopback()
            && !address.is_link_local()
        {
            found.push(address);
        }
    }
    first(found)
}

/// Lines of an address in hexadecimal, a number, the length of its prefix, its scope, flags and the interface. A scope of 0 is
/// everywhere. Temporary addresses, which change every day, are left out.
fn v6(table: &str) -> Vec<String> {
    const TEMPORARY: u8 = 1;
    let found = table.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [address, _, _, scope, flags, ..] = fields[..] else {
            return None;
        };
        let is_told =
            u8::from_str_radix(scope, 16).ok()? == 0 && u8::from_str_radix(flags, 16).ok()? & TEMPORARY == 0;
        let bits = u128::from_str_radix(address, 16).ok()?;
        is_told.then(|| Ipv6Addr::from_bits(bits))
    });
    first(found.collect())
}

fn first<A: Ord + ToString>(mut addresses: Vec<A>) -> Vec<String> {
    addresses.sort();
    addresses.dedup();
    addresses.truncate(MOST_ADDRESSES);
    addresses.iter().map(A::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_hosts() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("etc")).unwrap();
        fs::write(root.path().join("etc/machine-id"), "0123456789abcdef\n").unwrap();
        let made = host_id(root.path());
        assert!(is_instance_id(&made), "{made}");
        assert_eq!(host_id(root.path()), made);
        let dmi = root.path().join("sys/devices/virtual/dmi/id");
        fs::create_dir_all(&dmi).unwrap();
        for (tag, expected) in [
            ("i-0feedc0de00000001\n", "i-0feedc0de00000001"),
            ("Not Specified\n", made.as_str()),
            ("i-0FEEDC0DE00000001\n", made.as_str()),
            ("", made.as_str()),
        ] {
            fs::write(dmi.join("board_asset_tag"), tag).unwrap();
            assert_eq!(host_id(root.path()), expected, "{tag}");
        }
    }

    #[test]
    fn addresses_of_hosts() {
        let trie = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n\
            Local:\n     |-- 10.0.0.5\n        /32 host LOCAL\n     |-- 10.0.0.255\n        /32 link BROADCAST\n\
                 |-- 10.0.0.5\n        /32 host LOCAL\n     |-- 127.0.0.1\n        /32 host LOCAL\n\
                 |-- 169.254.1.2\n        /32 host LOCAL\n     |-- 9.1.1.1\n        /32 host LOCAL\n";
        assert_eq!(v4(trie), ["9.1.1.1", "10.0.0.5"]);
        let table = "00000000000000000000000000000001 01 80 10 80       lo\n\
            20010db8000000000000000000000005 02 40 00 00     eth0\n\
            20010db80000000000000000000000ff 02 40 00 01     eth0\n\
            fe800000000000000000000000000005 02 40 20 80     eth0\nnonsense\n";
        assert_eq!(v6(table), ["2001:db8::5"]);
        assert_eq!(v4("|-- x\n/32 host LOCAL"), Vec::<String>::new());
    }
}
