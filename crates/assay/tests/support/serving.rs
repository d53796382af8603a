//! The program as it serves.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use super::World;

/// A service that runs until it is dropped.
pub(crate) struct Serving {
    process: Child,
    pub(crate) url: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Serving {
    /// Starts it over a directory, on a port of its own. The first one leaves its administrator's key in `credentials`.
    pub(crate) fn start(world: &World, data: &str) -> Serving {
        Serving::start_with(world, data, &[], &[])
    }

    /// The same with more options and environment.
    pub(crate) fn start_with(
        world: &World,
        data: &str,
        options: &[&str],
        environment: &[(&str, &str)],
    ) -> Serving {
        let mut arguments = vec![
            "serve",
            "--data",
            data,
            "--listen",
            "127.0.0.1:0",
            "--feeds",
            "none",
        ];
        if !world.path("credentials").exists() {
            arguments.extend(["--write-credentials", "credentials"]);
        }
        arguments.extend(options);
        let mut process = world
            .command(&arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = loop {
            let line = lines.next().expect("it says where it listens").unwrap();
            if let Some(url) = line.strip_prefix("listening on ") {
                break url.to_owned();
            }
        };
        // What is printed later goes nowhere, but must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Serving { process, url }
    }
}
