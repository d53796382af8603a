//! Each program by a piece of it.

use super::*;
use crate::analysers::describe;

/// What a file of a name with a content gives.
fn run(name: &str, content: &[u8]) -> Vec<String> {
    let mut facts = Facts::new("program");
    for classifier in classifiers(name) {
        search(RandomAccess::in_memory(content), classifier, &mut facts);
    }
    facts.list.into_iter().map(describe).collect()
}

#[track_caller]
fn check(name: &str, content: &str, expected: &str) {
    let expected: Vec<&str> = expected.split_terminator(' ').collect();
    assert_eq!(run(name, content.as_bytes()), expected, "{name} {content:?}");
    // Anywhere: within a piece, across the end of one, at the end of the file.
    for before in [
        100,
        PIECE - content.len() / 2,
        PIECE - content.len(),
        2 * PIECE - OVERLAP,
    ] {
        for after in [0, 10, PIECE] {
            let whole = [&vec![b'~'; before][..], content.as_bytes(), &vec![0; after][..]].concat();
            assert_eq!(
                run(name, &whole),
                expected,
                "{name} {content:?} after {before}, before {after}"
            );
        }
    }
}

#[test]
fn servers() {
    check(
        "nginx",
        "\0nginx version: nginx/1.22.1\n\0",
        "pkg:generic/nginx@1.22.1",
    );
    check(
        "nginx",
        "\0nginx version: openresty/1.21.4.1\n\0",
        "pkg:generic/openresty@1.21.4.1",
    );
    check(
        "apache2",
        "\0Apache/2.4.57\0 Server at ",
        "pkg:generic/httpd@2.4.57",
    );
    check("httpd", "\0Apache/2.4.57 (Unix)\0", "pkg:generic/httpd@2.4.57");
    check(
        "lighttpd",
        "\0lighttpd/1.4.69\0server\0",
        "pkg:generic/lighttpd@1.4.69",
    );
    check(
        "haproxy",
        " version 2.6.12-1+deb12u4, released 2024/01/01\n",
        "pkg:generic/haproxy@2.6.12",
    );
    check("traefik", "\0v2.10.7\0", "pkg:generic/traefik@2.10.7");
    check(
        "envoy",
        "\x001.28.7\0other\0ValidationError",
        "pkg:generic/envoy@1.28.7",
    );
    check(
        "proftpd",
        "\0ProFTPD Version 1.3.8b\0",
        "pkg:generic/proftpd@1.3.8b",
    );
    check("consul", "CONSUL_VERSION: 1.15.2\n", "pkg:generic/consul@1.15.2");
    check("helm", "\0v3.12.0\0", "pkg:generic/helm@3.12.0");
    check("vault", "invokerevoke1.15.0random", "pkg:generic/vault@1.15.0");
    check(
        "fluent-bit",
        "\x002.1.10\0\0%sFluent Bit",
        "pkg:generic/fluent-bit@2.1.10",
    );
}

#[test]
fn databases() {
    check(
        "redis-server",
        "\x007.2.3buildkitsandbox-1699000000000\0",
        "pkg:generic/redis@7.2.3",
    );
    check(
        "redis-check-rdb",
        "\x007.0.15\0c11-builtin\0",
        "pkg:generic/redis@7.0.15",
    );
    check(
        "valkey-server",
        "\x007.2.5build-host-1699000000000\0",
        "pkg:generic/valkey@7.2.5",
    );
    check(
        "memcached",
        "\0memcached 1.6.18\0",
        "pkg:generic/memcached@1.6.18",
    );
    check(
        "postgres",
        "\0postgres (PostgreSQL) 15.4 (Debian 15.4-1)\n\0",
        "pkg:generic/postgresql@15.4",
    );
    check(
        "postgres",
        "\0postgres (PostgreSQL) 16rc1\n\0",
        "pkg:generic/postgresql@16rc1",
    );
    check("mariadbd", "\x0010.11.4-MariaDB\0", "pkg:generic/mariadb@10.11.4");
    check("mysqld", "\x0010.5.4-MariaDB\0", "pkg:generic/mariadb@10.5.4");
    check(
        "mysqld",
        "\0/build/mysql-8.0.35/sql/x.cc\0",
        "pkg:generic/mysql@8.0.35",
    );
    let revision = "0123456789abcdef0123456789abcdef01234567";
    check(
        "mongod",
        &format!("\x007.0.4\0{revision}\0"),
        "pkg:generic/mongodb@7.0.4",
    );
    check("libsqlite3.so.0.8.6", "\x003.40.1\0", "pkg:generic/sqlite@3.40.1");
    check("sqlite3", "\x003.40.1\0", "pkg:generic/sqlite@3.40.1");
}

