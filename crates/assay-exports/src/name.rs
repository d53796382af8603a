//! What objects are called.
//!
//! Source: keys of exports that users of the service have published.

use sha2::{Digest, Sha256};

use crate::bill::BillFormat;

/// The bytes that the last part of a key may have: those of a file's name, less what is added while it is written.
const MOST: usize = 240;

/// The key of a report of findings: the prefix, the id and the format.
pub fn report_name(prefix: &str, id: &str, extension: &str) -> String {
    format!("{}{id}.{extension}", folder(prefix))
}

/// What the keys of an export of bills of materials begin with.
pub fn bill_folder(prefix: &str, format: BillFormat, id: &str) -> String {
    format!("{}{}_outputs_{id}/", folder(prefix), format.as_str())
}

/// The key of the bill of materials of a resource.
pub fn bill_name(folder: &str, format: BillFormat, account: &str, kind: &str, resource: &str) -> String {
    let end = format!("_{}.json", format.as_str());
    let mut resource = resource.replace('/', "_");
    if resource.len() + end.len() > MOST {
        // Cut ones are told apart by a digest of the whole.
        let digest: String = Sha256::digest(resource.as_bytes())[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let mut kept = MOST - end.len() - digest.len() - 1;
        while !resource.is_char_boundary(kept) {
            kept -= 1;
        }
        resource.truncate(kept);
        resource.push('_');
        resource.push_str(&digest);
    }
    format!("{folder}account={account}/resource={kind}/{resource}{end}")
}

/// A prefix with a slash after it, unless there is none.
fn folder(prefix: &str) -> String {
    match prefix {
        "" => String::new(),
        prefix if prefix.ends_with('/') => prefix.to_owned(),
        prefix => format!("{prefix}/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        assert_eq!(report_name("", "id", "csv"), "id.csv");
        assert_eq!(report_name("a/b", "id", "json"), "a/b/id.json");
        let folder = bill_folder("a/", BillFormat::CycloneDx1_4, "id");
        assert_eq!(folder, "a/CYCLONEDX_1_4_outputs_id/");
        assert_eq!(
            bill_name(
                &folder,
                BillFormat::CycloneDx1_4,
                "111122223333",
                "AWS_ECR_CONTAINER_IMAGE",
                "arn:aws:ecr:eu-west-1:111122223333:repository/web/sha256:1f"
            ),
            "a/CYCLONEDX_1_4_outputs_id/account=111122223333/resource=AWS_ECR_CONTAINER_IMAGE/\
             arn:aws:ecr:eu-west-1:111122223333:repository_web_sha256:1f_CYCLONEDX_1_4.json"
        );
    }

    #[test]
    fn long_names_are_cut_and_told_apart() {
        let name = |resource: &str| bill_name("", BillFormat::Spdx2_3, "1", "T", resource);
        let (one, other) = (name(&("ü".repeat(300) + "1")), name(&("ü".repeat(300) + "2")));
        assert_ne!(one, other);
        for name in [one, other] {
            let last = name.rsplit('/').next().unwrap();
            assert!(last.len() <= MOST, "{}", last.len());
            assert!(last.ends_with("_SPDX_2_3.json"));
        }
    }
}
