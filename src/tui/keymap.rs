//! Which keys give which command: a trie per mode, with titles on the prefixes.
//!
//! Layers of TOML come in (the embedded `keymaps/default.toml`, then a person's own file); a later layer overrides single
//! keys and `"no_op"` unbinds one. Every mistake is reported with file and line, all at once.

use std::fmt;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::commands::{self, CommandId};
use super::key::Key;

/// The keymap gleaner starts with; also its manual.
pub const DEFAULT: (&str, &str) = ("keymaps/default.toml", include_str!("../../keymaps/default.toml"));

/// What lies over it for those who choose it by name.
const VIM: (&str, &str) = ("keymaps/vim.toml", include_str!("../../keymaps/vim.toml"));
const ARROWS: (&str, &str) = ("keymaps/arrows.toml", include_str!("../../keymaps/arrows.toml"));

/// The keymaps that can be chosen by name.
pub const NAMES: [&str; 3] = ["default", "vim", "arrows"];

/// Where a binding holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everywhere, unless the screen says otherwise.
    Global,
    /// The list of documents.
    Documents,
    /// One document.
    Annotate,
    /// The side pane of a document, while it has the keys.
    Pane,
    /// The label editor.
    Labels,
    /// Suggestions one by one, across documents.
    Review,
    /// The project: task card, labels, guidelines, progress.
    Project,
    /// Gold against predictions.
    Evaluate,
    /// Documents by words and by meaning: the list of hits.
    Search,
}

impl Mode {
    /// All of them, in the order of the manual.
    pub const ALL: [Mode; 9] = [
        Mode::Global,
        Mode::Documents,
        Mode::Annotate,
        Mode::Pane,
        Mode::Labels,
        Mode::Review,
        Mode::Project,
        Mode::Evaluate,
        Mode::Search,
    ];

    /// The name of its table in a keymap file.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Global => "global",
            Mode::Documents => "documents",
            Mode::Annotate => "annotate",
            Mode::Pane => "pane",
            Mode::Labels => "labels",
            Mode::Review => "review",
            Mode::Project => "project",
            Mode::Evaluate => "evaluate",
            Mode::Search => "search",
        }
    }
}

/// A line of a keymap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as it was given.
    pub file: Arc<str>,
    /// 1-based.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What a key leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A command.
    Command(CommandId),
    /// More keys.
    Prefix(Node),
}

/// The keys of a mode, or those after a prefix.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// What the keys here are about, for the which-key popup.
    pub title: String,
    /// In the order of the file.
    pub entries: Vec<(Key, Entry, Place)>,
}

/// What a sequence of keys means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found<'k> {
    /// A command.
    Command(CommandId),
    /// The beginning of longer sequences.
    Prefix(&'k Node),
    /// Nothing.
    Nothing,
}

/// All bindings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keymap {
    modes: [Node; Mode::ALL.len()],
}

/// Mistakes in keymap files, one line each.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the keymap cannot be used:\n{}", .0.join("\n"))]
pub struct KeymapError(pub Vec<String>);

impl Keymap {
    /// The embedded keymap alone.
    pub fn embedded() -> Self {
        // The embedded file is tested to be free of mistakes; were it not, an empty keymap would still run.
        Self::from_layers(&[DEFAULT]).unwrap_or_default()
    }

