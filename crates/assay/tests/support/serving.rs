//! The program as it serves.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use assay_client::{Client, Route};
use assay_sigv4::Credentials;
use serde_json::Value;

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
        let mut command = world.command(&arguments);
        command.envs(environment.iter().copied());
        Serving::of(command)
    }

    /// What a command starts.
    pub(crate) fn of(mut command: Command) -> Serving {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
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

    /// Asks it, as the administrator of its first account.
    pub(crate) fn ask(&self, world: &World, route: Route, body: &Value) -> Value {
        let keys = administrator(world);
        let client = Client::new(&self.url, "us-east-1", None).unwrap();
        client.call(&keys, route, body.to_string().as_bytes()).unwrap()
    }

    /// Asks an operation of Inspector's.
    pub(crate) fn inspector(&self, world: &World, path: &'static str, body: &Value) -> Value {
        let route = Route {
            service: "inspector2",
            ..Route::post(path)
        };
        self.ask(world, route, body)
    }
}

/// The key of the administrator of the first account.
pub(crate) fn administrator(world: &World) -> Credentials {
    let text = std::fs::read_to_string(world.path("credentials")).unwrap();
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches([' ', '=']).to_owned()
    };
    Credentials {
        access_key: value("aws_access_key_id"),
        secret: value("aws_secret_access_key"),
        session_token: None,
    }
}