#[test]
fn languages() {
    check("node", "\0node.js/v18.20.4\0", "pkg:generic/node@18.20.4");
    check(
        "libnode.so.108",
        "\0node.js/v18.20.4\0",
        "pkg:generic/node@18.20.4",
    );
    check("python3.11", "\x003.11.2\0strict\0", "pkg:generic/python@3.11.2");
    check(
        "libpython3.13.so.1.0",
        "\x003.13.0rc1+\0",
        "pkg:generic/python@3.13.0rc1",
    );
    check("perl", "\0v5.36.0\0", "pkg:generic/perl@5.36.0");
    check("libperl.so.5.36", "\0v5.36.0\0", "pkg:generic/perl@5.36.0");
    check(
        "libruby-3.1.so.3.1.2",
        "\0ruby 3.1.2p20 (2022-04-12 revision 44)",
        "pkg:generic/ruby@3.1.2",
    );
    check(
        "ruby",
        "\0ruby 3.3.0 (2023-12-25 revision 5124f9ac75)",
        "pkg:generic/ruby@3.3.0",
    );
    check("php8.2", "\0X-Powered-By: PHP/8.2.7\0", "pkg:generic/php@8.2.7");
    check(
        "php-fpm8.3",
        "\0X-Powered-By: PHP/8.3.0RC1\0",
        "pkg:generic/php@8.3.0RC1",
    );
    check(
        "libphp.so",
        "\0X-Powered-By: PHP/8.2.7\0",
        "pkg:generic/php@8.2.7",
    );
    check(
        "libjvm.so",
        "\0OpenJDK 64-Bit Server VM (17.0.9+9-Debian) for linux-amd64 JRE (17.0.9+9-Debian), built on",
        "pkg:generic/openjdk@17.0.9",
    );
    check(
        "libjvm.so",
        "\0Java HotSpot(TM) 64-Bit Server VM (25.392-b08) for linux-amd64 JRE (1.8.0_392-b08), built on",
        "pkg:generic/jdk@1.8.0_392",
    );
    check(
        "dart",
        "\x003.2.3 (stable) (Tue Dec 5 17:58:33 2023 +0000)",
        "pkg:generic/dart@3.2.3",
    );
    check(
        "beam.smp",
        "[async-threads:%d] [jit:ns%s]\n\x0025.2.3\0",
        "pkg:generic/erlang@25.2.3",
    );
    check(
        "libjulia-internal.so.1.9",
        "__init__\x001.9.4\0verify\0",
        "pkg:generic/julia@1.9.4",
    );
    check(
        "ghc-9.0.2",
        "\0libHSghc-9.0.2-ghc9.0.2.so\0",
        "pkg:generic/ghc@9.0.2",
    );
    check(
        "stack",
        "Version 2.11.1, Git revision",
        "pkg:generic/haskell-stack@2.11.1",
    );
    check(
        "stack",
        "/stack-2.7.5-6I1yBGqeQqwqEOigcomit",
        "pkg:generic/haskell-stack@2.7.5",
    );
    check(
        "librustc_driver-4c3beb7552356b6f.so",
        "rustc version 1.63.0clang",
        "pkg:generic/rust@1.63.0",
    );
    check(
        "libstd-0123456789abcdef.so",
        "clang LLVM (rustc version 1.48.0 (7eac88abb 2020-11-16))",
        "pkg:generic/rust@1.48.0",
    );
    check(
        "gcc-12",
        "\x0012.2.0\0(Debian 12.2.0-14) \0gcc version %s",
        "pkg:generic/gcc@12.2.0",
    );
}

