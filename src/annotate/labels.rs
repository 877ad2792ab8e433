//! The labels of a project as an annotator meets them: in order, with a key each, edited one commit at a time.

use crate::dataset::{Label, LabelId};
use crate::store::{Change, Group};

/// The project's labels, in project order, archived ones too (old spans still carry them).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabelSet(Vec<Label>);

impl LabelSet {
    /// Puts `labels` in project order.
    pub fn new(mut labels: Vec<Label>) -> Self {
        labels.sort_by_key(|l| (l.position, l.id));
        Self(labels)
    }

    /// All of them.
    pub fn all(&self) -> &[Label] {
        &self.0
    }

    /// Those that are offered and asked for.
    pub fn active(&self) -> impl Iterator<Item = &Label> {
        self.0.iter().filter(|l| !l.archived)
    }

    /// The label with this id.
    pub fn get(&self, id: LabelId) -> Option<&Label> {
        self.0.iter().find(|l| l.id == id)
    }

    /// Its name, for messages; a label that is gone still has a number.
    pub fn name(&self, id: LabelId) -> String {
        self.get(id).map_or_else(|| format!("label {}", id.0), |l| l.name.clone())
    }

    /// The key that gives each offered label: its own, else the digit of its place among the first nine.
    pub fn keys(&self) -> Vec<(Option<char>, &Label)> {
        let own = |c: char| self.active().any(|l| l.key == Some(c));
        let digit = |place: usize| char::from_digit(place as u32 + 1, 10).filter(|&c| place < 9 && !own(c));
        self.active().enumerate().map(|(place, label)| (label.key.or_else(|| digit(place)), label)).collect()
    }

    /// The label a key gives.
    pub fn by_key(&self, key: char) -> Option<&Label> {
        self.keys().into_iter().find(|(k, _)| *k == Some(key)).map(|(_, label)| label)
    }

    /// What a submitted document was looked through for: the offered labels, in ascending order of id.
    pub fn covered(&self) -> Vec<LabelId> {
        let mut ids: Vec<LabelId> = self.active().map(|l| l.id).collect();
        ids.sort_unstable();
        ids
    }

    /// A new label at the end of the order. `id` is the store's next free one.
    pub fn add(&self, actor: &str, id: LabelId, name: &str) -> Result<Group, String> {
        let name = self.free_name(name, None)?;
        let position = self.0.iter().map(|l| l.position + 1).max().unwrap_or(0);
        let label = Label::named(id, name.clone(), position);
        Ok(label_change(actor, format!("add label {name}"), None, Some(label)))
    }

    /// Another name. The prompt follows unless it was set by hand.
    pub fn rename(&self, actor: &str, id: LabelId, name: &str) -> Result<Group, String> {
        let before = self.known(id)?;
        let name = self.free_name(name, Some(id))?;
        if name == before.name {
            return Err(format!("the label is called {name} already"));
        }
        let reason = format!("rename label {} to {name}", before.name);
        let after = Label { name, ..before.clone() };
        Ok(label_change(actor, reason, Some(before.clone()), Some(after)))
    }

    /// What the label means.
    pub fn describe(&self, actor: &str, id: LabelId, description: &str) -> Result<Group, String> {
        let before = self.known(id)?;
        let after = Label { description: description.trim().into(), ..before.clone() };
        self.changed(actor, format!("describe label {}", before.name), before, after)
    }

    /// What the model reads; nothing, or the name itself, goes back to the name.
    pub fn set_prompt(&self, actor: &str, id: LabelId, prompt: &str) -> Result<Group, String> {
        let before = self.known(id)?;
        let prompt = Some(prompt.trim()).filter(|p| !p.is_empty() && *p != before.name).map(String::from);
        let after = Label { prompt, ..before.clone() };
        self.changed(actor, format!("set the prompt of label {}", before.name), before, after)
    }

    /// Takes a label out of the offer, or back into it. Its spans stay.
    pub fn archive(&self, actor: &str, id: LabelId, archived: bool) -> Result<Group, String> {
        let before = self.known(id)?;
        let verb = if archived { "archive" } else { "bring back" };
        let after = Label { archived, ..before.clone() };
        self.changed(actor, format!("{verb} label {}", before.name), before, after)
    }

    /// The colour: `#rrggbb`, the name of one of the palette's, or nothing to let it come from the name.
    pub fn recolour(&self, actor: &str, id: LabelId, colour: Option<&str>) -> Result<Group, String> {
        let before = self.known(id)?;
        let after = Label { colour: colour.map(String::from), ..before.clone() };
        self.changed(actor, format!("recolour label {}", before.name), before, after)
    }

    /// Suggestions of this label need a score above this; nothing goes back to the threshold of all.
    pub fn set_threshold(&self, actor: &str, id: LabelId, threshold: Option<f32>) -> Result<Group, String> {
        let before = self.known(id)?;
        let after = Label { threshold, ..before.clone() };
        self.changed(actor, format!("set the threshold of label {}", before.name), before, after)
    }

