//! Directories: trees of files, OCI layouts, storages of container engines.

use assay_model::{Artifact, ArtifactKind};

use super::{not_recognised, tree_of, tree_of_image};
use crate::{
    ArtifactError, OpenOptions, Target, Tree, checkout,
    directory::{Directory, Marks},
    image::some_of,
    mounts::{self, Scope},
    oci,
    parts::{DirectoryParts, Parts},
    storage,
    target::Form,
    tree::TreeForm,
};

/// Opens a directory in the form that the target asks for.
pub(super) fn open(target: &Target, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    let path = &target.path;
    let is_layout = path.join("oci-layout").is_file() && path.join(oci::INDEX).is_file();
    match target.form {
        Form::Detect if is_layout => {}
        Form::Oci => {}
        Form::Storage => {
            let root = storage::usual(path).unwrap_or_else(|| path.clone());
            return storage::open(&target.text, &root, options);
        }
        Form::Detect if storage::is_storage(path) => return storage::open(&target.text, path, options),
        Form::Detect | Form::Directory => return tree_of_directory(target, Scope::Directory, options),
        Form::Repository => return tree_of_directory(target, Scope::Repository, options),
        Form::Host => return tree_of_directory(target, Scope::Host, options),
        _ => return Err(not_recognised(target, "a directory".to_owned())),
    }
    let parts = DirectoryParts::new(path.clone());
    let image = oci::find(&parts, &target.text, options)?
        .ok_or_else(|| not_recognised(target, format!("a directory with {}", some_of(&parts.names()))))?;
    Ok(tree_of_image(image, &path.display().to_string(), options))
}

fn tree_of_directory(target: &Target, scope: Scope, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    // Mounts are listed by their real paths.
    let root = target
        .path
        .canonicalize()
        .map_err(|error| ArtifactError::from_open(&target.path, error))?;
    let mountinfo = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mut left_out = mounts::left_out(&root, &mountinfo, scope);
    left_out.extend(
        options
            .exclude
            .iter()
            .map(|path| (path.trim_matches('/').to_owned(), None)),
    );
    let kind = match scope {
        Scope::Host => ArtifactKind::Host,
        Scope::Directory => ArtifactKind::Directory,
        Scope::Repository => ArtifactKind::Repository,
    };
    let directory = Directory {
        root,
        left_out,
        is_pruned: match scope {
            Scope::Repository => checkout::is_pruned,
            Scope::Host | Scope::Directory => |_| false,
        },
        marks: Marks::None,
    };
    let artifact = Artifact::new(&target.text, kind);
    Ok(tree_of(artifact, TreeForm::Directory(directory), options))
}
