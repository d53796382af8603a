//! Where a program that is linked statically looks names up; one of the two crates with unsafe code.
//!
//! The C library looks hosts and users up where `/etc/nsswitch.conf` says, and loads a plugin of the host for what is neither a
//! file nor DNS: `resolve`, `mdns4_minimal`, `sss`. A plugin is made for the host's own C library. A static program has another
//! one in it, and may crash by loading both. Files and DNS are part of the library since glibc 2.34 and need no plugin.
//!
//! Source: `nsswitch.conf(5)`; glibc's manual, "Name Service Switch"; its NEWS for 2.34.

/// Has hosts looked up in `/etc/hosts` and by DNS alone, users in `/etc/passwd` alone, whatever `/etc/nsswitch.conf` says.
///
/// Does nothing in a program that is linked dynamically, where plugins are what administrators rely on. It is to be called
/// before the first name is looked up.
pub fn without_plugins() {
    #[cfg(all(target_env = "gnu", target_feature = "crt-static"))]
    glibc::configure();
}

#[cfg(all(target_env = "gnu", target_feature = "crt-static"))]
mod glibc {
    use std::ffi::{CStr, c_char, c_int};

    // SAFETY: this is how glibc declares it in <nss.h>.
    unsafe extern "C" {
        fn __nss_configure_lookup(database: *const c_char, services: *const c_char) -> c_int;
    }

    const SERVICES: [(&CStr, &CStr); 3] = [
        (c"hosts", c"files dns"),
        (c"passwd", c"files"),
        (c"group", c"files"),
    ];

    pub(super) fn configure() {
        for (database, services) in SERVICES {
            // SAFETY: both are texts that end in NUL and live for ever; the library copies what it keeps. What it gives back is
            // an error for unknown databases or memory that ran out, and then its own choice stands.
            unsafe { __nss_configure_lookup(database.as_ptr(), services.as_ptr()) };
        }
    }
}
