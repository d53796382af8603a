//! A kubeconfig: where a cluster is and who asks it.
//!
//! Source: Kubernetes documentation, "kubeconfig (v1)". What runs programs to get a token is not done.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use base64::Engine;
use serde::{Deserialize, de::IgnoredAny};

use super::access::{Access, AccessError, certificates, key, read, text};

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
    #[serde(default)]
    insecure_skip_tls_verify: bool,
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
    exec: Option<IgnoredAny>,
    auth_provider: Option<IgnoredAny>,
}

/// How the cluster of a context is reached.
pub(super) fn access(path: &Path, context: Option<&str>) -> Result<Access, AccessError> {
    let failed = |message: String| AccessError::Kubeconfig {
        path: path.to_owned(),
        message,
    };
    let bytes = read(path)?;
    let config = parse(&bytes).map_err(failed)?;
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
    if cluster.insecure_skip_tls_verify {
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

/// Reads one. The parser bounds depth, values and aliases.
fn parse(bytes: &[u8]) -> Result<Kubeconfig, String> {
    serde_saphyr::from_slice(bytes).map_err(|error| format!("it is no kubeconfig: {error}"))
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
        fs::write(folder.path().join("large"), vec![b'x'; 2 << 20]).unwrap();
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
            ("https://k", "{tokenFile: /dev/zero}", None, "no regular file"),
            ("https://k", "{tokenFile: large}", None, "more than"),
            (
                "https://k\n    certificate-authority: nowhere.pem",
                "{}",
                None,
                "nowhere.pem",
            ),
            ("[", "{}", None, "no kubeconfig"),
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
            let _ = parse(text.as_bytes());
        }
    }
}
