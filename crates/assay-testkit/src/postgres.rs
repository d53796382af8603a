//! A PostgreSQL server of one's own for a test: made in a temporary directory, gone with it.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Ends the server `$0` and clears the directory `$1` away when whoever holds the other end of its input is no more: values
/// that live as long as a test program are not dropped at its end.
const WARDEN: &str = r#"cat > /dev/null; kill -INT "$0"; for _ in $(seq 100); do kill -0 "$0" || break; sleep 0.1; done
rm -rf "$1""#;

/// The account that runs the server when tests run as root, as the server refuses to.
const UNPRIVILEGED: &str = "postgres";

/// A server that runs until it is dropped, or until the process that started it ends.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    warden: Child,
    port: u16,
    directory: TempDir,
    programs: PathBuf,
}

impl Postgres {
    /// Makes and starts a server on loopback.
    ///
    /// # Errors
    ///
    /// Why not, such as that PostgreSQL is not installed.
    pub fn start() -> Result<Postgres, String> {
        let programs = programs().ok_or("PostgreSQL is not installed")?;
        let directory = TempDir::with_prefix("assay-postgres").map_err(|error| error.to_string())?;
        if is_root() {
            let owned = Command::new("chown")
                .arg(UNPRIVILEGED)
                .arg(directory.path())
                .status();
            if !owned.is_ok_and(|status| status.success()) {
                return Err(format!("there is no account {UNPRIVILEGED} to run the server"));
            }
        }
        let data = directory.path().join("data");
        let made = unprivileged(&programs.join("initdb"))
            .args([
                "--auth=trust",
                "--username=assay",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .current_dir(directory.path())
            .output()
            .map_err(|error| error.to_string())?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into_owned());
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|error| error.to_string())?
            .port();
        let (server, warden) =
            run(&programs, &data, directory.path(), port).map_err(|error| error.to_string())?;
        let mut postgres = Postgres {
            server,
            warden,
            port,
            directory,
            programs,
        };
        postgres.wait()?;
        Ok(postgres)
    }

    /// A new, empty database; its address.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub fn database(&self, name: &str) -> Result<String, String> {
        let made = Command::new("psql")
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &self.port.to_string(),
                "-U",
                "assay",
                "-d",
                "postgres",
                "-c",
            ])
            .arg(format!("CREATE DATABASE {name}"))
            .output()
            .map_err(|error| error.to_string())?;
        if made.status.success() {
            Ok(format!("postgres://assay@127.0.0.1:{}/{name}", self.port))
        } else {
            Err(String::from_utf8_lossy(&made.stderr).into_owned())
        }
    }

    /// Stops the server as a fault would.
    pub fn stop(&mut self) {
        let _ = self.warden.kill();
        let _ = self.warden.wait();
        let _ = Command::new("kill")
            .args(["-INT", &self.server.id().to_string()])
            .status();
        let _ = self.server.wait();
    }

    /// Starts it again after [`Postgres::stop`].
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn start_again(&mut self) -> Result<(), String> {
        let data = self.directory.path().join("data");
        (self.server, self.warden) = run(&self.programs, &data, self.directory.path(), self.port)
            .map_err(|error| error.to_string())?;
        self.wait()
    }

    fn wait(&mut self) -> Result<(), String> {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let ready = Command::new(self.programs.join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
                .status();
            if ready.is_ok_and(|status| status.success()) {
                return Ok(());
            }
            if Instant::now() > until {
                return Err("the server does not answer".to_owned());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The server and its warden.
fn run(programs: &Path, data: &Path, directory: &Path, port: u16) -> std::io::Result<(Child, Child)> {
    let server = unprivileged(&programs.join("postgres"))
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
        .arg(directory)
        .arg("-D")
        .arg(data)
        .current_dir(directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let warden = Command::new("sh")
        .args(["-c", WARDEN, &server.id().to_string()])
        .arg(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok((server, warden))
}

fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args([
            "--reuid",
            UNPRIVILEGED,
            "--regid",
            UNPRIVILEGED,
            "--clear-groups",
            "--",
        ])
        .arg(program);
    command
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The directory of the newest server that is installed.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|programs| programs.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop()
}