    /// The embedded layers of the keymap of this name, for a person's own file to lie over; `None` when there is none.
    pub fn layers_named(name: &str) -> Option<&'static [(&'static str, &'static str)]> {
        match name {
            "default" => Some(&[DEFAULT]),
            "vim" => Some(&[DEFAULT, VIM]),
            "arrows" => Some(&[DEFAULT, ARROWS]),
            _ => None,
        }
    }

    /// The embedded keymap of this name: one of [`NAMES`].
    pub fn named(name: &str) -> Option<Self> {
        // Tested to be free of mistakes, as the default alone is.
        Self::layers_named(name).map(|layers| Self::from_layers(layers).unwrap_or_default())
    }

    /// Reads layers of `(file name, text)`, later ones over earlier ones.
    pub fn from_layers(layers: &[(&str, &str)]) -> Result<Self, KeymapError> {
        let mut keymap = Self::default();
        let mut errors = Vec::new();
        for (file, text) in layers {
            Layer { file: (*file).into(), text, errors: &mut errors }.read(&mut keymap);
        }
        if errors.is_empty() { Ok(keymap) } else { Err(KeymapError(errors)) }
    }

    /// The bindings of one mode.
    pub fn mode(&self, mode: Mode) -> &Node {
        &self.modes[mode as usize]
    }

    /// What `keys` mean in `mode`; what the mode does not know may be known everywhere.
    pub fn lookup(&self, mode: Mode, keys: &[Key]) -> Found<'_> {
        match self.mode(mode).lookup(keys) {
            Found::Nothing => self.mode(Mode::Global).lookup(keys),
            found => found,
        }
    }

    /// The key sequences that give `command` in `mode`, as they are shown; first those that were chosen over the default
    /// ones.
    pub fn keys_of(&self, mode: Mode, command: CommandId) -> Vec<String> {
        let of = |mode| {
            let mut bindings = self.mode(mode).bindings();
            bindings.retain(|(_, bound, _)| *bound == command);
            bindings.sort_by_key(|(.., place)| *place.file == *DEFAULT.0);
            bindings.into_iter().map(|(keys, ..)| keys).collect::<Vec<String>>()
        };
        let mut keys = of(mode);
        if mode != Mode::Global {
            let mut everywhere = of(Mode::Global);
            // A key that the mode has taken for something else does not give it here.
            let taken = |keys: &String| {
                let first = keys.split(' ').next().unwrap_or_default();
                self.mode(mode).entries.iter().any(|(key, ..)| key.to_string() == first)
            };
            everywhere.retain(|keys| !taken(keys));
            keys.extend(everywhere);
        }
        keys
    }
}

impl Node {
    fn lookup(&self, keys: &[Key]) -> Found<'_> {
        let Some((first, rest)) = keys.split_first() else { return Found::Prefix(self) };
        match self.entries.iter().find(|(key, ..)| key == first) {
            Some((_, Entry::Command(command), _)) if rest.is_empty() => Found::Command(*command),
            Some((_, Entry::Prefix(node), _)) => node.lookup(rest),
            _ => Found::Nothing,
        }
    }

    /// Every binding below here: `(keys as shown, command, where it is written)`.
    pub fn bindings(&self) -> Vec<(String, CommandId, Place)> {
        let mut all = Vec::new();
        for (key, entry, place) in &self.entries {
            match entry {
                Entry::Command(command) => all.push((key.to_string(), *command, place.clone())),
                Entry::Prefix(node) => {
                    let below = node.bindings().into_iter();
                    all.extend(below.map(|(keys, command, place)| (format!("{key} {keys}"), command, place)));
                }
            }
        }
        all
    }
}

/// One file on its way into the keymap.
struct Layer<'a> {
    file: Arc<str>,
    text: &'a str,
    errors: &'a mut Vec<String>,
}

/// The items of a table in the order of the file: `(byte of the key, key, value)`.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(usize, &'t str, &'t DeValue<'i>)> {
    let mut items: Vec<_> =
        table.iter().map(|(key, value)| (key.span().start, key.get_ref().as_ref(), value.get_ref())).collect();
    items.sort_by_key(|(at, ..)| *at);
    items
}

