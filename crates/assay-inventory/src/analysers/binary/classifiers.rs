//! The well-known programs and libraries, and the text by which each tells its version.
//!
//! Sources: the programs themselves. Each pattern is of the text that the program prints when asked for its version,
//! sends as its name, or compares with that of its other parts.

use super::classify::{Classifier, Form};

/// Every one of them. In patterns `{v}` stands for three numbers with dots between, captured; of alternatives each
/// captures its own.
pub(super) static CLASSIFIERS: [Classifier; 60] = [
    // Servers of the web.
    program(&["nginx"], "nginx", r"nginx version: nginx/{v}"),
    program(
        &["nginx", "openresty"],
        "openresty",
        r"nginx version: openresty/([0-9.]+)",
    ),
    program(&["httpd", "apache"], "httpd", r"Apache/{v}"),
    program(&["lighttpd"], "lighttpd", r"lighttpd/{v}"),
    program(&["haproxy"], "haproxy", HAPROXY),
    program(
        &["traefik"],
        "traefik",
        r"\x00v?([1-9]\.[0-9]{1,2}\.[0-9]{1,2}(?:-(?:alpha|beta|rc)\.?[0-9]+)?)\x00",
    ),
    program(&["envoy"], "envoy", ENVOY),
    program(
        &["proftpd"],
        "proftpd",
        r"ProFTPD Version ([0-9]+\.[0-9]+\.[0-9]+(?:[a-z]|rc[0-9]+)?)",
    ),
    // Databases.
    program(
        &["redis-server", "redis-check-rdb", "redis-check-aof"],
        "redis",
        REDIS,
    ),
    program(
        &["valkey-server", "valkey-check-rdb", "valkey-check-aof"],
        "valkey",
        REDIS,
    ),
    program(&["memcached"], "memcached", r"memcached {v}"),
    program(
        &["postgres"],
        "postgresql",
        r"postgres \(PostgreSQL\) ([0-9]+(?:\.[0-9]+)*(?:(?:beta|rc)[0-9]+)?)",
    ),
    program(
        &["mariadbd", "mysqld", "mariadb", "mysql"],
        "mariadb",
        r"([0-9]{1,2}\.[0-9]+\.[0-9]+)-MariaDB",
    ),
    program(
        &["mysqld", "mysql"],
        "mysql",
        r"(?:/mysql-{v}|\x00([5-9]\.[0-9]+\.[0-9]+)\x00+mysql)",
    ),
    program(&["mysqld", "mysql"], "percona-server", r"/percona-server-{v}"),
    program(
        &["mongod", "mongos"],
        "mongodb",
        r"\x00([3-9]\.[0-9]\.[0-9]{1,2}(?:-rc[0-9]+)?)\x00+[0-9a-f]{40}\x00",
    ),
    library(
        &["libsqlite"],
        "sqlite",
        r"\x00(3\.[0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9])?)\x00",
    ),
    program(
        &["sqlite"],
        "sqlite",
        r"\x00(3\.[0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9])?)\x00",
    ),
    // Languages and their machines.
    program(&["node", "nodejs"], "node", r"node\.js/v{v}"),
    library(&["libnode"], "node", r"node\.js/v{v}"),
    program(&["python"], "python", PYTHON),
    library(&["libpython"], "python", PYTHON),
    library(&["libpypy"], "pypy", r"\[PyPy {v}"),
    program(&["perl"], "perl", PERL),
    library(&["libperl"], "perl", PERL),
    program(&["ruby"], "ruby", RUBY),
    library(&["libruby"], "ruby", RUBY),
    program(&["php", "php-fpm", "php-cgi", "php-cli"], "php", PHP),
    library(&["libphp"], "php", PHP),
    library(
        &["libjvm"],
        "openjdk",
        r"OpenJDK [^\x00]{1,40}VM \([^)\x00]{1,100}\) for [^\x00]{1,60}JRE \(([0-9]+(?:[._][0-9]+)*)",
    ),
    library(
        &["libjvm"],
        "jdk",
        r"HotSpot\(TM\) [^\x00]{1,40}VM \([^)\x00]{1,100}\) for [^\x00]{1,60}JRE \(([0-9]+(?:[._][0-9]+)*)",
    ),
    program(
        &["dart"],
        "dart",
        r"\x00([0-9]+\.[0-9]+\.[0-9]+(?:-[0-9.]+(?:beta|dev))?) \((?:stable|beta|dev)\) \(",
    ),
    program(&["beam.smp", "erlexec"], "erlang", ERLANG),
    script(&["elixir"], "elixir", r"ELIXIR_VERSION={v}"),
    library(&["libjulia-internal"], "julia", r"__init__\x00{v}\x00verify"),
    program(&["ghc"], "ghc", r"(?:libHSghc-|\x00GHC )([0-9]+\.[0-9]+\.[0-9]+)"),
    program(
        &["stack"],
        "haskell-stack",
        r"(?:Version {v}, Git|/stack-{v}-[0-9A-Za-z]{20,})",
    ),
    library(
        &["librustc_driver", "libstd"],
        "rust",
        r"(?:rustc version |RUSTC_FORCE_RUSTC_VERSION){v}",
    ),
    program(
        &["gcc", "g++", "c++"],
        "gcc",
        r"(?:\x00{v}\x00\([^\x00]{1,100}\) \x00gcc |GCC: \(GNU\) {v})",
    ),
    // Cryptography, compression, transport.
    program(&["openssl"], "openssl", OPENSSL),
    library(&["libcrypto", "libssl"], "openssl", OPENSSL),
    program(&["curl"], "curl", r"\x00curl/{v}"),
    library(&["libcurl"], "curl", r"libcurl[/ ]{v}"),
    library(
        &["libz"],
        "zlib",
        r"(?:in|de)flate ([0-9]+\.[0-9]+\.[0-9]+(?:\.[0-9]+)?) Copyright",
    ),
    program(
        &["xz"],
        "xz",
        r"\(XZ Utils\) ([0-9]+\.[0-9]+\.[0-9]+(?:alpha|beta)?)",
    ),
    library(&["liblzma"], "xz", r"\x00(5\.[0-9]+\.[0-9]+(?:alpha|beta)?)\x00"),
    program(&["zstd"], "zstd", r"\x00v(1\.[0-9]+\.[0-9]+)\x00"),
    library(&["libzstd"], "zstd", r"[^0-9.](1\.[0-9]\.[0-9]{1,2})\x00"),
    // What systems are made of.
    program(&["busybox"], "busybox", r"BusyBox v{v}"),
    program(&["bash"], "bash", r"@\(#\)Bash version {v}"),
    program(
        &[
            "mount", "umount", "dmesg", "lsblk", "blkid", "losetup", "more", "getopt",
        ],
        "util-linux",
        UTIL_LINUX,
    ),
    program(
        &["jq"],
        "jq",
        r"\x00(?:jq-)?(1\.[0-9](?:\.[0-9])?(?:rc[0-9])?)\x00",
    ),
    program(
        &["ffmpeg", "ffprobe", "ffplay"],
        "ffmpeg",
        r"%s version n?([0-9]+\.[0-9]+(?:\.[0-9]+)?)",
    ),
    library(
        &["libavcodec", "libavformat", "libavutil", "libavfilter"],
        "ffmpeg",
        r"FFmpeg version n?([0-9]+\.[0-9]+(?:\.[0-9]+)?)",
    ),
    program(
        &["chrome"],
        "chrome",
        r"\x00([0-9]{2,3}\.[0-9]+\.[0-9]+\.[0-9]+)\x00Default",
    ),
    // Operations.
    program(&["consul"], "consul", r"CONSUL_VERSION: {v}"),
    program(&["helm"], "helm", r"\x00v{v}\x00"),
    program(
        &["fluent-bit"],
        "fluent-bit",
        r"\x00{v}\x00+(?:\x1b\[1m\x00)?(?:%s)?Fluent",
    ),
    program(&["vault"], "vault", r"revoke{v}"),
    script(&["wp", "wp-cli"], "wp-cli", r"wp-cli/wp-cli {v}"),
];

