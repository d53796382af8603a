//! From a path to a file of the console.

use axum::{
    Router,
    body::Body,
    middleware::map_response,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

use crate::{
    files::{FILES, File},
    headers::guarded,
};

/// Where the console is.
const PLACE: &str = "/console/";

/// What is below it has the digest of its content in its name.
const ASSETS: &str = "assets/";

/// For content that has its digest in its name: a year, the longest that caches keep anything.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// For all else: kept, but asked for anew each time.
const ASKED_FOR: &str = "no-cache";

/// The routes of the console below `/console/`, and `/`, which leads there. Every other method of `/` is left to whoever
/// takes these routes up.
pub fn routes() -> Router {
    routes_of(FILES)
}

fn routes_of(files: &'static [File]) -> Router {
    let serve = async move |uri: Uri, headers: HeaderMap| answer(files, uri.path(), &headers);
    let pages = get(serve).fallback(refuse);
    Router::new()
        .route("/", get(lead))
        .route("/console", get(lead).fallback(refuse))
        .route(PLACE, pages.clone())
        .route("/console/{*path}", pages)
        .layer(map_response(guarded))
}

async fn lead() -> Redirect {
    Redirect::temporary(PLACE)
}

async fn refuse() -> Response {
    let allowed = [(header::ALLOW, HeaderValue::from_static("GET,HEAD"))];
    (StatusCode::METHOD_NOT_ALLOWED, allowed, "pages are only read").into_response()
}

fn answer(files: &[File], path: &str, headers: &HeaderMap) -> Response {
    let path = path.strip_prefix(PLACE).unwrap_or_default();
    let find = |path: &str| files.iter().find(|file| file.path == path);
    // A page that is there in the browser only: the console finds it by its address.
    let page = || match path.starts_with(ASSETS) {
        true => None,
        false => find("index.html"),
    };
    match find(path).or_else(page) {
        Some(file) => file_answer(file, headers),
        None => {
            let unkept = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (StatusCode::NOT_FOUND, unkept, "the console has no such file").into_response()
        }
    }
}

fn file_answer(file: &File, headers: &HeaderMap) -> Response {
    let gzip = file.gzip.filter(|_| accepts_gzip(headers));
    // What differs in its bytes has another tag.
    let tag = match gzip {
        Some(_) => format!("\"{}-gzip\"", file.digest),
        None => format!("\"{}\"", file.digest),
    };
    let keeping = match file.path.starts_with(ASSETS) {
        true => FOR_EVER,
        false => ASKED_FOR,
    };
    let mut answer = match is_known(headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => {
            let mut answer = Response::new(Body::from(gzip.unwrap_or(file.plain)));
            let head = answer.headers_mut();
            head.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
            if gzip.is_some() {
                head.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            answer
        }
    };
    let head = answer.headers_mut();
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static(keeping));
    if file.gzip.is_some() {
        head.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    // A digest in quotes is always a value.
    if let Ok(tag) = HeaderValue::try_from(tag) {
        head.insert(header::ETAG, tag);
    }
    answer
}

/// Whether a client has the content of a tag already.
///
/// Source: RFC 9110, section 13.1.2.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    listed(headers, header::IF_NONE_MATCH).any(|known| {
        let known = known.strip_prefix("W/").unwrap_or(known);
        known == "*" || known == tag
    })
}

/// Whether a client takes gzip: it says so, by name or for all that it does not name, and does not weigh it nothing.
///
/// Source: RFC 9110, section 12.5.3.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let weight = |name: &str| {
        listed(headers, header::ACCEPT_ENCODING).find_map(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            if !parts.next()?.eq_ignore_ascii_case(name) {
                return None;
            }
            let weight = parts.find_map(|part| part.strip_prefix("q=")).unwrap_or("1");
            Some(weight.parse::<f32>().unwrap_or(0.0))
        })
    };
    weight("gzip")
        .or_else(|| weight("*"))
        .is_some_and(|weight| weight > 0.0)
}