    /// The key that gives the label; nothing goes back to the digit of its place.
    pub fn set_key(&self, actor: &str, id: LabelId, key: Option<char>) -> Result<Group, String> {
        let before = self.known(id)?;
        if let Some(other) = self.active().find(|l| l.id != id && l.key.is_some() && l.key == key) {
            return Err(format!("{} is the key of {} already", other.key.unwrap_or(' '), other.name));
        }
        let after = Label { key, ..before.clone() };
        self.changed(actor, format!("set the key of label {}", before.name), before, after)
    }

    /// One place up or down among the offered labels: the order of prompts and of digit keys.
    pub fn shift(&self, actor: &str, id: LabelId, up: bool) -> Result<Group, String> {
        let before = self.known(id)?;
        let active: Vec<&Label> = self.active().collect();
        let place = active.iter().position(|l| l.id == id).ok_or("an archived label has no place in the order")?;
        let other = if up { place.checked_sub(1) } else { Some(place + 1) };
        let other = *other.and_then(|p| active.get(p)).ok_or("it is at the end of the order already")?;
        let way = if up { "up" } else { "down" };
        let moved = |label: &Label, position| {
            let after = Label { position, ..label.clone() };
            Change::Label { id: label.id, before: Some(label.clone()), after: Some(after) }
        };
        let changes = if before.position != other.position {
            vec![moved(before, other.position), moved(other, before.position)]
        } else {
            // Two processes have given two labels one place: all get a place of their own.
            let mut order: Vec<&Label> = self.0.iter().collect();
            let place = |wanted: LabelId| self.0.iter().position(|l| l.id == wanted).unwrap_or(0);
            order.swap(place(id), place(other.id));
            let places = order.into_iter().zip(0..);
            places.filter(|(label, place)| label.position != *place).map(|(label, place)| moved(label, place)).collect()
        };
        Ok(Group { actor: actor.into(), reason: format!("move label {} {way}", before.name), changes })
    }

    /// Takes in one change that the store has committed.
    pub fn apply(&mut self, change: &Change) {
        if let Change::Label { id, after, .. } = change {
            self.0.retain(|l| l.id != *id);
            self.0.extend(after.clone());
            self.0.sort_by_key(|l| (l.position, l.id));
        }
    }

    fn changed(&self, actor: &str, reason: String, before: &Label, after: Label) -> Result<Group, String> {
        if *before == after {
            return Err("nothing would change".into());
        }
        Ok(label_change(actor, reason, Some(before.clone()), Some(after)))
    }

    fn known(&self, id: LabelId) -> Result<&Label, String> {
        self.get(id).ok_or_else(|| "this label is not there any more".into())
    }

    fn free_name(&self, name: &str, except: Option<LabelId>) -> Result<String, String> {
        let name = name.trim();
        if name.is_empty() {
            return Err("a label needs a name".into());
        }
        if name.chars().any(char::is_control) {
            return Err("a label's name is one line without control characters".into());
        }
        match self.0.iter().find(|l| l.name == name && Some(l.id) != except) {
            Some(label) if label.archived => Err(format!("there is an archived label {name}: bring it back instead")),
            Some(_) => Err(format!("there is a label {name} already")),
            None => Ok(name.into()),
        }
    }
}

/// A group that changes one label.
pub fn label_change(actor: &str, reason: String, before: Option<Label>, after: Option<Label>) -> Group {
    let id = before.as_ref().or(after.as_ref()).map_or(LabelId(0), |l| l.id);
    Group { actor: actor.into(), reason, changes: vec![Change::Label { id, before, after }] }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn set() -> LabelSet {
        LabelSet::new(vec![
            Label::named(LabelId(1), "brand", 0),
            Label { archived: true, ..Label::named(LabelId(2), "era", 1) },
            Label { key: Some('1'), ..Label::named(LabelId(3), "model", 2) },
            Label::named(LabelId(4), "movement", 3),
        ])
    }

    #[test]
    fn digits_go_by_place_unless_a_label_has_its_own_key() {
        let keys: Vec<(Option<char>, String)> = set().keys().iter().map(|(k, l)| (*k, l.name.clone())).collect();
        let want = [(None, "brand"), (Some('1'), "model"), (Some('3'), "movement")];
        assert_eq!(keys, want.map(|(k, n)| (k, n.to_string())));
    }

    #[test]
    fn names_are_unique_and_the_archived_one_is_pointed_at() {
        assert!(set().add("me", LabelId(9), " brand ").unwrap_err().contains("already"));
        assert!(set().add("me", LabelId(9), "era").unwrap_err().contains("bring it back"));
        assert!(set().add("me", LabelId(9), "  ").is_err());
    }

    #[test]
    fn moving_a_label_swaps_it_with_its_offered_neighbour() {
        let mut set = set();
        for change in set.clone().shift("me", LabelId(3), true).unwrap().changes {
            set.apply(&change);
        }
        let names: Vec<&str> = set.active().map(|l| l.name.as_str()).collect();
        assert_eq!(names, ["model", "brand", "movement"]);
    }
}
