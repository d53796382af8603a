//! Three network namespaces in a row: a service, whatever is in the middle, an agent. No one has a default route, and the two
//! at the ends no route to each other.

use std::{
    fs::{self, File},
    os::fd::AsFd,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// The address of the service.
pub(crate) const SERVICE: &str = "10.77.1.1";
/// The address of the middle, as the service sees it.
const TO_SERVICE: &str = "10.77.1.2";
/// The address of the middle, as the agent sees it.
pub(crate) const TO_AGENT: &str = "10.77.2.2";
/// The address of the agent.
pub(crate) const AGENT: &str = "10.77.2.1";

/// Namespaces that go with it.
pub(crate) struct Network {
    pub(crate) service: Namespace,
    pub(crate) middle: Namespace,
    pub(crate) agent: Namespace,
}

/// A network namespace by its name.
pub(crate) struct Namespace(String);

/// What was tried in a namespace that nothing there has a reason to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// Packets to whom no route leads.
    pub(crate) without_route: u64,
    /// Datagrams, as one asks for names with.
    pub(crate) datagrams: u64,
}

impl Network {
    /// The namespaces, or why there are none.
    pub(crate) fn new() -> Result<Network, String> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let namespace = |what: &str| {
            let name = format!("assay-{}-{number}-{what}", std::process::id());
            run("ip", &["netns", "add", &name])?;
            let namespace = Namespace(name);
            run("ip", &["-n", &namespace.0, "link", "set", "lo", "up"])?;
            Ok::<Namespace, String>(namespace)
        };
        let network = Network {
            service: namespace("service")?,
            middle: namespace("middle")?,
            agent: namespace("agent")?,
        };
        network.join((&network.service, SERVICE), ("to-service", TO_SERVICE))?;
        network.join((&network.agent, AGENT), ("to-agent", TO_AGENT))?;
        Ok(network)
    }

    /// Joins an end with the middle.
    fn join(
        &self,
        (end, address): (&Namespace, &str),
        (inner, inner_address): (&str, &str),
    ) -> Result<(), String> {
        let (end, middle) = (end.0.as_str(), self.middle.0.as_str());
        run(
            "ip",
            &[
                "link", "add", "outer", "netns", end, "type", "veth", "peer", "name", inner, "netns", middle,
            ],
        )?;
        for (namespace, interface, address) in [(end, "outer", address), (middle, inner, inner_address)] {
            let address = format!("{address}/24");
            // Addresses of version 6 come of themselves, and with them datagrams of the kernel's.
            run(
                "ip",
                &["-n", namespace, "link", "set", interface, "addrgenmode", "none"],
            )?;
            run(
                "ip",
                &["-n", namespace, "address", "add", &address, "dev", interface],
            )?;
            run("ip", &["-n", namespace, "link", "set", interface, "up"])?;
        }
        Ok(())
    }

    /// Has the middle pass on what comes to a port of its own to the service's, under its own address.
    pub(crate) fn translate(&self, port: u16) -> Result<(), String> {
        let rules = format!(
            "table ip assay {{\n\
             chain incoming {{ type nat hook prerouting priority dstnat; ip daddr {TO_AGENT} tcp dport {port} dnat to {SERVICE}; }}\n\
             chain outgoing {{ type nat hook postrouting priority srcnat; oifname \"to-service\" masquerade; }}\n}}\n"
        );
        let file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        fs::write(file.path(), rules).map_err(|error| error.to_string())?;
        let path = file.path().display().to_string();
        run("ip", &["netns", "exec", &self.middle.0, "nft", "-f", &path])?;
        let forwards = self
            .middle
            .run(|| fs::write("/proc/sys/net/ipv4/ip_forward", "1"));
        forwards.map_err(|error| format!("cannot forward: {error}"))
    }
}

impl Namespace {
    /// A command as it runs in it.
    pub(crate) fn within(&self, command: &Command) -> Command {
        let mut within = Command::new("ip");
        within.args(["netns", "exec", &self.0]);
        within.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => within.env(name, value),
                None => within.env_remove(name),
            };
        }
        if let Some(directory) = command.get_current_dir() {
            within.current_dir(directory);
        }
        within
    }

    /// Does something in it.
    pub(crate) fn run<T: Send>(&self, what: impl FnOnce() -> T + Send) -> T {
        let place = File::open(format!("/run/netns/{}", self.0)).unwrap();
        thread::scope(|scope| {
            let inside = scope.spawn(move || {
                move_into_link_name_space(place.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
                what()
            });
            inside.join().unwrap()
        })
    }

    /// What was tried so far.
    pub(crate) fn attempts(&self) -> Attempts {
        let counts = self.run(|| fs::read_to_string("/proc/thread-self/net/snmp").unwrap());
        Attempts {
            without_route: count(&counts, "Ip:", "OutNoRoutes"),
            datagrams: count(&counts, "Udp:", "OutDatagrams"),
        }
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = run("ip", &["netns", "delete", &self.0]);
    }
}

/// A count of the kernel's: of each protocol there is a line of names and one of numbers.
fn count(counts: &str, protocol: &str, name: &str) -> u64 {
    let mut lines = counts.lines().filter(|line| line.starts_with(protocol));
    let (names, numbers) = (lines.next().unwrap(), lines.next().unwrap());
    let mut pairs = names.split(' ').zip(numbers.split(' '));
    let (_, number) = pairs.find(|(found, _)| *found == name).unwrap();
    number.parse().unwrap()
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let told = |text: &str| format!("{program} {}: {}", arguments.join(" "), text.trim());
    let output = Command::new(program)
        .args(arguments)
        .env("PATH", search_path())
        .output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(told(&String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(told(&error.to_string())),
    }
}

/// Where programs are, with those for administrators.
fn search_path() -> String {
    format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default())
}
