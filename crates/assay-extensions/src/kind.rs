//! The kinds of resources that are pushed.

use assay_api::Fault;
use utoipa::openapi::ObjectBuilder;

use crate::shapes::one_of;

/// The type of scan that a resource is of, and its type.
pub(crate) struct Kind {
    pub(crate) resource_type: &'static str,
    pub(crate) scan_type: &'static str,
    /// The member of `ResourceDetails` that is about it.
    pub(crate) details: &'static str,
}

const KINDS: [(&str, Kind); 5] = [
    (
        "host",
        Kind {
            resource_type: "AWS_EC2_INSTANCE",
            scan_type: "EC2",
            details: "awsEc2Instance",
        },
    ),
    (
        "image",
        Kind {
            resource_type: "AWS_ECR_CONTAINER_IMAGE",
            scan_type: "ECR",
            details: "awsEcrContainerImage",
        },
    ),
    (
        "function",
        Kind {
            resource_type: "AWS_LAMBDA_FUNCTION",
            scan_type: "LAMBDA",
            details: "awsLambdaFunction",
        },
    ),
    (
        "repository",
        Kind {
            resource_type: "CODE_REPOSITORY",
            scan_type: "CODE_REPOSITORY",
            details: "codeRepository",
        },
    ),
    (
        // Inspector's API turns them on with the hosts that are started from them.
        "machine-image",
        Kind {
            resource_type: "MACHINE_IMAGE",
            scan_type: "EC2",
            details: "machineImage",
        },
    ),
];

impl Kind {
    /// Whether it is that of hosts, which several tell of.
    pub(crate) fn is_host(&self) -> bool {
        self.resource_type == "AWS_EC2_INSTANCE"
    }

    /// The kind of a word, ours or the API's.
    ///
    /// # Errors
    ///
    /// A type that there is not, or that is not pushed.
    pub(crate) fn named(name: &str) -> Result<&'static Kind, Fault> {
        let found = KINDS
            .iter()
            .find(|(word, kind)| *word == name || kind.resource_type == name);
        found.map(|(_, kind)| kind).ok_or_else(|| {
            let words: Vec<&str> = KINDS.iter().map(|(word, _)| *word).collect();
            Fault::field("resource.type", format!("must be one of {}", words.join(", ")))
        })
    }
}

/// Every word for a kind of resource.
pub(crate) fn kinds() -> ObjectBuilder {
    one_of(KINDS.iter().flat_map(|(word, kind)| [*word, kind.resource_type]))
}

/// Every type of resource that is pushed, as Inspector's API has it.
pub(crate) fn resource_types() -> ObjectBuilder {
    one_of(KINDS.iter().map(|(_, kind)| kind.resource_type))
}

/// Refuses what is no type of a resource that is pushed.
pub(crate) fn require_resource_type(kind: &str) -> Result<(), Fault> {
    let mut types = KINDS.iter().map(|(_, kind)| kind.resource_type);
    match types.any(|known| known == kind) {
        true => Ok(()),
        false => {
            let types: Vec<&str> = KINDS.iter().map(|(_, kind)| kind.resource_type).collect();
            Err(Fault::field(
                "type",
                format!("must be one of {}", types.join(", ")),
            ))
        }
    }
}