const HAPROXY: &str =
    r"(?: version ([0-9]+\.[0-9]+(?:\.|-dev|-rc)[0-9]+)[^,\x00]{0,60}, released|HA-Proxy version {v})";
/// The version is put together from parts; what lies behind it in the file tells it from those of its libraries.
const ENVOY: &str = r"\x00(1\.[1-9][0-9]\.[0-9]{1,2}(?:-dev)?)\x00(?s:.{0,600})(?:envoy[_.]reloadable_features|Unable to|ValidationError)";
/// A name for the machine and the second of its build follow the version; else the name of an interface does.
const REDIS: &str = r"(?:([0-9]\.[0-9]{1,2}\.[0-9]{1,2})(?:[0-9a-f]{12}|[a-z][0-9a-z-]{0,60})-[0-9]{10}|\x00{v}\x00[a-z0-9]+-builtin\x00|Redis version {v})";
const PYTHON: &str = r"\x00([23]\.[0-9]{1,2}\.[0-9]{1,2}(?:(?:a|b|rc)[0-9]+)?)\+?\x00";
const PERL: &str = r"(?:\x00v(5\.[0-9]+\.[0-9]+)\x00|/lib/perl5?/(5\.[0-9]+\.[0-9]+))";
const RUBY: &str = r"ruby ([0-9]+\.[0-9]+\.[0-9]+)(?:p[0-9]+|preview[0-9]+|rc[0-9]+|dev)? \([0-9]{4}-";
const PHP: &str = r"X-Powered-By: PHP/([0-9]+\.[0-9]+\.[0-9]+(?:(?:alpha|beta|RC)[0-9]+)?)";
const ERLANG: &str = r"(?:\[async-threads:%d\][^\x00]{0,100}\x00([0-9]+(?:\.[0-9]+)+)\x00|/src/otp(?:_src_|-)([0-9]+(?:\.[0-9]+)+)/erts/)";
const OPENSSL: &str = r"OpenSSL ([0-9]+\.[0-9]+\.[0-9]+[a-z]{0,2}(?:-(?:alpha|beta|fips)[0-9]*)?) +[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}";
const UTIL_LINUX: &str = r"util-linux ([0-9]+\.[0-9]+(?:\.[0-9]+)?)";

const fn program(stems: &'static [&'static str], name: &'static str, pattern: &'static str) -> Classifier {
    Classifier::new(Form::Program, stems, name, pattern)
}

const fn library(stems: &'static [&'static str], name: &'static str, pattern: &'static str) -> Classifier {
    Classifier::new(Form::Library, stems, name, pattern)
}

const fn script(stems: &'static [&'static str], name: &'static str, pattern: &'static str) -> Classifier {
    Classifier::new(Form::Script, stems, name, pattern)
}