impl Layer<'_> {
    fn read(mut self, keymap: &mut Keymap) {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table,
            Err(error) => {
                let place = self.place(error.span().map_or(0, |s| s.start));
                self.errors.push(format!("{place}: {}", error.message()));
                return;
            }
        };
        for (at, name, value) in in_order(table.get_ref()) {
            let mode = Mode::ALL.into_iter().find(|m| m.name() == name);
            match (mode, value) {
                (Some(mode), DeValue::Table(table)) => self.read_table(table, &mut keymap.modes[mode as usize]),
                _ => {
                    let known = Mode::ALL.map(|mode| format!("[{}]", mode.name())).join(", ");
                    self.wrong(at, format!("[{name}] is none of {known}"));
                }
            }
        }
    }

    fn read_table(&mut self, table: &DeTable, node: &mut Node) {
        for (at, name, value) in in_order(table) {
            if let ("title", DeValue::String(title)) = (name, value) {
                node.title = title.to_string();
                continue;
            }
            match (Key::sequence(name), value) {
                (Err(error), _) => self.wrong(at, error),
                (Ok(keys), DeValue::String(command)) => self.bind(at, node, &keys, command),
                (Ok(keys), DeValue::Table(table)) => {
                    if let Some(node) = self.prefix(at, node, &keys) {
                        self.read_table(table, node);
                    }
                }
                (Ok(_), _) => self.wrong(at, format!("'{name}' must be a command's name or a table of keys")),
            }
        }
    }

    fn bind(&mut self, at: usize, node: &mut Node, keys: &[Key], command: &str) {
        let Some((last, before)) = keys.split_last() else { return self.wrong(at, "an empty key".into()) };
        let Some(node) = self.prefix(at, node, before) else { return };
        let place = self.place(at);
        let old = node.entries.iter().position(|(key, ..)| key == last);
        if let Some(old) = old {
            let there = &node.entries[old].2;
            if there.file == place.file {
                return self.wrong(at, format!("{last} is bound already, on line {}", there.line));
            }
        }
        if command == "no_op" {
            match old {
                Some(old) => drop(node.entries.remove(old)),
                None => self.wrong(at, format!("{last} is not bound, so it need not be unbound")),
            }
            return;
        }
        match (commands::find(command), old) {
            (None, _) => {
                let nearest = commands::nearest(command);
                self.wrong(at, format!("there is no command '{command}'; did you mean '{nearest}'?"));
            }
            (Some(id), Some(old)) => node.entries[old] = (*last, Entry::Command(id), place),
            (Some(id), None) => node.entries.push((*last, Entry::Command(id), place)),
        }
    }

    /// The node that `keys` lead to, made where it is missing.
    fn prefix<'n>(&mut self, at: usize, mut node: &'n mut Node, keys: &[Key]) -> Option<&'n mut Node> {
        let place = self.place(at);
        for key in keys {
            let index = match node.entries.iter().position(|(k, ..)| k == key) {
                Some(index) => index,
                None => {
                    node.entries.push((*key, Entry::Prefix(Node::default()), place.clone()));
                    node.entries.len() - 1
                }
            };
            let (_, entry, there) = &mut node.entries[index];
            if let Entry::Command(command) = entry {
                let name = command.get().name;
                if there.file == place.file {
                    let line = there.line;
                    self.wrong(at, format!("cannot be reached: {key} alone is {name}, on line {line}"));
                    return None;
                }
                *entry = Entry::Prefix(Node::default());
                *there = place.clone();
            }
            node = match entry {
                Entry::Prefix(node) => node,
                Entry::Command(_) => return None,
            };
        }
        Some(node)
    }

    fn place(&self, at: usize) -> Place {
        let line = self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|&&b| b == b'\n').count() + 1;
        Place { file: self.file.clone(), line }
    }

    fn wrong(&mut self, at: usize, what: String) {
        let place = self.place(at);
        self.errors.push(format!("{place}: {what}"));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        Key::sequence(text).unwrap()
    }

    fn errors(user: &str) -> String {
        Keymap::from_layers(&[DEFAULT, ("mine.toml", user)]).unwrap_err().0.join("\n")
    }

    #[test]
    fn arrows_enter_and_letters_reach_what_a_document_needs() {
        let arrows = Keymap::named("arrows").unwrap();
        let plain = |keys: &str| {
            keys.split(' ').all(|key| {
                matches!(key, "Left" | "Right" | "Up" | "Down" | "Enter" | "Space")
                    || (key.len() == 1 && key.chars().all(|c| c.is_ascii_alphabetic()))
            })
        };
        let by_palette = ["label_", "extend_", "page_", "half_page", "move_word", "redraw", "suspend"];
        for id in commands::all() {
            let command = id.get();
            if by_palette.iter().any(|start| command.name.starts_with(start)) {
                continue;
            }
            for mode in command.modes {
                let keys = arrows.keys_of(*mode, id);
                assert!(keys.iter().any(|k| plain(k)), "{} in {}: {keys:?}", command.name, mode.name());
            }
        }
    }

    #[test]
    fn a_named_keymap_lies_over_the_default_one() {
        let delete = commands::find("delete_span").unwrap();
        assert_eq!(Keymap::named("default").unwrap().keys_of(Mode::Annotate, delete)[0], "d");
        assert_eq!(Keymap::named("vim").unwrap().keys_of(Mode::Annotate, delete)[0], "d d");
        assert_eq!(Keymap::named("emacs"), None);
        // Who has chosen other keys is told of them, not of those that they may not have.
        let next = commands::find("next_suggestion").unwrap();
        assert_eq!(Keymap::named("arrows").unwrap().keys_of(Mode::Annotate, next), ["n", "Tab"]);
    }

    #[test]
    fn the_embedded_keymap_has_no_mistakes_and_every_prefix_a_title() {
        fn titled(node: &Node) {
            for (key, entry, place) in &node.entries {
                if let Entry::Prefix(node) = entry {
                    assert!(!node.title.is_empty(), "{place}: prefix {key} has no title");
                    titled(node);
                }
            }
        }
        for name in NAMES {
            let keymap = Keymap::from_layers(Keymap::layers_named(name).unwrap()).unwrap();
            Mode::ALL.into_iter().for_each(|mode| titled(keymap.mode(mode)));
        }
    }

    #[test]
    fn a_prefix_leads_on_and_a_mode_falls_back_to_the_keys_for_everywhere() {
        let keymap = Keymap::embedded();
        assert!(matches!(keymap.lookup(Mode::Annotate, &keys("g")), Found::Prefix(node) if node.title == "go to"));
        let found = keymap.lookup(Mode::Annotate, &keys("g g"));
        assert_eq!(found, Found::Command(commands::find("go_to_start").unwrap()));
        let found = keymap.lookup(Mode::Documents, &keys("?"));
        assert_eq!(found, Found::Command(commands::find("show_help").unwrap()));
        assert_eq!(keymap.lookup(Mode::Annotate, &keys("g Q")), Found::Nothing);
    }

    #[test]
    fn a_users_file_overrides_single_keys_and_unbinds() {
        let user = "[annotate]\na = 'reject_suggestion'\nx = 'no_op'\n\"g x\" = 'undo'\n";
        let keymap = Keymap::from_layers(&[DEFAULT, ("mine.toml", user)]).unwrap();
        let reject = commands::find("reject_suggestion").unwrap();
        assert_eq!(keymap.lookup(Mode::Annotate, &keys("a")), Found::Command(reject));
        assert_eq!(keymap.lookup(Mode::Annotate, &keys("x")), Found::Nothing);
        assert_eq!(keymap.lookup(Mode::Annotate, &keys("g x")), Found::Command(commands::find("undo").unwrap()));
        assert!(matches!(keymap.lookup(Mode::Annotate, &keys("g g")), Found::Command(_)), "the rest of g stays");
    }

    #[test]
    fn mistakes_are_reported_with_file_and_line() {
        let told = errors("[annotate]\na = 'acept_suggestion'\nC-x = 'undo'\nc-X = 'redo'\n");
        assert!(
            told.contains("mine.toml:2: there is no command 'acept_suggestion'; did you mean 'accept_suggestion'?")
        );
        assert!(told.contains("mine.toml:4: Ctrl-x is bound already, on line 3"), "{told}");
        assert!(errors("[anotate]\n").contains("mine.toml:1: [anotate] is none of"));
        assert!(
            errors("[annotate]\nk = 'undo'\n\"k k\" = 'redo'\n").contains("mine.toml:3: cannot be reached: k alone")
        );
        assert!(errors("[annotate]\nHyper = 'undo'\n").contains("'Hyper' is not a key"));
        assert!(errors("[annotate]\na = \n").contains("mine.toml:2:"));
    }
}
