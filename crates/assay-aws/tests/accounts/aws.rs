//! AWS, played by moto and what stands before it.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

/// The region that all is in.
pub(crate) const REGION: &str = "eu-west-1";
/// The account of the keys.
pub(crate) const HOME: &str = "123456789012";

/// AWS, until it is dropped.
pub(crate) struct Aws {
    process: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    pub(crate) address: String,
}

impl Drop for Aws {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Aws {
    /// Starts it, with a registry for its images. `None`, and a reason in the test's output, where its parts are not installed.
    pub(crate) fn start(registry: &str) -> Option<Aws> {
        let python = std::env::var_os("ASSAY_TEST_PYTHON");
        let Some(python) = python.filter(|python| Path::new(python).exists()) else {
            println!("skipped: ASSAY_TEST_PYTHON names no Python with moto; `make test-tools` installs it");
            return None;
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accounts/aws.py");
        let mut process = Command::new(python)
            .arg(script)
            .arg(registry)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env_remove("AWS_PROFILE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut answers = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = answers.next().unwrap().unwrap();
        Some(Aws {
            orders: process.stdin.take().unwrap(),
            process,
            answers,
            address: serde_json::from_str(&address).unwrap(),
        })
    }

    /// Has something done: a function of `aws.py`, with its arguments.
    pub(crate) fn order(&mut self, what: &str, arguments: &Value) -> Value {
        writeln!(self.orders, "{}", json!([what, arguments])).unwrap();
        self.orders.flush().unwrap();
        let answer = self.answers.next().expect("it answers").unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    /// The same where the answer is a name.
    pub(crate) fn name(&mut self, what: &str, arguments: &Value) -> String {
        self.order(what, arguments).as_str().unwrap().to_owned()
    }
}
