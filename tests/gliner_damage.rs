//! Model folders with a missing, truncated or bit-flipped file: an error that names the file, or a model; never a panic.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use gleaner::gliner::{Gliner, OpenError, SuggestOptions};
use gleaner::text::is_blank;
use tempfile::TempDir;

/// Folder of the model (below `models`), the folder to open in it, and the files it is made of.
const MODELS: [(&str, &str, &[&str]); 3] = [
    ("span_bert", "", &["gliner_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]),
    ("span_deberta_lstm", "", &["gliner_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]),
    (
        "legacy_layout",
        "gliner",
        &[
            "gliner/gliner_config.json",
            "gliner/pytorch_model.bin",
            "backbone/config.json",
            "backbone/spm.model",
            "backbone/tokenizer_config.json",
        ],
    ),
];

fn fixture(model: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gliner/models").join(model)
}

/// A copy of a model, to be damaged.
struct Copy {
    root: TempDir,
    open: &'static str,
}

impl Copy {
    fn of(model: &str, open: &'static str, files: &[&str]) -> Self {
        let root = TempDir::new().unwrap();
        for file in files {
            let to = root.path().join(file);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(fixture(model).join(file), to).unwrap();
        }
        Self { root, open }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.root.path().join(file)
    }

    fn open(&self) -> Result<Gliner, OpenError> {
        Gliner::open(&self.root.path().join(self.open), None, 1)
    }

    /// Opens the model; when it opens, runs it too.
    fn run(&self) -> Result<(), OpenError> {
        let gliner = self.open()?;
        let labels = ["person".to_owned()];
        let _ = gliner.candidates(&["Maria Fontes ½ in Lisbon"], &labels, &SuggestOptions::default());
        Ok(())
    }
}

/// The error names the damaged file (or, when that cannot be known, one it no longer fits) and is one short line.
fn assert_names(error: &OpenError, file: &str, what: &str) {
    let message = error.to_string();
    let names = ["gliner_config.json", "config.json", "safetensors", "pytorch_model.bin", "tokenizer", "spm.model"];
    assert!(names.iter().any(|name| message.contains(name)), "{file} {what}: {message}");
    assert!(!is_blank(&message) && message.len() < 700 && !message.contains('\n'), "{file} {what}: {message}");
}

#[test]
fn a_missing_file_is_named_with_what_to_do() {
    for (model, open, files) in MODELS {
        for file in files.iter().filter(|f| !f.ends_with("tokenizer_config.json")) {
            let copy = Copy::of(model, open, files);
            std::fs::remove_file(copy.path(file)).unwrap();
            let message = copy.open().map(|_| ()).unwrap_err().to_string();
            let name = Path::new(file).file_name().unwrap().to_str().unwrap();
            assert!(message.contains(name), "{model}/{file}: {message}");
            if file.starts_with("backbone/") || name == "tokenizer.json" {
                assert!(message.contains("--backbone DIR"), "{message}");
            }
        }
    }
}

#[test]
fn a_truncated_file_is_named() {
    for (model, open, files) in MODELS {
        for file in files {
            let whole = std::fs::read(fixture(model).join(file)).unwrap();
            // A JSON file's last byte may be a line feed that nobody misses.
            for keep in [0, 1, 7, whole.len() / 3, whole.len() / 2, whole.len() - 20, whole.len() - 2] {
                let copy = Copy::of(model, open, files);
                std::fs::write(copy.path(file), &whole[..keep.min(whole.len() - 1)]).unwrap();
                let cut = copy.run();
                // A SentencePiece model is a list: cut between two entries it is a shorter one, and then the rows differ.
                assert_names(&cut.expect_err(&format!("{model}/{file} cut at {keep}")), file, "truncated");
            }
        }
    }
}

#[test]
fn a_flipped_bit_is_an_error_or_harmless_but_never_a_panic() {
    for (model, open, files) in MODELS {
        for file in files {
            let whole = std::fs::read(fixture(model).join(file)).unwrap();
            let copy = Copy::of(model, open, files);
            // The beginning holds the headers; the rest is sampled.
            let step = (whole.len() / 40).max(1);
            let places = (0..whole.len().min(40)).chain((0..whole.len()).step_by(step));
            for (i, place) in places.enumerate() {
                let mut flipped = whole.clone();
                flipped[place] ^= 1 << (i % 8);
                std::fs::write(copy.path(file), &flipped).unwrap();
                if let Err(error) = copy.run() {
                    assert_names(&error, file, &format!("bit {} of byte {place}", i % 8));
                }
            }
        }
    }
}

#[test]
fn a_checksum_finds_a_flipped_weight_in_a_torch_file() {
    let (model, open, files) = MODELS[2];
    let copy = Copy::of(model, open, files);
    let path = copy.path("gliner/pytorch_model.bin");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 4;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let message = copy.open().map(|_| ()).unwrap_err().to_string();
    assert!(message.contains("pytorch_model.bin: tensor `"), "{message}");
}

#[test]
fn folders_that_are_no_gliner_model_are_told_what_they_are() {
    let message = |files: &[(&str, &str)]| {
        let root = TempDir::new().unwrap();
        for (name, content) in files {
            std::fs::write(root.path().join(name), content).unwrap();
        }
        Gliner::open(root.path(), None, 1).map(|_| ()).unwrap_err().to_string()
    };
    assert!(message(&[]).contains("not a GLiNER model folder"));
    assert!(message(&[("config.json", r#"{"model_type":"extractor"}"#)]).contains("GLiNER2"));
    assert!(message(&[("config.json", r#"{"model_type":"GLiClass"}"#)]).contains("GLiClass"));
    assert!(
        message(&[("gliner_config.json", "{}"), ("config.json", r#"{"model_type":"bert","hidden_size":8}"#)])
            .contains("no weights")
    );
    let only_onnx =
        [("gliner_config.json", "{}"), ("config.json", r#"{"model_type":"bert","hidden_size":8}"#), ("model.onnx", "")];
    assert!(message(&only_onnx).contains("ONNX"));
    let missing = Gliner::open(Path::new("no/such/folder"), None, 1).map(|_| ()).unwrap_err().to_string();
    assert!(missing.contains("no/such/folder") && missing.contains("no such folder"));
    let nobody = message(&[("gliner_config.json", r#"{"model_name":"nobody/has-this"}"#)]);
    assert!(nobody.contains("nobody/has-this") && nobody.contains("--backbone DIR"), "{nobody}");
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    let (model, open, files) = MODELS[1];
    let copy = Copy::of(model, open, files);
    std::fs::copy(fixture("span_bert").join("tokenizer.json"), copy.path("tokenizer.json")).unwrap();
    let message = copy.open().map(|_| ()).unwrap_err().to_string();
    assert!(message.contains("tokenizer.json") && message.contains("not of one model"), "{message}");
}