/// The items of a header that is a list; those that are no text are left out.
fn listed(headers: &HeaderMap, name: http::HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, Method, Request};
    use tower_service::Service;

    use super::*;

    static FEW: [File; 3] = [
        File {
            path: "assets/index-B1.js",
            media_type: "text/javascript; charset=utf-8",
            digest: "a1",
            plain: b"plain script",
            gzip: Some(b"pressed"),
        },
        File {
            path: "icon.png",
            media_type: "image/png",
            digest: "b2",
            plain: b"picture",
            gzip: None,
        },
        File {
            path: "index.html",
            media_type: "text/html; charset=utf-8",
            digest: "c3",
            plain: b"page",
            gzip: None,
        },
    ];

    struct Given {
        status: u16,
        headers: HeaderMap,
        body: String,
    }

    impl Given {
        fn header(&self, name: &HeaderName) -> &str {
            self.headers.get(name).map_or("", |value| value.to_str().unwrap())
        }
    }

    async fn ask(method: Method, path: &str, headers: &[(HeaderName, &str)]) -> Given {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let answer = routes_of(&FEW).call(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, 1000).await.unwrap();
        Given {
            status: head.status.as_u16(),
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    #[tokio::test]
    async fn paths() {
        let page = (200, "page", "no-cache");
        for (path, (status, body, keeping)) in [
            ("/console/", page),
            ("/console/index.html", page),
            ("/console/findings/arn%3Aaws?x=1", page),
            ("/console/%00", page),
            ("/console/../../etc/passwd", page),
            ("/console/icon.png", (200, "picture", ASKED_FOR)),
            ("/console/assets/index-B1.js", (200, "plain script", FOR_EVER)),
            (
                "/console/assets/index-B2.js",
                (404, "the console has no such file", "no-store"),
            ),
            (
                "/console/assets/",
                (404, "the console has no such file", "no-store"),
            ),
            ("/console", (307, "", "")),
            ("/", (307, "", "")),
        ] {
            let given = ask(Method::GET, path, &[]).await;
            assert_eq!((given.status, &*given.body), (status, body), "{path}");
            assert_eq!(given.header(&header::CACHE_CONTROL), keeping, "{path}");
            let leads = given.header(&header::LOCATION);
            assert_eq!(leads, if status == 307 { PLACE } else { "" }, "{path}");
        }
    }

    #[tokio::test]
    async fn every_answer_is_guarded() {
        for (method, path) in [
            (Method::GET, "/"),
            (Method::GET, "/console/"),
            (Method::GET, "/console/assets/none.js"),
            (Method::HEAD, "/console/assets/index-B1.js"),
            (Method::POST, "/console/"),
        ] {
            let given = ask(method, path, &[]).await;
            for (name, part) in [
                (
                    "content-security-policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; ",
                ),
                ("x-frame-options", "DENY"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("permissions-policy", "camera=()"),
            ] {
                let value = given.header(&HeaderName::from_static(name));
                assert!(value.contains(part), "{path}: {name}: {value}");
                assert!(!value.contains("  "), "{name}: {value}");
            }
        }
    }

    #[tokio::test]
    async fn pages_are_only_read() {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            for path in ["/console", "/console/", "/console/assets/index-B1.js"] {
                let given = ask(method.clone(), path, &[]).await;
                assert_eq!(given.status, 405, "{method} {path}");
                assert_eq!(given.header(&header::ALLOW), "GET,HEAD", "{method} {path}");
            }
        }
        let given = ask(Method::HEAD, "/console/assets/index-B1.js", &[]).await;
        assert_eq!((given.status, &*given.body), (200, ""));
        assert_eq!(given.header(&header::CONTENT_LENGTH), "12");
    }

    #[tokio::test]
    async fn compressed_for_who_takes_it() {
        let script = "/console/assets/index-B1.js";
        for (accepted, is_compressed) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5, br", true),
            ("*", true),
            ("br, *;q=0.1", true),
            ("gzip;q=0", false),
            ("gzip;q=0, *", false),
            ("gzip;q=x", false),
            ("br", false),
            ("", false),
        ] {
            let given = ask(Method::GET, script, &[(header::ACCEPT_ENCODING, accepted)]).await;
            let (body, coding, tag) = match is_compressed {
                true => ("pressed", "gzip", "\"a1-gzip\""),
                false => ("plain script", "", "\"a1\""),
            };
            assert_eq!(given.body, body, "{accepted}");
            assert_eq!(given.header(&header::CONTENT_ENCODING), coding, "{accepted}");
            assert_eq!(given.header(&header::ETAG), tag, "{accepted}");
            assert_eq!(given.header(&header::VARY), "accept-encoding");
        }
        let given = ask(
            Method::GET,
            "/console/icon.png",
            &[(header::ACCEPT_ENCODING, "gzip")],
        )
        .await;
        assert_eq!((&*given.body, given.header(&header::VARY)), ("picture", ""));
    }

    #[tokio::test]
    async fn what_a_client_has_is_not_sent_again() {
        for (known, status) in [
            ("\"c3\"", 304),
            ("W/\"c3\"", 304),
            ("\"other\", \"c3\"", 304),
            ("*", 304),
            ("\"c3-gzip\"", 200),
            ("c3", 200),
            ("", 200),
        ] {
            let given = ask(
                Method::GET,
                "/console/deep/link",
                &[(header::IF_NONE_MATCH, known)],
            )
            .await;
            assert_eq!(given.status, status, "{known}");
            assert_eq!(given.header(&header::ETAG), "\"c3\"", "{known}");
            assert_eq!(given.header(&header::CACHE_CONTROL), "no-cache", "{known}");
            assert_eq!(given.body.is_empty(), status == 304, "{known}");
        }
    }
}
