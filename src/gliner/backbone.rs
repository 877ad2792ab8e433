//! Where the files of a model's backbone are.
//!
//! Many published models hold neither a tokenizer nor the encoder's settings: both are the backbone's. They are
//! looked for in the model folder, in the folder the user names, beside the model, and in the Hugging Face cache; nothing
//! is downloaded.

use std::path::{Component, Path, PathBuf};

/// The folders that may hold the backbone `model_name` of the model in `dir`, most likely first.
pub fn folders(dir: &Path, model_name: &str, given: Option<&Path>) -> Vec<PathBuf> {
    folders_with(dir, model_name, given, hub_cache())
}

fn folders_with(dir: &Path, model_name: &str, given: Option<&Path>, cache: Option<PathBuf>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = [Some(dir), given].into_iter().flatten().map(Path::to_owned).collect();
    let name = Path::new(model_name);
    // The name comes from a file we do not trust: it must not lead elsewhere.
    let plain = name.components().all(|c| matches!(c, Component::Normal(_)));
    let beside = dir.canonicalize().ok().and_then(|d| d.parent().map(Path::to_owned));
    if let Some(beside) = beside {
        if plain {
            folders.push(beside.join(name));
        }
        folders.extend(name.file_name().map(|last| beside.join(last)));
    }
    if plain && let Some(cache) = cache {
        folders.extend(snapshots(&cache.join(format!("models--{}", model_name.replace('/', "--")))));
    }
    folders
}

/// The first of `files` in the first folder that has one of them.
pub fn find(folders: &[PathBuf], files: &[&str]) -> Option<PathBuf> {
    folders.iter().flat_map(|folder| files.iter().map(|file| folder.join(file))).find(|path| path.is_file())
}

/// The Hugging Face cache, by the variables its own tools read.
fn hub_cache() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    variable("HF_HUB_CACHE")
        .or_else(|| variable("HF_HOME").map(|home| home.join("hub")))
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("huggingface/hub")))
        .or_else(|| variable("HOME").map(|home| home.join(".cache/huggingface/hub")))
}

/// The downloaded versions of a cached repository: the one `main` points to first, then the others by name.
fn snapshots(repository: &Path) -> Vec<PathBuf> {
    let main = std::fs::read_to_string(repository.join("refs/main")).unwrap_or_default();
    let entries = std::fs::read_dir(repository.join("snapshots")).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.sort_by_key(|path| (path.file_name().is_none_or(|name| name != main.trim()), path.clone()));
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_backbone_lies_in_the_folder_or_beside_it() {
        let root = tempfile::tempdir().unwrap();
        let model = root.path().join("model");
        std::fs::create_dir_all(&model).unwrap();
        std::fs::create_dir_all(root.path().join("deberta")).unwrap();
        std::fs::write(root.path().join("deberta/spm.model"), "x").unwrap();
        let found = find(&folders(&model, "microsoft/deberta", None), &["tokenizer.json", "spm.model"]).unwrap();
        assert!(found.ends_with("deberta/spm.model"));
        std::fs::write(model.join("tokenizer.json"), "x").unwrap();
        let found = find(&folders(&model, "microsoft/deberta", None), &["tokenizer.json", "spm.model"]).unwrap();
        assert!(found.ends_with("model/tokenizer.json"));
    }

    #[test]
    fn a_name_cannot_lead_out_of_the_parent() {
        let root = tempfile::tempdir().unwrap();
        let model = root.path().join("a/model");
        std::fs::create_dir_all(&model).unwrap();
        let parent = root.path().canonicalize().unwrap().join("a");
        for folder in folders(&model, "../../etc", None) {
            assert!(folder == model || folder.starts_with(&parent), "{}", folder.display());
        }
    }

    #[test]
    fn the_cache_is_looked_into_last() {
        let root = tempfile::tempdir().unwrap();
        let snapshot = root.path().join("cache/models--microsoft--deberta/snapshots/0a1b");
        std::fs::create_dir_all(&snapshot).unwrap();
        std::fs::write(snapshot.join("spm.model"), "x").unwrap();
        let cache = Some(root.path().join("cache"));
        let folders = folders_with(&root.path().join("model"), "microsoft/deberta", None, cache);
        assert_eq!(find(&folders, &["spm.model"]), Some(snapshot.join("spm.model")));
    }

    #[test]
    fn main_comes_before_older_snapshots() {
        let root = tempfile::tempdir().unwrap();
        for name in ["aaa", "bbb"] {
            std::fs::create_dir_all(root.path().join("snapshots").join(name)).unwrap();
        }
        std::fs::create_dir_all(root.path().join("refs")).unwrap();
        std::fs::write(root.path().join("refs/main"), "bbb\n").unwrap();
        assert!(snapshots(root.path())[0].ends_with("bbb"));
    }
}
