//! Finding the credentials for a registry.
//!
//! In this order: what the user says; the files of docker and podman, with the helpers that these name; for Amazon
//! ECR a token made with the AWS credentials of the environment; none.

use docker_credential::{CredentialRetrievalError, DockerCredential};

use crate::{ConnectOptions, Credentials, ImageReference, RegistryError, ecr};

/// The key under which docker keeps the credentials of Docker Hub.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// The credentials for the registry of an image.
pub(crate) fn find(
    reference: &ImageReference,
    options: &ConnectOptions,
) -> Result<Credentials, RegistryError> {
    if let Some(credentials) = &options.credentials {
        return Ok(credentials.clone());
    }
    let registry = reference.registry();
    // docker writes the bare name, and did write addresses.
    let keys = match registry {
        "docker.io" => vec![DOCKER_HUB.to_owned(), registry.to_owned()],
        _ => vec![registry.to_owned(), format!("https://{registry}")],
    };
    for look_up in [
        docker_credential::get_credential,
        docker_credential::get_podman_credential,
    ] {
        for key in &keys {
            match look_up(key) {
                Ok(DockerCredential::IdentityToken(token)) => return Ok(Credentials::IdentityToken(token)),
                // Helpers give identity tokens under this name.
                Ok(DockerCredential::UsernamePassword(username, token)) if username == "<token>" => {
                    return Ok(Credentials::IdentityToken(token));
                }
                Ok(DockerCredential::UsernamePassword(username, password)) => {
                    return Ok(Credentials::Password { username, password });
                }
                Err(
                    CredentialRetrievalError::NoCredentialConfigured
                    | CredentialRetrievalError::ConfigNotFound
                    | CredentialRetrievalError::ConfigReadError,
                ) => {}
                Err(error) if is_nothing_known(&error) => {}
                Err(error) => {
                    let reason = error.to_string().trim().replace('\n', " ");
                    let registry = registry.to_owned();
                    return Err(RegistryError::Credentials { registry, reason });
                }
            }
        }
    }
    match ecr::region(registry) {
        Some(region) => ecr::token(registry, region),
        None => Ok(Credentials::Anonymous),
    }
}

/// Helpers fail when they have nothing for a registry, and say so in words.
fn is_nothing_known(error: &CredentialRetrievalError) -> bool {
    match error {
        CredentialRetrievalError::HelperFailure { stdout, stderr, .. } => {
            stdout.contains("credentials not found") || stderr.contains("credentials not found")
        }
        _ => false,
    }
}
