//! Accounts, users and keys, by the program, with a service that goes on meanwhile.

use std::{
    io::Write,
    process::{Output, Stdio},
};

use assay_sigv4::Credentials;
use serde_json::json;

use crate::{
    service::{Service, credentials},
    support::World,
};

const ACCOUNT: &str = "000000000000";
const CHANGES: &str = "/assay/v1/changes";

/// Runs `assay admin` with something on standard input.
fn admin(world: &World, arguments: &[&str], input: &str) -> Output {
    let all: Vec<&str> = [&["admin"][..], arguments, &["--data", "data"]].concat();
    let mut child = world
        .command(&all)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn done(world: &World, arguments: &[&str], input: &str) -> String {
    let output = admin(world, arguments, input);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

/// Temporary credentials for a password, or the status of the refusal.
fn sign_in(service: &Service, password: &str) -> Result<Credentials, u16> {
    let body = json!({"account": ACCOUNT, "user": "ada", "password": password}).to_string();
    let sent = service.plain("POST", "/session", &[], &body);
    if sent.status != 200 {
        return Err(sent.status);
    }
    let text = |name: &str| sent.answer[name].as_str().unwrap().to_owned();
    Ok(Credentials {
        access_key: text("accessKeyId"),
        secret: text("secretAccessKey"),
        session_token: Some(text("sessionToken")),
    })
}

#[test]
fn passwords_roles_and_keys_change_at_once() {
    let world = World::with_database();
    let service = Service::start(&world, "data");
    let status = |credentials: &Credentials| service.get(credentials, CHANGES).status;
    let made = done(
        &world,
        &["create-user", ACCOUNT, "ada", "--role", "auditor", "--password"],
        "the first of two\n",
    );
    let key = credentials(&made);
    assert_eq!(status(&key), 200);
    let session = sign_in(&service, "the first of two").unwrap();
    assert_eq!(status(&session), 200);
    // Another password ends sessions, and not keys.
    done(&world, &["set-password", ACCOUNT, "ada"], "the second of two\n");
    assert_eq!(status(&session), 403);
    assert_eq!(sign_in(&service, "the first of two").unwrap_err(), 403);
    let session = sign_in(&service, "the second of two").unwrap();
    assert_eq!(status(&session), 200);
    assert_eq!(status(&key), 200);
    // Roles have effect at once.
    done(&world, &["set-role", ACCOUNT, "ada", "agent"], "");
    assert_eq!((status(&key), status(&session)), (403, 403));
    done(&world, &["set-role", ACCOUNT, "ada", "administrator"], "");
    assert_eq!((status(&key), status(&session)), (200, 200));
    // Keys are turned off and on, and are listed.
    done(&world, &["set-key-status", &key.access_key, "inactive"], "");
    assert_eq!(status(&key), 403);
    let listed = done(&world, &["list-keys", ACCOUNT, "ada"], "");
    assert!(
        listed.starts_with(&format!("{} INACTIVE ", key.access_key)),
        "{listed}"
    );
    done(&world, &["set-key-status", &key.access_key, "active"], "");
    assert_eq!(status(&key), 200);
    // So are users, with all that they have.
    done(&world, &["set-user-status", ACCOUNT, "ada", "inactive"], "");
    assert_eq!((status(&key), status(&session)), (403, 403));
    assert_eq!(sign_in(&service, "the second of two").unwrap_err(), 403);
    done(&world, &["set-user-status", ACCOUNT, "ada", "active"], "");
    assert_eq!(status(&key), 200);
    done(&world, &["delete-key", &key.access_key], "");
    assert_eq!(status(&key), 403);
    for (arguments, told) in [
        (
            &["set-role", ACCOUNT, "ada", "king"][..],
            "administrator, auditor or agent",
        ),
        (&["set-role", ACCOUNT, "eve", "auditor"], "has no user eve"),
        (&["set-password", "999999999999", "ada"], "there is no account"),
        (
            &["set-key-status", "AKIAAAAAAAAAAAAAAAAA", "active"],
            "there is no key",
        ),
        (&["set-relation", ACCOUNT, "friend"], "delegated-administrator"),
        (&["set-relation", "999999999999", "member"], "there is no account"),
    ] {
        let output = admin(&world, arguments, "quite long enough\n");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(told), "{arguments:?}: {text}");
    }
}

#[test]
fn the_delegated_administrator_sees_members() {
    let world = World::with_database();
    let service = Service::start(&world, "data");
    service.enable();
    assert_eq!(service.push("i-1", "5.3").status, 200);
    service.expect(1);
    done(&world, &["create-account", "222222222222"], "");
    let other = credentials(&done(&world, &["create-user", "222222222222", "dora"], ""));
    let count = || {
        let sent = service.call(&other, "inspector2", "POST", "/findings/list", &json!({}));
        sent.answer["findings"].as_array().unwrap().len()
    };
    assert_eq!(count(), 0);
    done(&world, &["set-relation", ACCOUNT, "member"], "");
    done(
        &world,
        &["set-relation", "222222222222", "delegated-administrator"],
        "",
    );
    assert_eq!(count(), 1);
    let listed = done(&world, &["list-accounts"], "");
    assert!(
        listed.contains("222222222222 delegated-administrator"),
        "{listed}"
    );
    // Another one takes its place.
    done(&world, &["set-relation", ACCOUNT, "delegated-administrator"], "");
    assert_eq!(count(), 0);
    let listed = done(&world, &["list-accounts"], "");
    assert!(listed.contains("222222222222 member"), "{listed}");
}
