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
            "administrator, auditor, agent, host or enroller",
        ),
        (&["set-role", ACCOUNT, "eve", "auditor"], "has no user eve"),
        (&["set-password", "999999999999", "ada"], "there is no account"),
        (
            &["set-key-status", "AKIAAAAAAAAAAAAAAAAA", "active"],
            "there is no key",
        ),
        (&["organization", "create", "999999999999"], "there is no account"),
        (
            &["organization", "show", "o-aaaaaaaaaa"],
            "there is no organisation",
        ),
        (
            &["organization", "add", "o-1", ACCOUNT],
            "the id of an organisation",
        ),
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
    for account in ["111111111111", "222222222222"] {
        done(&world, &["create-account", account], "");
    }
    let other = credentials(&done(&world, &["create-user", "222222222222", "dora"], ""));
    let count = || {
        let sent = service.call(&other, "inspector2", "POST", "/findings/list", &json!({}));
        sent.answer["findings"].as_array().unwrap().len()
    };
    assert_eq!(count(), 0);
    let made = done(&world, &["organization", "create", "111111111111"], "");
    let id = made
        .split([' ', ','])
        .find(|word| word.starts_with("o-"))
        .unwrap();
    done(&world, &["organization", "add", id, "222222222222"], "");
    done(&world, &["organization", "delegate", id, "222222222222"], "");
    done(&world, &["organization", "add", id, ACCOUNT], "");
    assert_eq!(count(), 0);
    done(&world, &["organization", "add", id, ACCOUNT, "--associate"], "");
    assert_eq!(count(), 1);
    let listed = done(&world, &["list-accounts"], "");
    for line in [
        "111111111111 management",
        "222222222222 delegated-administrator",
        "000000000000 member",
    ] {
        assert!(listed.contains(line), "{listed}");
    }
    let shown = done(&world, &["organization", "show"], "");
    assert!(shown.contains("000000000000 ENABLED since "), "{shown}");
    done(&world, &["organization", "remove", id, ACCOUNT], "");
    assert_eq!(count(), 0);
    let listed = done(&world, &["list-accounts"], "");
    assert!(listed.contains("000000000000 standalone"), "{listed}");
}

const FILE: &str = r#"
management = "111111111111"
administrator = "222222222222"

[auto-enable]
eu-west-1 = ["EC2", "ECR"]

[[accounts]]
id = "333333333333"
name = "payments"

[[accounts]]
id = "444444444444"
associated = false
"#;

#[test]
fn an_organisation_is_what_its_file_says() {
    let world = World::new();
    let apply = |text: &str, check: bool| {
        std::fs::write(world.path("organization.toml"), text).unwrap();
        let mut arguments = vec!["organization", "apply", "organization.toml"];
        arguments.extend(check.then_some("--check"));
        let output = admin(&world, &arguments, "");
        let told = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(told).unwrap())
    };
    let (code, told) = apply(FILE, true);
    assert_eq!(code, 1);
    assert_eq!(
        told,
        "would make the account 111111111111\n\
         would make the account 222222222222\n\
         would make the account 333333333333 `payments`\n\
         would make the account 444444444444\n\
         would make the organisation headed by 111111111111\n\
         would add 222222222222\n\
         would add 333333333333\n\
         would add 444444444444\n\
         would have 222222222222 administer scanning\n\
         would turn EC2, ECR on for new members in eu-west-1\n\
         would have the administrator rule 333333333333\n"
    );
    assert_eq!(done(&world, &["list-accounts"], ""), "", "nothing was changed");
    assert_eq!(apply(FILE, false).0, 0);
    assert_eq!(apply(FILE, true), (0, String::new()));
    let (code, told) = apply(FILE, false);
    assert!(
        code == 0 && told.ends_with("is as organization.toml says\n"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1, "{told}");

    // Another administrator, one more account and one less; what comes is turned on by itself.
    let changed = FILE.replace("222222222222", "444444444444").replace(
        "\nid = \"444444444444\"\nassociated = false",
        "\nid = \"555555555555\"",
    );
    let (code, told) = apply(&changed, false);
    assert_eq!(code, 0, "{told}");
    let steps: Vec<&str> = told.lines().collect();
    assert_eq!(
        steps[..6],
        [
            "make the account 555555555555",
            "add 555555555555",
            "have 444444444444 administer scanning",
            "have the administrator rule 333333333333",
            "have the administrator rule 555555555555",
            "remove 222222222222",
        ]
    );
    assert_eq!(apply(&changed, true), (0, String::new()));

    // What is wrong is told with its line, and nothing is changed.
    for (wrong, expected) in [
        (FILE.replace("333333333333", "33"), "line 9: accounts[0].id"),
        (format!("x = 1\n{FILE}"), "line 1: unknown field `x`"),
        (
            FILE.replace("management = \"111111111111\"", "management = \"666666666666\""),
            "line 9: the account 333333333333 belongs to the organisation",
        ),
    ] {
        let (code, told) = apply(&wrong, false);
        assert_eq!(code, 2, "{told}");
        assert!(told.contains(expected), "{told}");
        assert_eq!(apply(&changed, true), (0, String::new()));
    }
}