#[test]
fn libraries_and_tools() {
    check(
        "openssl",
        "OpenSSL 3.0.11 19 Sep 2023\0",
        "pkg:generic/openssl@3.0.11",
    );
    check(
        "libcrypto.so.1.1",
        "\0OpenSSL 1.1.1w  11 Sep 2023\0",
        "pkg:generic/openssl@1.1.1w",
    );
    check("libssl.so.1.0.0", "\0LibreSSL 3.8.2\0", "");
    check("curl", "\0curl/7.88.1\0", "pkg:generic/curl@7.88.1");
    check(
        "libcurl.so.4.8.0",
        "CLIENT libcurl 7.88.1\r\n",
        "pkg:generic/curl@7.88.1",
    );
    check(
        "libz.so.1.2.13",
        " inflate 1.2.13 Copyright 1995-2022",
        "pkg:generic/zlib@1.2.13",
    );
    check("xz", "\0xz (XZ Utils) 5.4.1\n", "pkg:generic/xz@5.4.1");
    check(
        "liblzma.so.5.4.1",
        "\x005.6.0alpha\0",
        "pkg:generic/xz@5.6.0alpha",
    );
    check("zstd", "\0v1.5.4\0", "pkg:generic/zstd@1.5.4");
    check("libzstd.so.1", "\x001.5.4\0", "pkg:generic/zstd@1.5.4");
    check(
        "busybox",
        "\0BusyBox v1.35.0 (Debian 1:1.35)\0",
        "pkg:generic/busybox@1.35.0",
    );
    check(
        "bash",
        "@(#)Bash version 5.2.15(1) release GNU\0",
        "pkg:generic/bash@5.2.15",
    );
    check("dmesg", "\0util-linux 2.38.1\0", "pkg:generic/util-linux@2.38.1");
    check("jq", "\x001.6\0", "pkg:generic/jq@1.6");
    check(
        "ffmpeg",
        "%s version 5.1.4-0+deb12u1\0",
        "pkg:generic/ffmpeg@5.1.4",
    );
    check(
        "libavcodec.so.59.37.100",
        "FFmpeg version n6.0\0",
        "pkg:generic/ffmpeg@6.0",
    );
    check("wp", "wp-cli/wp-cli 2.9.0\n", "pkg:generic/wp-cli@2.9.0");
    check("nginx", "nothing of the kind", "");
}

#[test]
fn every_pattern_is_one() {
    for classifier in &CLASSIFIERS {
        assert!(classifier.regex().is_some(), "{}", classifier.pattern);
    }
}

#[test]
fn names() {
    for (path, interest) in [
        ("usr/bin/python3.11", Interest::IfExecutable),
        ("usr/bin/nginx.exe", Interest::Yes),
        ("usr/lib/libssl.so", Interest::Yes),
        ("usr/lib/libssl.so.3", Interest::Yes),
        ("usr/lib/libsslx.so.3", Interest::No),
        ("usr/lib/libssl.sox", Interest::No),
        ("usr/lib/libssl.a", Interest::No),
        ("usr/lib/libssl", Interest::No),
        ("usr/share/python3.py", Interest::No),
        ("etc/nginx.conf", Interest::No),
        ("usr/bin/python3.11-config", Interest::No),
        ("usr/bin/php-fpm8.2", Interest::IfExecutable),
        ("usr/bin/node", Interest::IfExecutable),
        ("x/.so", Interest::No),
        ("", Interest::No),
    ] {
        assert_eq!(KnownPrograms.interest(FilePath::new(path)), interest, "{path}");
    }
}
