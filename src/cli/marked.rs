//! A text with its spans marked in the line, for pipes and pagers: `[Omega](brand)`.

use crate::cli::out::visible;
use crate::dataset::Span;
use crate::text::OffsetMap;

/// `text` with brackets round its spans and their labels (and scores) behind. Nested and overlapping spans keep their
/// own brackets: an opening one for each, innermost closed first where they nest.
pub(crate) fn marked(text: &str, spans: &[Span]) -> String {
    let map = OffsetMap::new(text);
    // (where in bytes, closing before opening, then outer opened first and inner closed first)
    let mut marks: Vec<(usize, bool, i64, String)> = Vec::new();
    for span in spans {
        let length = span.range.len() as i64;
        let score = span.score.map_or_else(String::new, |s| format!(" {s:.2}"));
        marks.push((map.byte(text, span.range.start), true, -length, "[".to_owned()));
        let name = format!("]({}{score})", visible(&span.label).replace('\n', "␊"));
        marks.push((map.byte(text, span.range.end), false, length, name));
    }
    marks.sort_by_key(|mark| (mark.0, mark.1, mark.2));
    let (mut shown, mut at) = (String::with_capacity(text.len() + 32 * spans.len()), 0);
    for (byte, _, _, mark) in marks {
        shown.push_str(&visible(&text[at..byte]));
        shown.push_str(&mark);
        at = byte;
    }
    shown.push_str(&visible(&text[at..]));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CharRange;

    #[test]
    fn nested_spans_nest_and_neighbours_do_not() {
        let span = |s, e, label: &str| Span { range: CharRange::new(s, e), label: label.into(), score: None };
        let spans = [span(0, 13, "place"), span(0, 8, "state"), span(13, 14, "mark")];
        assert_eq!(marked("New York City!", &spans), "[[New York](state) City](place)[!](mark)");
    }
}
