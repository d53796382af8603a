//! The service that is measured: the program as it is released, and what the system says that it uses.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use assay_client::{Client, Route};
use assay_sigv4::Credentials;
use serde_json::{Value, json};

/// Ticks of the processor's time a second, as Linux tells them to programs.
const TICKS: f64 = 100.0;

/// Between two looks at what is still owed.
const GLANCE: Duration = Duration::from_millis(100);

/// A service that runs until it is dropped.
pub(super) struct Service {
    process: Child,
    url: String,
    authority: PathBuf,
    directory: PathBuf,
    program: PathBuf,
    /// What hosts are enrolled with.
    pub(super) token: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Service {
    /// Starts it over an empty directory, with the feeds in another, and turns the scanning of hosts on.
    pub(super) fn start(program: &Path, directory: &Path) -> Result<Service> {
        let command = |arguments: &[&str]| command(program, directory, arguments);
        let updated = command(&["db", "update", "--feeds", "feeds"]).output()?;
        ensure!(updated.status.success(), "cannot compile the feeds");
        let (certificate, key) = ("certificate.pem", "key.pem");
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])?;
        fs::write(directory.join(certificate), made.cert.pem())?;
        fs::write(directory.join(key), made.signing_key.serialize_pem())?;
        let serve = [
            "serve",
            "--data",
            "data",
            "--listen",
            "127.0.0.1:0",
            "--feeds",
            "none",
            "--certificate",
            certificate,
            "--key",
            key,
            "--write-credentials",
            "credentials",
        ];
        let mut process = command(&serve).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        let url = loop {
            let line = lines.next().context("the service did not start")??;
            if let Some(url) = line.strip_prefix("listening on ") {
                break url.to_owned();
            }
        };
        thread::spawn(move || lines.for_each(drop));
        let mut service = Service {
            process,
            url,
            authority: directory.join(certificate),
            directory: directory.to_owned(),
            program: program.to_owned(),
            token: String::new(),
        };
        let token = [
            "admin",
            "create-enrolment-token",
            "000000000000",
            "--data",
            "data",
        ];
        let token = String::from_utf8(command(&token).output()?.stdout)?;
        let token = token
            .lines()
            .find_map(|line| line.strip_prefix("ASSAY_ENROLMENT_TOKEN="));
        token.context("no token was made")?.clone_into(&mut service.token);
        let body = json!({ "resourceTypes": ["EC2"] });
        service.inspector(&service.administrator()?, "/enable", &body)?;
        Ok(service)
    }

    /// The key of the account's administrator.
    pub(super) fn administrator(&self) -> Result<Credentials> {
        keys(&fs::read_to_string(self.directory.join("credentials"))?)
    }

    /// The key of a new user who may push.
    pub(super) fn pusher(&self, name: &str) -> Result<Credentials> {
        let create = ["admin", "create-user", "000000000000", name, "--role", "agent"];
        let create = [&create[..], &["--data", "data"]].concat();
        let made = command(&self.program, &self.directory, &create).output()?;
        keys(&String::from_utf8(made.stdout)?)
    }

    /// Calls an operation of Inspector's API.
    pub(super) fn inspector(&self, keys: &Credentials, path: &'static str, body: &Value) -> Result<Value> {
        let route = Route {
            service: "inspector2",
            ..Route::post(path)
        };
        Ok(self.client()?.call(keys, route, body.to_string().as_bytes())?)
    }

    /// Bytes of its database.
    pub(super) fn database_bytes(&self) -> Result<u64> {
        let mut bytes = 0;
        for name in ["assay.db", "assay.db-wal"] {
            bytes += fs::metadata(self.directory.join("data").join(name)).map_or(0, |file| file.len());
        }
        ensure!(bytes > 0, "the service has no database");
        Ok(bytes)
    }

    /// A client of it, with a connection of its own as each report has.
    pub(super) fn client(&self) -> Result<Client> {
        Ok(Client::new(&self.url, "us-east-1", Some(&self.authority))?)
    }

    /// Where it answers.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Seconds of processor time that it used so far, user and system.
    pub(super) fn processor_seconds(&self) -> Result<f64> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // Behind the name, which may hold anything: state, then fields from the 4th on.
        let (_, fields) = text.rsplit_once(") ").context("no stat of a process")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let ticks = |at: usize| -> Result<f64> { Ok(fields.get(at).context("too few fields")?.parse()?) };
        Ok((ticks(11)? + ticks(12)?) / TICKS)
    }

    /// The most memory that was resident so far, in MiB.
    pub(super) fn peak(&self) -> Result<f64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = text
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .context("no peak")?;
        let kib: f64 = line.split_whitespace().nth(1).context("no peak")?.parse()?;
        Ok(kib / 1024.0)
    }

    /// Waits until it does nothing any more: nothing is left to assess.
    pub(super) fn settle(&self, most: Duration) -> Result<()> {
        let end = Instant::now() + most;
        let mut before = self.processor_seconds()?;
        let mut quiet = 0;
        while quiet < 20 {
            if Instant::now() > end {
                bail!("the service is still busy after {most:?}");
            }
            thread::sleep(GLANCE);
            let now = self.processor_seconds()?;
            quiet = if now - before < 0.015 { quiet + 1 } else { 0 };
            before = now;
        }
        Ok(())
    }
}

/// The program with an environment of its own.
fn command(program: &Path, directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(directory)
        .env("ASSAY_HOME", directory.join("home"))
        .env("ASSAY_LOG", "warn")
        .env_remove("ASSAY_DB")
        .env_remove("ASSAY_FEEDS");
    command
}

/// A key as the program writes it into a file, or shows it.
fn keys(text: &str) -> Result<Credentials> {
    let value = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once('='));
        let found = lines.find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        let (_, value) = found.with_context(|| format!("the credentials have no {name}"))?;
        anyhow::Ok(value.trim().to_owned())
    };
    Ok(Credentials {
        access_key: value("aws_access_key_id")?,
        secret: value("aws_secret_access_key")?,
        session_token: None,
    })
}
