//! Entity types and the task they belong to.

use serde::{Deserialize, Serialize};

/// The store's own number of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LabelId(pub i64);

/// An entity type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Number in the store.
    pub id: LabelId,
    /// What people see.
    pub name: String,
    /// What the model reads, when it differs from the name.
    #[serde(default)]
    pub prompt: Option<String>,
    /// What it means: one or a few sentences.
    #[serde(default)]
    pub description: String,
    /// A colour such as `#e5c07b`, or a name of the palette such as `violet`, when it does not come from the name.
    #[serde(default)]
    pub colour: Option<String>,
    /// The key that gives this label, when it is not its place in the list.
    #[serde(default)]
    pub key: Option<char>,
    /// Suggestions of this label need a score above this, instead of the project's threshold.
    #[serde(default)]
    pub threshold: Option<f32>,
    /// Value of the label in an Argilla question, when it differs from the name.
    #[serde(default)]
    pub argilla_value: Option<String>,
    /// Archived labels keep their spans but are not asked for or offered.
    #[serde(default)]
    pub archived: bool,
    /// Place in the project's order: prompts always go in this order.
    pub position: i64,
}

impl Label {
    /// A label with nothing but a name.
    pub fn named(id: LabelId, name: impl Into<String>, position: i64) -> Self {
        Self {
            id,
            name: name.into(),
            prompt: None,
            description: String::new(),
            colour: None,
            key: None,
            threshold: None,
            argilla_value: None,
            archived: false,
            position,
        }
    }

    /// What the model reads.
    pub fn prompt(&self) -> &str {
        self.prompt.as_deref().unwrap_or(&self.name)
    }
}

/// The questions asked before anything is annotated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskCard {
    /// Name of the project.
    pub name: String,
    /// What the texts are about.
    pub domain: String,
    /// What the model is wanted for.
    pub problem: String,
    /// How to annotate, Markdown.
    pub guidelines: String,
}
