//! A kubeconfig: where a cluster is and who asks it.
//!
//! Source: Kubernetes documentation, "kubeconfig (v1)". What runs programs to get a token is not done.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use base64::Engine;
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::access::{Access, AccessError, certificates, key, read, text};

/// Lists and maps that enclose one another.
const DEEPEST: usize = 32;

/// Values of one file.
const MOST_VALUES: usize = 100_000;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Kubeconfig {
    #[serde(default)]
    current_context: String,
    #[serde(default)]
    contexts: Vec<NamedContext>,
    #[serde(default)]
    clusters: Vec<NamedCluster>,
    #[serde(default)]
    users: Vec<NamedUser>,
}

#[derive(Deserialize)]
struct NamedContext {
    name: String,
    context: Context,
}

#[derive(Deserialize)]
struct Context {
    cluster: String,
    #[serde(default)]
    user: String,
}

#[derive(Deserialize)]
struct NamedCluster {
    name: String,
    cluster: Cluster,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Cluster {
    server: String,
    certificate_authority: Option<PathBuf>,
    certificate_authority_data: Option<String>,
    insecure_skip_tls_verify: Option<String>,
}

#[derive(Deserialize)]
struct NamedUser {
    name: String,
    user: User,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct User {
    token: Option<String>,
    #[serde(rename = "tokenFile")]
    token_file: Option<PathBuf>,
    client_certificate: Option<PathBuf>,
    client_certificate_data: Option<String>,
    client_key: Option<PathBuf>,
    client_key_data: Option<String>,
    exec: Option<Value>,
    auth_provider: Option<Value>,
}

/// How the cluster of a context is reached.
pub(super) fn access(path: &Path, context: Option<&str>) -> Result<Access, AccessError> {
    let failed = |message: String| AccessError::Kubeconfig {
        path: path.to_owned(),
        message,
    };
    let bytes = read(path)?;
    let document = document(&String::from_utf8_lossy(&bytes)).map_err(failed)?;
    let config: Kubeconfig =
        serde_json::from_value(document).map_err(|error| failed(format!("it is no kubeconfig: {error}")))?;
    let wanted = context.unwrap_or(&config.current_context);
    let context = config.contexts.into_iter().find(|named| named.name == wanted);
    let Context { cluster, user } = context
        .ok_or_else(|| failed(format!("there is no context \"{wanted}\"")))?
        .context;
    let found = config.clusters.into_iter().find(|named| named.name == cluster);
    let cluster = found
        .ok_or_else(|| failed(format!("there is no cluster \"{cluster}\"")))?
        .cluster;
    let found = config.users.into_iter().find(|named| named.name == user);
    let user = found.map(|named| named.user).unwrap_or_default();
    let is_known = user.token.is_some() || user.token_file.is_some();
    let has_certificate = user.client_certificate.is_some() || user.client_certificate_data.is_some();
    if !is_known && !has_certificate && (user.exec.is_some() || user.auth_provider.is_some()) {
        return Err(failed(
            "its user has a program run to log in, which is not done: give a service account's token or a client certificate"
                .to_owned(),
        ));
    }
    if cluster.insecure_skip_tls_verify.as_deref() == Some("true") {
        return Err(failed(
            "insecure-skip-tls-verify is not done: give certificate-authority".to_owned(),
        ));
    }
    if cluster.server.starts_with("http://") && !is_loopback(&cluster.server) {
        return Err(failed(format!("{} is no https:// address", cluster.server)));
    }
    let beside = |file: &Path| path.parent().unwrap_or(Path::new(".")).join(file);
    let either = |data: &Option<String>, file: &Option<PathBuf>, what: &str| match (data, file) {
        (Some(data), _) => base64::engine::general_purpose::STANDARD
            .decode(data.split_whitespace().collect::<String>())
            .map(Some)
            .map_err(|_| failed(format!("{what}-data is no base 64"))),
        (None, Some(file)) => read(&beside(file)).map(Some),
        (None, None) => Ok(None),
    };
    let pem = either(
        &cluster.certificate_authority_data,
        &cluster.certificate_authority,
        "certificate-authority",
    )?;
    let authorities = match pem {
        Some(pem) => certificates(&pem, &format!("certificate-authority of {}", path.display()))?,
        None => Vec::new(),
    };
    let chain = either(
        &user.client_certificate_data,
        &user.client_certificate,
        "client-certificate",
    )?;
    let own_key = either(&user.client_key_data, &user.client_key, "client-key")?;
    let certificate = match (chain, own_key) {
        (Some(chain), Some(own)) => Some((
            certificates(&chain, &format!("client-certificate of {}", path.display()))?,
            key(&own, &format!("client-key of {}", path.display()))?,
        )),
        (None, None) => None,
        _ => {
            return Err(failed(
                "client-certificate and client-key go together: give both or none".to_owned(),
            ));
        }
    };
    // The file is the fresher of the two.
    let token = match (&user.token_file, user.token) {
        (Some(file), _) => Some(text(&beside(file))?),
        (None, token) => token,
    };
    Ok(Access {
        server: cluster.server,
        authorities,
        token,
        certificate,
    })
}

fn is_loopback(server: &str) -> bool {
    let host = server
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A list or map that has not ended, with the key that waits for its value.
enum Open {
    List(Vec<Value>),
    Map(Map<String, Value>, Option<String>),
}

/// The first document of a text in YAML, of which JSON is a part: texts, lists and maps. An alias stands for nothing, so that none
/// can multiply.
fn document(text: &str) -> Result<Value, String> {
    let mut open: Vec<Open> = Vec::new();
    let mut values = 0;
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| format!("it is no YAML: {error}"))?;
        let value = match event {
            Event::Scalar(text, style, ..) => match (style, text.as_ref()) {
                (ScalarStyle::Plain, "" | "~" | "null") => Value::Null,
                _ => Value::String(text.into_owned()),
            },
            Event::Alias(_) => Value::Null,
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= DEEPEST => {
                return Err("it is nested too deep".to_owned());
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(list)) => Value::Array(list),
                Some(Open::Map(map, _)) => Value::Object(map),
                None => return Err("it ends what did not begin".to_owned()),
            },
            Event::DocumentEnd | Event::StreamEnd => return Ok(Value::Null),
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => continue,
        };
        values += 1;
        if values > MOST_VALUES {
            return Err("it holds too many values".to_owned());
        }
        match open.last_mut() {
            None => return Ok(value),
            Some(Open::List(list)) => list.push(value),
            Some(Open::Map(map, key)) => match key.take() {
                Some(key) => {
                    map.insert(key, value);
                }
                // A collection as a key is no key that anyone asks for.
                None => *key = Some(value.as_str().unwrap_or_default().to_owned()),
            },
        }
    }
    Err("it breaks off".to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    const CONFIG: &str = "apiVersion: v1\nkind: Config\ncurrent-context: one\n\
        contexts:\n- {name: one, context: {cluster: c, user: u}}\n- name: two\n  context: {cluster: gone, user: u}\n\
        clusters:\n- name: c\n  cluster:\n    server: SERVER\nusers:\n- name: u\n  user: USER\n";

    fn read_with(server: &str, user: &str, context: Option<&str>) -> Result<Access, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("token"), "of a file\n").unwrap();
        let path = folder.path().join("config");
        fs::write(&path, CONFIG.replace("SERVER", server).replace("USER", user)).unwrap();
        access(&path, context).map_err(|error| error.to_string())
    }

    #[test]
    fn who_asks() {
        for (user, expected) in [
            ("{token: secret}", Some("secret")),
            ("{token: old, tokenFile: token}", Some("of a file")),
            ("{token: secret, exec: {command: x}}", Some("secret")),
            ("{}", None),
        ] {
            let access = read_with("https://k:6443", user, None).unwrap();
            assert_eq!(access.token.as_deref(), expected, "{user}");
            assert_eq!(access.server, "https://k:6443");
        }
    }

    #[test]
    fn mistakes_are_told_with_what_to_do() {
        for (server, user, context, expected) in [
            ("https://k", "{}", Some("three"), "no context \"three\""),
            ("https://k", "{}", Some("two"), "no cluster \"gone\""),
            ("https://k", "{exec: {command: aws}}", None, "has a program run"),
            (
                "https://k\n    insecure-skip-tls-verify: true",
                "{}",
                None,
                "certificate-authority",
            ),
            ("http://k", "{}", None, "no https://"),
            ("https://k", "{client-key-data: eA==}", None, "go together"),
            (
                "https://k",
                "{client-certificate-data: eA==, client-key-data: eA==}",
                None,
                "no certificate in PEM",
            ),
            (
                "https://k",
                "{client-certificate-data: '?', client-key-data: eA==}",
                None,
                "no base 64",
            ),
            ("https://k", "{tokenFile: nowhere}", None, "nowhere"),
            (
                "https://k\n    certificate-authority: nowhere.pem",
                "{}",
                None,
                "nowhere.pem",
            ),
            ("[", "{}", None, "no YAML"),
        ] {
            let message = read_with(server, user, context).err().unwrap();
            assert!(message.contains(expected), "{server} {user}: {message}");
        }
    }

    #[test]
    fn loopback() {
        for (server, expected) in [
            ("http://127.0.0.1:8001", true),
            ("http://[::1]:8001/x", true),
            ("http://localhost", true),
            ("http://10.0.0.1:1", false),
            ("http://localhost.example.org", false),
        ] {
            assert_eq!(is_loopback(server), expected, "{server}");
        }
    }

    proptest! {
        #[test]
        fn odd_documents(text in "[-a-z:{}\\[\\]&*,'\" \n]{0,80}") {
            let _ = document(&text);
        }
    }
}
