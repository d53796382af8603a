//! What runs on a host: who listens on the network, whose code is no more what is installed, and containers.
//!
//! Source: `proc_net_tcp(5)`, `proc_pid_maps(5)`; the states of sockets in the kernel's `tcp_states.h`.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
};

use assay_containers::Container;
use serde::Serialize;

/// The most of either that is told.
const MOST: usize = 1000;

/// The most libraries of one program that are told.
const MOST_LIBRARIES: usize = 50;

/// What runs on a host, in order, so that nothing changes where nothing changed: no process has its number told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Running {
    /// Who listens.
    pub listeners: BTreeSet<Listener>,
    /// Programs that run code which was replaced or removed: they are as they were before an upgrade until they start anew.
    pub outdated: Vec<Outdated>,
    /// Containers that run.
    pub containers: Vec<Container>,
    /// The cluster that containers of Kubernetes are of: its ARN, or its name; none where nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The agent itself, where it stays on the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<Agent>,
}

/// An agent that stays on its host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    /// Its version.
    pub version: &'static str,
    /// How many seconds pass between two of its reports where no change makes it report at once.
    pub report_every_seconds: u64,
}

/// A socket that waits for whoever comes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Listener {
    /// `tcp` or `udp`.
    pub protocol: &'static str,
    /// Where; `0.0.0.0` and `::` are everywhere.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The program; none where the agent may not see whose socket it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
}

/// A program that runs what is no more installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outdated {
    /// The program.
    pub program: String,
    /// Files that it runs and that are gone: libraries, or itself.
    pub files: BTreeSet<String>,
}

/// Sockets by the number of their inode.
type Sockets = HashMap<u64, (&'static str, IpAddr, u16)>;

/// What runs, by the kernel's own tables and by what container runtimes keep below the root of the host's files. What the agent
/// may not read is left out.
pub fn running(root: &Path, cluster: Option<&str>) -> Running {
    let (listeners, outdated) = processes(Path::new("/proc"));
    Running {
        listeners,
        outdated,
        containers: assay_containers::running(root),
        cluster: cluster.map(str::to_owned),
        agent: None,
    }
}

fn processes(proc: &Path) -> (BTreeSet<Listener>, Vec<Outdated>) {
    let mut sockets = Sockets::new();
    for (protocol, table) in [
        ("tcp", "net/tcp"),
        ("tcp", "net/tcp6"),
        ("udp", "net/udp"),
        ("udp", "net/udp6"),
    ] {
        let text = fs::read_to_string(proc.join(table)).unwrap_or_default();
        sockets.extend(listening(protocol, &text));
    }
    let mut owners = HashMap::new();
    let mut outdated: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in fs::read_dir(proc).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if !name.to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let process = entry.path();
        let Some(program) = program(&process) else {
            continue;
        };
        let gone = gone(&fs::read_to_string(process.join("maps")).unwrap_or_default());
        if !gone.is_empty() {
            outdated.entry(program.clone()).or_default().extend(gone);
        }
        for socket in fs::read_dir(process.join("fd")).into_iter().flatten().flatten() {
            let target = fs::read_link(socket.path()).unwrap_or_default();
            let target = target.to_string_lossy();
            let inode = target
                .strip_prefix("socket:[")
                .and_then(|rest| rest.strip_suffix(']'));
            if let Some(inode) = inode.and_then(|inode| inode.parse::<u64>().ok())
                && sockets.contains_key(&inode)
            {
                owners.insert(inode, program.clone());
            }
        }
    }
    let listeners = sockets
        .into_iter()
        .map(|(inode, (protocol, address, port))| Listener {
            protocol,
            address: address.to_string(),
            port,
            program: owners.get(&inode).cloned(),
        });
    let listeners: BTreeSet<Listener> = listeners.collect();
    let outdated = outdated.into_iter().take(MOST).map(|(program, files)| Outdated {
        program,
        files: files.into_iter().take(MOST_LIBRARIES).collect(),
    });
    (listeners.into_iter().take(MOST).collect(), outdated.collect())
}

/// The program of a process, by its file; none of threads of the kernel, and where the agent may not see it.
fn program(process: &Path) -> Option<String> {
    let target = fs::read_link(process.join("exe")).ok()?;
    let target = target.to_string_lossy();
    Some(target.strip_suffix(DELETED).unwrap_or(&target).to_owned())
}

