//! Arguments that several commands share.

use clap::Args;

use crate::config::Key;
use crate::suggest::{FoldedLabels, fold};

/// A score between 0 and 1, such as a threshold.
pub(crate) fn score(word: &str) -> Result<f32, String> {
    let number: f32 = word.parse().map_err(|_| format!("'{word}' is not a number"))?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("it must be between 0 and 1".to_owned()) }
}

/// Labels on the command line: in the order given, duplicates folded.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LabelArgs {
    /// A label; repeat for more. It may hold commas and blanks
    #[arg(long = "label", value_name = "LABEL")]
    label: Vec<String>,
    /// Several labels at once, separated by commas
    #[arg(long = "labels", value_name = "A,B,…", value_delimiter = ',')]
    labels: Vec<String>,
}

impl LabelArgs {
    /// All labels as they were given: `--label` first, then `--labels`.
    fn given(&self) -> Vec<String> {
        self.label.iter().cloned().chain(self.labels.iter().map(|l| l.trim().to_owned())).collect()
    }

    /// The labels without duplicates (the first wins), and those that were given twice.
    pub(crate) fn folded(&self) -> FoldedLabels {
        fold(self.given())
    }
}

/// How the screen looks and what it shows. What is not given comes from the settings.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ScreenArgs {
    /// A suggestion needs a score above this, 0.05 to 0.95
    #[arg(long, value_name = "SCORE")]
    threshold: Option<String>,
    /// The keymap to start from: default, vim or arrows
    #[arg(long, value_name = "NAME")]
    keymap: Option<String>,
    /// The theme: auto, dark, light, …
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// How many colours: auto, true (24 bit), 256, 16 or none
    #[arg(long, value_name = "HOW")]
    color: Option<String>,
    /// Whether the mouse is taken from the terminal: true or false
    #[arg(long, value_name = "WHETHER")]
    mouse: Option<String>,
}

impl ScreenArgs {
    /// What these flags set.
    pub(crate) fn given(&self) -> Vec<(Key, String)> {
        let all = [
            (Key::Threshold, &self.threshold),
            (Key::Keymap, &self.keymap),
            (Key::Theme, &self.theme),
            (Key::Color, &self.color),
            (Key::Mouse, &self.mouse),
        ];
        all.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect()
    }
}
