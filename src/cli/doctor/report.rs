//! What a look at something found: facts in sections, and what is wrong with the next step.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::cli::out::{counted, visible};

/// Everything that was found.
#[derive(Default)]
pub(super) struct Report {
    sections: Vec<(&'static str, Vec<(String, Value)>)>,
    problems: Vec<Problem>,
}

/// Something that is not as it should be.
struct Problem {
    section: &'static str,
    what: String,
    next: String,
}

impl Report {
    /// From now on facts are about this.
    pub fn section(&mut self, name: &'static str) {
        self.sections.push((name, Vec::new()));
    }

    /// A fact.
    pub fn fact(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        if let Some((_, facts)) = self.sections.last_mut() {
            facts.push((name.into(), value.into()));
        }
    }

    /// A value with where it came from.
    pub fn setting(&mut self, name: &str, value: &str, from: &str) {
        self.fact(name, json!({"value": value, "from": from}));
    }

    /// A problem, with what to do about it.
    pub fn problem(&mut self, what: impl Into<String>, next: impl Into<String>) {
        let section = self.sections.last().map_or("", |(name, _)| *name);
        self.problems.push(Problem { section, what: what.into(), next: next.into() });
    }

    /// True when nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// For people.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let width = self.sections.iter().flat_map(|(_, facts)| facts).map(|(name, _)| name.chars().count()).max();
        let width = width.unwrap_or(0);
        for (section, facts) in &self.sections {
            writeln!(out, "{section}")?;
            for (name, value) in facts {
                let said = match value {
                    Value::String(text) => visible(text).replace('\n', " "),
                    Value::Object(setting) => {
                        let part = |name| setting.get(name).and_then(Value::as_str).unwrap_or_default();
                        visible(&format!("{}  ({})", part("value"), part("from"))).replace('\n', " ")
                    }
                    other => other.to_string(),
                };
                writeln!(out, "  {:<width$}  {said}", visible(name))?;
            }
        }
        writeln!(out, "{}", counted(self.problems.len() as u64, "problem"))?;
        for problem in &self.problems {
            writeln!(out, "  {}: {}", problem.section, visible(&problem.what).replace('\n', " "))?;
            writeln!(out, "    next: {}", visible(&problem.next).replace('\n', " "))?;
        }
        Ok(())
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let section = |(name, facts): &(&str, Vec<(String, Value)>)| {
            let facts: serde_json::Map<String, Value> = facts.iter().cloned().collect();
            ((*name).to_owned(), Value::Object(facts))
        };
        let sections: serde_json::Map<String, Value> = self.sections.iter().map(section).collect();
        let problem = |p: &Problem| json!({"section": p.section, "what": p.what, "next": p.next});
        json!({
            "sound": self.is_sound(), "sections": sections,
            "problems": self.problems.iter().map(problem).collect::<Vec<_>>(),
        })
    }
}