#[test]
fn a_link_signs_in_once() {
    let world = World::with_database();
    let service = Service::start(&world, "data");
    done(&world, &["create-user", ACCOUNT, "ada", "--role", "auditor"], "");
    let link = |arguments: &[&str]| {
        let all = [&["create-sign-in-link", ACCOUNT, "ada"][..], arguments].concat();
        let printed = done(&world, &all, "");
        let (page, code) = printed.trim_end().split_once("/console/#code=").unwrap();
        (page.to_owned(), code.to_owned())
    };
    let sign_in = |code: &str| service.plain("POST", "/session", &[], &json!({ "code": code }).to_string());
    let (page, code) = link(&["--server", "https://assay.example.org/"]);
    assert_eq!(page, "https://assay.example.org");
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| sign_in(&code));
        (sign_in(&code), one.join().unwrap())
    });
    let (taken, refused) = match one.status {
        200 => (one, other),
        _ => (other, one),
    };
    assert_eq!(
        (taken.status, refused.status),
        (200, 403),
        "{taken:?} {refused:?}"
    );
    let text = |name: &str| taken.answer[name].as_str().unwrap().to_owned();
    assert_eq!((&*text("user"), &*text("role")), ("ada", "auditor"));
    let session = Credentials {
        access_key: text("accessKeyId"),
        secret: text("secretAccessKey"),
        session_token: Some(text("sessionToken")),
    };
    assert_eq!(service.get(&session, CHANGES).status, 200);
    let renewed = service.call(
        &session,
        "assay",
        "POST",
        "/assay/v1/session/renewal",
        &json!(null),
    );
    assert_eq!(renewed.status, 200, "{renewed:?}");

    // One that is too old, one that nobody made, one that was used: one answer for all.
    let (page, old) = link(&["--valid-for", "1s"]);
    assert_eq!(page, "http://127.0.0.1:8443");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    for code in [&*old, &code, "none"] {
        let refused_too = sign_in(code);
        assert_eq!(refused_too.status, 403);
        assert_eq!(refused_too.answer, refused.answer);
    }
    // One of before the sessions ended, and one of somebody who was turned off since.
    let (_, code) = link(&[]);
    let ended = service.call(&session, "assay", "POST", "/assay/v1/session/end", &json!(null));
    assert_eq!(ended.status, 200, "{ended:?}");
    assert_eq!(service.get(&session, CHANGES).status, 403);
    assert_eq!(sign_in(&code).status, 403);
    let (_, code) = link(&[]);
    done(&world, &["set-user-status", ACCOUNT, "ada", "inactive"], "");
    assert_eq!(sign_in(&code).status, 403);

    for (arguments, told) in [
        (&["create-sign-in-link", ACCOUNT, "ada"][..], "ada is turned off"),
        (&["create-sign-in-link", ACCOUNT, "eve"], "has no user eve"),
        (
            &[
                "create-sign-in-link",
                ACCOUNT,
                "ada",
                "--server",
                "assay.example.org",
            ],
            "write it as https://",
        ),
    ] {
        let output = admin(&world, arguments, "");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(told), "{error}");
    }
    let calls = service
        .get(&service.administrator, "/assay/v1/calls?user=ada")
        .answer;
    assert!(calls.to_string().contains("CreateSession"), "{calls}");
    assert!(!calls.to_string().contains(&code), "{calls}");
}
