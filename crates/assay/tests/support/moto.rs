//! S3, as moto has it.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The Python that has boto3 and moto; `None` with a reason where there is none.
pub(crate) fn python() -> Option<String> {
    let python = std::env::var("ASSAY_TEST_PYTHON").ok();
    if python.is_none() {
        println!("skipped: ASSAY_TEST_PYTHON names no python with boto3");
    }
    python
}

/// Something that speaks like S3, until it is dropped.
pub(crate) struct Moto {
    process: Child,
    pub(crate) url: String,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Moto {
    /// `None` where it is not installed.
    pub(crate) fn start(python: &str) -> Option<Moto> {
        let has_it = Command::new(python).args(["-c", "import moto.server"]).output();
        if !has_it.is_ok_and(|output| output.status.success()) {
            println!("skipped: ASSAY_TEST_PYTHON has no moto");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let process = Command::new(python)
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let moto = Moto { process, url };
        let until = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "moto does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(moto)
    }
}
