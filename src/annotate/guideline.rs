//! The part of the guidelines that is about one label.

/// The section whose heading names `label`: the heading is the name, else holds it as whole words; upper and lower case
/// are the same. With its heading, up to the next heading of the same or a higher level.
pub fn section<'g>(guidelines: &'g str, label: &str) -> Option<&'g str> {
    let wanted = words(label);
    if wanted.is_empty() {
        return None;
    }
    let headings = headings(guidelines);
    let equal = headings.iter().position(|h| h.words == wanted);
    let found = equal.or_else(|| {
        headings.iter().position(|h| h.words.windows(wanted.len()).any(|part| part == wanted.as_slice()))
    })?;
    let (start, level) = (headings[found].at, headings[found].level);
    let end = headings[found + 1..].iter().find(|h| h.level <= level).map_or(guidelines.len(), |h| h.at);
    Some(guidelines[start..end].trim_end())
}

/// A heading and where its line begins, in bytes.
struct Heading {
    at: usize,
    level: usize,
    words: Vec<String>,
}

fn headings(text: &str) -> Vec<Heading> {
    let (mut at, mut in_code, mut found) = (0, false, Vec::new());
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_code = !in_code;
        }
        let level = trimmed.bytes().take_while(|b| *b == b'#').count();
        let rest = &trimmed[level..];
        if !in_code && (1..=6).contains(&level) && rest.starts_with([' ', '\t']) {
            found.push(Heading { at, level, words: words(rest) });
        }
        at += line.len();
    }
    found
}

/// Lower-case words without the marks of Markdown.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '#' | '*' | '`' | ':' | '_' | ',' | '(' | ')'));
    parts.filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::section;

    const TEXT: &str = "# All\n\nFirst.\n\n## brand\nNames.\n### hard\nx\n\n## The `Watch Model` (or line)\nModels.\n\n```\n## price\n```\n";

    #[test]
    fn the_heading_that_names_the_label_and_what_is_below_it() {
        assert_eq!(section(TEXT, "Brand"), Some("## brand\nNames.\n### hard\nx"));
        assert!(
            section(TEXT, "watch model").is_some_and(|s| s.starts_with("## The `Watch Model`") && s.ends_with("```"))
        );
        assert_eq!(section(TEXT, "model watch"), None);
        assert_eq!(section(TEXT, "price"), None, "code is no heading");
        assert_eq!(section(TEXT, " "), None);
        assert_eq!(section("", "brand"), None);
    }
}
