//! A real registry, `docker-registry` of the distribution, on loopback.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use super::World;

/// A registry that ends with the test.
pub(crate) struct Registry {
    process: Child,
    pub(crate) host: String,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Registry {
    /// Starts one with more in its configuration: lines below `http`, and others. `None`, and a reason in the test's output,
    /// where the program is not installed.
    pub(crate) fn start_with(world: &World, below_http: &str, more: &str) -> Option<Registry> {
        if !is_installed("docker-registry") {
            println!("skipped: docker-registry is not installed (apt-get install docker-registry)");
            return None;
        }
        let host = free_address();
        let config = format!(
            "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\n  delete:\n    enabled: true\nhttp:\n  addr: {host}\n{below_http}{more}",
            world.path("registry").display()
        );
        world.write("registry.yml", config);
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(world.path("registry.yml"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..200 {
            if std::net::TcpStream::connect(&host).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(25));
        }
        Some(Registry { process, host })
    }
}

/// Runs skopeo in a world, to a good end.
pub(crate) fn skopeo(world: &World, arguments: &[&str]) {
    let output = Command::new("skopeo")
        .arg("--insecure-policy")
        .args(arguments)
        .current_dir(world.path(""))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

/// Whether a program is there.
pub(crate) fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// An address on loopback that nobody listens at.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}
