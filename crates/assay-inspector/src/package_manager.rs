//! By which package manager a package came, by its type and where it was seen.
//!
//! The API knows eighteen. What belongs to another manager of the same ecosystem is given as the nearest that it knows
//! (uv, PDM and pylock as `PIP`, pnpm and Bun as `NPM`, Gradle and sbt as `POM`); what belongs to none has none.

use assay_api_model::inspector2::PackageManager;
use assay_model::Purl;

/// The package manager of a package that was seen at a path; `None` for a program without one, or of an ecosystem
/// that the API has no word for.
pub fn package_manager(purl: &Purl, path: Option<&str>) -> Option<PackageManager> {
    let path = path.unwrap_or_default().to_ascii_lowercase();
    let file = path.rsplit(['/', '!']).next().unwrap_or_default();
    Some(match purl.kind.as_str() {
        "deb" | "rpm" | "apk" | "alpm" | "opkg" | "ebuild" | "nix" | "snap" => PackageManager::Os,
        "pypi" => python(file),
        "npm" => javascript(file),
        "maven" => java(file),
        "golang" => match file {
            "go.mod" | "go.sum" | "modules.txt" => PackageManager::Gomod,
            _ => PackageManager::Gobinary,
        },
        "gem" => match file {
            "gemfile.lock" | "gems.locked" => PackageManager::Bundler,
            _ => PackageManager::Gemspec,
        },
        "nuget" if file.ends_with(".deps.json") => PackageManager::DotnetCore,
        "nuget" => PackageManager::Nuget,
        "cargo" => PackageManager::Cargo,
        "composer" => PackageManager::Composer,
        _ => return None,
    })
}

fn python(file: &str) -> PackageManager {
    match file {
        "poetry.lock" => PackageManager::Poetry,
        "pipfile.lock" | "pipfile" => PackageManager::Pipenv,
        "uv.lock" | "pdm.lock" | "environment.yml" | "environment.yaml" => PackageManager::Pip,
        _ if file.ends_with(".txt") || file.starts_with("pylock.") => PackageManager::Pip,
        _ => PackageManager::Pythonpkg,
    }
}

fn javascript(file: &str) -> PackageManager {
    match file {
        "yarn.lock" => PackageManager::Yarn,
        "package-lock.json" | "npm-shrinkwrap.json" | "pnpm-lock.yaml" | "bun.lock" | "bun.lockb" => {
            PackageManager::Npm
        }
        _ => PackageManager::Nodepkg,
    }
}

fn java(file: &str) -> PackageManager {
    let is_build = file == "pom.xml" || file.ends_with("gradle.lockfile") || file.ends_with(".lockfile");
    if is_build || file == "build.sbt.lock" {
        PackageManager::Pom
    } else {
        PackageManager::Jar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(purl: &str, path: &str, expected: Option<&str>) {
        let path = Some(path).filter(|path| !path.is_empty());
        let found = package_manager(&purl.parse().unwrap(), path);
        assert_eq!(found.map(PackageManager::as_str), expected, "{purl} {path:?}");
    }

    #[test]
    fn managers() {
        check("pkg:deb/debian/a@1", "var/lib/dpkg/status", Some("OS"));
        check("pkg:rpm/fedora/a@1", "", Some("OS"));
        check("pkg:apk/alpine/a@1", "lib/apk/db/installed", Some("OS"));
        check("pkg:pypi/a@1", "app/poetry.lock", Some("POETRY"));
        check("pkg:pypi/a@1", "app/Pipfile.lock", Some("PIPENV"));
        check("pkg:pypi/a@1", "requirements-dev.txt", Some("PIP"));
        check("pkg:pypi/a@1", "uv.lock", Some("PIP"));
        check("pkg:pypi/a@1", "lib/a-1.dist-info/METADATA", Some("PYTHONPKG"));
        check("pkg:pypi/a@1", "lib/a-1.egg-info/PKG-INFO", Some("PYTHONPKG"));
        check("pkg:pypi/a@1", "", Some("PYTHONPKG"));
        check("pkg:npm/a@1", "srv/node_modules/a/package.json", Some("NODEPKG"));
        check("pkg:npm/a@1", "package-lock.json", Some("NPM"));
        check("pkg:npm/a@1", "yarn.lock", Some("YARN"));
        check("pkg:npm/a@1", "pnpm-lock.yaml", Some("NPM"));
        check("pkg:maven/g/a@1", "app.war!/WEB-INF/lib/a.jar", Some("JAR"));
        check("pkg:maven/g/a@1", "pom.xml", Some("POM"));
        check("pkg:maven/g/a@1", "gradle.lockfile", Some("POM"));
        check("pkg:golang/m@v1", "usr/bin/tool", Some("GOBINARY"));
        check("pkg:golang/m@v1", "go.mod", Some("GOMOD"));
        check("pkg:gem/a@1", "specifications/a.gemspec", Some("GEMSPEC"));
        check("pkg:gem/a@1", "Gemfile.lock", Some("BUNDLER"));
        check("pkg:nuget/a@1", "app.deps.json", Some("DOTNET_CORE"));
        check("pkg:nuget/a@1", "packages.lock.json", Some("NUGET"));
        check("pkg:cargo/a@1", "Cargo.lock", Some("CARGO"));
        check("pkg:composer/v/a@1", "composer.lock", Some("COMPOSER"));
        check("pkg:generic/node@20.0.0", "usr/bin/node", None);
        check("pkg:hex/a@1", "mix.lock", None);
    }
}