/// What the kernel writes behind a file that is gone.
const DELETED: &str = " (deleted)";

/// Where programs have files that they map and remove on purpose.
const TEMPORARY: [&str; 6] = ["/dev/", "/memfd:", "/tmp/", "/var/tmp/", "/run/", "/SYSV"];

/// Files that a process runs code of and that are gone: lines of an area of memory, its rights, offset, device, inode, path.
fn gone(maps: &str) -> BTreeSet<String> {
    let files = maps.lines().filter_map(|line| {
        let mut fields = line.split_ascii_whitespace();
        let rights = fields.nth(1)?;
        let path = &line[line.find('/')?..];
        let path = path.strip_suffix(DELETED)?;
        let is_code = rights.contains('x') && !TEMPORARY.iter().any(|start| path.starts_with(start));
        is_code.then(|| path.to_owned())
    });
    files.collect()
}

/// Sockets of a table that wait for whoever comes: of TCP those in state `0A`, of UDP those that have no peer, in `07`.
fn listening(protocol: &'static str, table: &str) -> Sockets {
    let state = if protocol == "tcp" { "0A" } else { "07" };
    let rows = table.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let (local, inode) = (fields.get(1)?, fields.get(9)?);
        if *fields.get(3)? != state {
            return None;
        }
        let (address, port) = local.split_once(':')?;
        let port = u16::from_str_radix(port, 16).ok()?;
        Some((inode.parse().ok()?, (protocol, ip(address)?, port)))
    });
    rows.collect()
}

/// An address as the kernel writes it: words of four bytes, each in the order of the machine.
fn ip(hex: &str) -> Option<IpAddr> {
    let words: Option<Vec<[u8; 4]>> = (0..hex.len() / 8)
        .map(|at| {
            let word = u32::from_str_radix(hex.get(at * 8..at * 8 + 8)?, 16).ok()?;
            Some(word.to_ne_bytes())
        })
        .collect();
    match words?.as_slice() {
        [word] => Some(Ipv4Addr::from(*word).into()),
        words @ [_, _, _, _] => {
            let bytes: [u8; 16] = words.concat().try_into().ok()?;
            Some(Ipv6Addr::from(bytes).to_canonical())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_that_wait() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0\n\
            1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1 0 100 0\n\
            2: 0100007F:1538 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 13 1 0 100 0\n\
            nonsense\n3: 00:zz 0 0A\n";
        let mut found: Vec<String> = listening("tcp", table)
            .into_iter()
            .map(|(inode, (protocol, address, port))| format!("{inode} {protocol} {address} {port}"))
            .collect();
        found.sort();
        assert_eq!(found, ["11 tcp 127.0.0.1 5432", "12 tcp 0.0.0.0 22"]);
        assert_eq!(ip("00000000000000000000000001000000").unwrap().to_string(), "::1");
        for wrong in ["", "0", "0100007", "0100007F0100007F", "zzzzzzzz"] {
            assert_eq!(ip(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn code_that_is_gone() {
        let maps = "7f01-7f02 r-xp 00000000 fe:01 100 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)\n\
            7f02-7f03 r--p 00000000 fe:01 100 /usr/lib/x86_64-linux-gnu/libcrypto.so.3 (deleted)\n\
            7f03-7f04 r-xp 00000000 fe:01 101 /usr/lib/with space/liba.so (deleted)\n\
            7f04-7f05 r-xp 00000000 fe:01 102 /usr/lib/libc.so.6\n\
            7f05-7f06 rwxp 00000000 00:01 103 /memfd:jit (deleted)\n\
            7f06-7f07 r-xp 00000000 00:00 0 [vdso]\nnonsense\n";
        let gone: Vec<String> = gone(maps).into_iter().collect();
        assert_eq!(
            gone,
            [
                "/usr/lib/with space/liba.so",
                "/usr/lib/x86_64-linux-gnu/libssl.so.3"
            ]
        );
    }

    #[test]
    fn this_process_listens() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let root = tempfile::tempdir().unwrap();
        let running = running(root.path(), None);
        let found = running
            .listeners
            .iter()
            .find(|listener| listener.port == port && listener.protocol == "tcp")
            .unwrap();
        assert_eq!(found.address, "127.0.0.1");
        let own = std::env::current_exe().unwrap();
        assert_eq!(found.program.as_deref(), own.to_str());
    }
}
