//! Which image another was built from, and which command made each layer.
//!
//! Builders may state the base in annotations or labels. Where they do not, the history tells where it ends: an image's
//! last step sets the command that it runs, so a step that does so below the newest layer was the last of a base.
//!
//! Source: OCI image specification, "Annotations" (`org.opencontainers.image.base.*`), "Image Configuration", `history`.

use std::collections::BTreeMap;

use assay_model::BaseImage;

use crate::image::{Configuration, Step};

const NAME: &str = "org.opencontainers.image.base.name";
const DIGEST: &str = "org.opencontainers.image.base.digest";

/// Characters of a command that are kept.
const LONGEST_COMMAND: usize = 2000;

/// What annotations state.
pub(crate) fn stated(annotations: &BTreeMap<String, String>) -> Option<BaseImage> {
    of(
        annotations.get(NAME).map(String::as_str),
        annotations.get(DIGEST).map(String::as_str),
    )
}

fn of(name: Option<&str>, digest: Option<&str>) -> Option<BaseImage> {
    let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let (name, digest) = (given(name), given(digest));
    (name.is_some() || digest.is_some()).then_some(BaseImage {
        name,
        digest,
        layers: 0,
    })
}

/// What the configuration of an image with so many layers tells.
pub(crate) fn find(configuration: &Configuration, layers: usize) -> Option<BaseImage> {
    let own = count(configuration.steps(), layers);
    let stated = of(configuration.label(NAME), configuration.label(DIGEST));
    if own == 0 {
        return stated;
    }
    Some(BaseImage {
        layers: u32::try_from(own).unwrap_or(u32::MAX),
        ..stated.unwrap_or(BaseImage {
            name: None,
            digest: None,
            layers: 0,
        })
    })
}

/// How many layers a base has that the history shows; 0 where it shows none.
fn count(steps: &[Step], layers: usize) -> usize {
    if steps.iter().filter(|step| !step.empty_layer).count() != layers {
        return 0;
    }
    let Some(newest) = steps.iter().rposition(|step| !step.empty_layer) else {
        return 0;
    };
    let below = steps.get(..newest).unwrap_or_default();
    let Some(end) = below
        .iter()
        .rposition(|step| step.empty_layer && sets_command(&step.created_by))
    else {
        return 0;
    };
    below.iter().take(end).filter(|step| !step.empty_layer).count()
}

/// Classic builders write `/bin/sh -c #(nop)  CMD ["bash"]`, BuildKit `CMD ["bash"]`.
fn sets_command(created_by: &str) -> bool {
    let instruction = created_by
        .split_once("#(nop)")
        .map_or(created_by, |(_, rest)| rest);
    let word = instruction.split_whitespace().next();
    matches!(word, Some("CMD" | "ENTRYPOINT"))
}

/// The command behind each layer; none at all where the history does not fit the layers.
pub(crate) fn commands(steps: &[Step], layers: usize) -> Vec<String> {
    let made: Vec<String> = steps
        .iter()
        .filter(|step| !step.empty_layer)
        .map(|step| step.created_by.chars().take(LONGEST_COMMAND).collect())
        .collect();
    if made.len() == layers { made } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps as words: `+x` makes a layer by `x`, anything else makes none.
    fn check(steps: &[&str], layers: usize, expected: usize) {
        let steps: Vec<Step> = steps
            .iter()
            .map(|step| Step {
                created_by: step.trim_start_matches('+').to_owned(),
                empty_layer: !step.starts_with('+'),
            })
            .collect();
        assert_eq!(count(&steps, layers), expected, "{steps:?}");
    }

    #[test]
    fn bases() {
        check(
            &["+ADD rootfs", "CMD [\"bash\"]", "+RUN apt", "CMD [\"app\"]"],
            2,
            1,
        );
        check(
            &[
                "+ADD rootfs",
                "/bin/sh -c #(nop)  CMD [\"bash\"]",
                "ENV A=1",
                "+COPY x",
                "+RUN y",
            ],
            3,
            1,
        );
        check(
            &[
                "+ADD rootfs",
                "CMD [\"bash\"]",
                "+RUN apt",
                "ENTRYPOINT [\"python\"]",
                "+COPY x",
            ],
            3,
            2,
        );
        check(&["+ADD rootfs", "CMD [\"bash\"]"], 1, 0);
        check(&["+ADD rootfs", "+RUN apt"], 2, 0);
        check(&["+ADD rootfs", "CMD", "+RUN apt"], 5, 0);
        check(&[], 0, 0);
        check(&["CMDx", "+a"], 1, 0);
    }
}
