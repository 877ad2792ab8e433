//! The spans of one document as the screen needs them.

use crate::text::CharRange;
use crate::tui::theme::LabelColour;

/// Whose word a span is; decides how it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpanKind {
    /// Part of the response: on a background, solid line.
    Response,
    /// A prediction nobody decided about yet: underlined, dotted line, with its score.
    Suggestion,
    /// What a search found: on a background, no name, no lane.
    Found,
}

/// A span as the screen needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanView {
    /// Where, in code points.
    pub range: CharRange,
    /// Name of the label; may come from outside, is escaped when drawn.
    pub label: String,
    /// Colour of the label.
    pub colour: LabelColour,
    /// Whose word it is.
    pub kind: SpanKind,
    /// The model's probability, for suggestions.
    pub score: Option<f32>,
    /// One of several chosen.
    pub selected: bool,
    /// The one that keys act on.
    pub focused: bool,
}

/// Spans in drawing order, with an index by place.
///
/// Build one when the spans change, not for every frame.
#[derive(Clone, Debug, Default)]
pub struct SpanSet {
    /// By start, then end descending (outer before inner), then responses before suggestions.
    spans: Vec<SpanView>,
    /// Lane of each span: the first that no earlier overlapping span has.
    lanes: Vec<u16>,
    /// Implicit tree over `spans`: greatest end within each subtree, at the subtree's middle.
    reach: Vec<usize>,
    depth: u16,
    /// Which span is focused.
    focused: Option<usize>,
}

impl SpanSet {
    /// Sorts the spans and gives each a lane. Empty spans are left out.
    pub fn new(mut spans: Vec<SpanView>) -> Self {
        spans.retain(|s| !s.range.is_empty());
        spans.sort_by(|a, b| {
            (a.range.start, std::cmp::Reverse(a.range.end), a.kind).cmp(&(
                b.range.start,
                std::cmp::Reverse(b.range.end),
                b.kind,
            ))
        });
        let (lanes, depth) = assign_lanes(&spans);
        let mut reach = vec![0; spans.len()];
        fill_reach(&spans, &mut reach);
        let focused = spans.iter().position(|s| s.focused);
        Self { spans, lanes, reach, depth, focused }
    }

    /// Moves the focus to the span of exactly `range` that `is_it`; to none when there is none. Costs what is at the place.
    pub fn focus(&mut self, range: CharRange, is_it: impl Fn(&SpanView) -> bool) {
        if let Some(before) = self.focused.take() {
            self.spans[before].focused = false;
        }
        let place = |range: CharRange| (range.start, std::cmp::Reverse(range.end));
        let first = self.spans.partition_point(|s| place(s.range) < place(range));
        let here = self.spans[first..].iter().take_while(|s| s.range == range).position(is_it);
        self.focused = here.map(|at| first + at);
        if let Some(now) = self.focused {
            self.spans[now].focused = true;
        }
    }

    /// The spans in drawing order.
    pub fn spans(&self) -> &[SpanView] {
        &self.spans
    }

    /// Lanes the spans would need to have one each: how many overlap at the worst place.
    pub fn depth(&self) -> u16 {
        self.depth
    }

    /// Lane of the span at `index` of [`SpanSet::spans`].
    pub fn lane(&self, index: usize) -> u16 {
        self.lanes[index]
    }

    /// Indices of the spans that touch `range`, in order. Costs what it finds, not what there is.
    pub fn overlapping(&self, range: CharRange) -> Vec<usize> {
        let mut found = Vec::new();
        self.visit(0, self.spans.len(), range, &mut found);
        found
    }

    /// Indices of the spans that cover the code point at `position`, outer before inner.
    pub fn at(&self, position: usize) -> Vec<usize> {
        self.overlapping(CharRange::new(position, position + 1))
    }

    fn visit(&self, low: usize, high: usize, range: CharRange, found: &mut Vec<usize>) {
        if low >= high {
            return;
        }
        let middle = low + (high - low) / 2;
        if self.reach[middle] <= range.start {
            return;
        }
        self.visit(low, middle, range, found);
        let span = self.spans[middle].range;
        if span.start < range.end {
            if span.end > range.start {
                found.push(middle);
            }
            self.visit(middle + 1, high, range, found);
        }
    }
}

fn fill_reach(spans: &[SpanView], reach: &mut [usize]) -> usize {
    if spans.is_empty() {
        return 0;
    }
    let middle = spans.len() / 2;
    let (left, right) = reach.split_at_mut(middle);
    let ends = fill_reach(&spans[..middle], left).max(fill_reach(&spans[middle + 1..], &mut right[1..]));
    right[0] = ends.max(spans[middle].range.end);
    right[0]
}

/// First fit over spans sorted by start; a heap would be faster for thousands of lanes, which no text has.
fn assign_lanes(spans: &[SpanView]) -> (Vec<u16>, u16) {
    let mut ends: Vec<usize> = Vec::new();
    let lanes = spans
        .iter()
        .map(|span| {
            if span.kind == SpanKind::Found {
                return 0;
            }
            match ends.iter().position(|&end| end <= span.range.start) {
                Some(lane) => {
                    ends[lane] = span.range.end;
                    lane as u16
                }
                // Past this nobody could tell lanes apart; those share one.
                None if ends.len() >= 64 => 64,
                None => {
                    ends.push(span.range.end);
                    (ends.len() - 1) as u16
                }
            }
        })
        .collect();
    (lanes, ends.len() as u16)
}
