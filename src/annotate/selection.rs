//! The cursor: which stretch of text the next key is about.
//!
//! A selection covers whole units: words, or graphemes in character mode. Moving without extending takes the next unit;
//! extending keeps the anchor and moves the head. Edges grow and shrink one unit at a time and never cross.

use super::OpenText;
use crate::text::CharRange;

/// What one step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// A word as the model counts them.
    #[default]
    Word,
    /// A grapheme: a character as people see it.
    Character,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the start of the text.
    Left,
    /// Towards its end.
    Right,
}

/// Which edge of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The left edge.
    Start,
    /// The right edge.
    End,
}

/// A stretch of text between the unit where it began and the unit where the cursor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The unit it began with.
    pub anchor: CharRange,
    /// The unit the cursor is on.
    pub head: CharRange,
    /// True while motions extend it.
    pub extending: bool,
}

impl Selection {
    /// The unit that covers `position`, or the nearest one.
    pub fn at(text: &OpenText, position: usize, unit: Unit) -> Self {
        let here = unit_at(text, position, unit);
        Self { anchor: here, head: here, extending: false }
    }

    /// Exactly `range`, with the cursor at its end.
    pub fn of(range: CharRange) -> Self {
        Self { anchor: range, head: range, extending: false }
    }

    /// Everything it covers.
    pub fn range(&self) -> CharRange {
        CharRange::new(self.anchor.start.min(self.head.start), self.anchor.end.max(self.head.end))
    }

    /// The code point the screen keeps in sight.
    pub fn cursor(&self) -> usize {
        if self.head.start < self.anchor.start { self.head.start } else { self.head.end.saturating_sub(1) }
    }

    /// One unit further; stays where it is at either end of the text.
    #[must_use]
    pub fn step(self, text: &OpenText, direction: Direction, unit: Unit) -> Self {
        let from = if self.extending { self.head } else { self.range() };
        match neighbour(text, from, direction, unit) {
            Some(next) => self.to(next),
            // At the end of the text a wide selection still shrinks to the unit at that end.
            None if !self.extending && direction == Direction::Left => Self::at(text, self.range().start, unit),
            None if !self.extending => Self::at(text, self.range().end.saturating_sub(1), unit),
            None => self,
        }
    }

    /// To the unit at `position`, extending if it is extending.
    #[must_use]
    pub fn move_to(self, text: &OpenText, position: usize, unit: Unit) -> Self {
        self.to(unit_at(text, position, unit))
    }

    /// Back to the one unit under the cursor.
    #[must_use]
    pub fn collapsed(self, text: &OpenText, unit: Unit) -> Self {
        Self::at(text, self.cursor(), unit)
    }

    fn to(self, head: CharRange) -> Self {
        let anchor = if self.extending { self.anchor } else { head };
        Self { anchor, head, extending: self.extending }
    }
}

/// `range` with one edge moved one unit; `None` when there is nothing further or nothing would be left.
pub fn moved_edge(
    text: &OpenText,
    range: CharRange,
    side: Side,
    direction: Direction,
    unit: Unit,
) -> Option<CharRange> {
    let edge = match side {
        Side::Start => range.start,
        Side::End => range.end,
    };
    let moved = match unit {
        Unit::Word => token_edge(text, edge, side, direction)?,
        Unit::Character => match direction {
            Direction::Left if edge > 0 => text.border_before(edge),
            Direction::Right if edge < text.chars() => text.border_after(edge),
            _ => return None,
        },
    };
    let range = match side {
        Side::Start => CharRange::new(moved, range.end),
        Side::End => CharRange::new(range.start, moved),
    };
    (!range.is_empty()).then_some(range)
}

/// The nearest start (or end) of a token beyond `edge`.
fn token_edge(text: &OpenText, edge: usize, side: Side, direction: Direction) -> Option<usize> {
    let tokens = text.tokens();
    let at = |token: &CharRange| if side == Side::Start { token.start } else { token.end };
    match direction {
        Direction::Left => tokens[..tokens.partition_point(|t| at(t) < edge)].last().map(at),
        Direction::Right => tokens[tokens.partition_point(|t| at(t) <= edge)..].first().map(at),
    }
}

fn unit_at(text: &OpenText, position: usize, unit: Unit) -> CharRange {
    let tokens = text.tokens();
    if unit == Unit::Character || tokens.is_empty() {
        return text.grapheme_at(position);
    }
    let after = tokens.partition_point(|t| t.end <= position);
    tokens.get(after).or(tokens.last()).copied().unwrap_or(CharRange::new(0, 0))
}

fn neighbour(text: &OpenText, from: CharRange, direction: Direction, unit: Unit) -> Option<CharRange> {
    match (unit, direction) {
        (Unit::Word, Direction::Left) => {
            let tokens = text.tokens();
            tokens[..tokens.partition_point(|t| t.start < from.start)].last().copied()
        }
        (Unit::Word, Direction::Right) => {
            let tokens = text.tokens();
            tokens.get(tokens.partition_point(|t| t.start < from.end)).copied()
        }
        (Unit::Character, Direction::Left) => {
            (from.start > 0).then(|| text.grapheme_at(text.border_before(from.start)))
        }
        (Unit::Character, Direction::Right) => (from.end < text.chars()).then(|| text.grapheme_at(from.end)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn text() -> OpenText {
        OpenText::new("Ada Lovelace wrote to 精工.")
    }

    fn selected(text: &OpenText, selection: Selection) -> &str {
        text.slice(selection.range())
    }

    #[test]
    fn steps_go_from_word_to_word_and_stay_at_the_ends() {
        let text = text();
        let mut s = Selection::at(&text, 0, Unit::Word);
        s = s.step(&text, Direction::Left, Unit::Word);
        assert_eq!(selected(&text, s), "Ada");
        for want in ["Lovelace", "wrote", "to", "精工", ".", "."] {
            s = s.step(&text, Direction::Right, Unit::Word);
            assert_eq!(selected(&text, s), want);
        }
    }

    #[test]
    fn extending_keeps_the_anchor_on_both_sides() {
        let text = text();
        let mut s = Selection::at(&text, 4, Unit::Word);
        s.extending = true;
        s = s.step(&text, Direction::Right, Unit::Word);
        assert_eq!(selected(&text, s), "Lovelace wrote");
        s = s.step(&text, Direction::Left, Unit::Word).step(&text, Direction::Left, Unit::Word);
        assert_eq!(selected(&text, s), "Ada Lovelace");
    }

    #[test]
    fn a_wide_selection_is_left_on_its_own_side() {
        let text = text();
        let s = Selection::of(CharRange::new(4, 18));
        assert_eq!(selected(&text, s.step(&text, Direction::Left, Unit::Word)), "Ada");
        assert_eq!(selected(&text, s.step(&text, Direction::Right, Unit::Word)), "to");
    }

    #[test]
    fn edges_move_by_word_or_character_and_never_cross() {
        let text = text();
        let range = CharRange::new(4, 12);
        let edge = |range, side, direction, unit| moved_edge(&text, range, side, direction, unit);
        let grown = edge(range, Side::Start, Direction::Left, Unit::Word).unwrap();
        assert_eq!(text.slice(grown), "Ada Lovelace");
        assert_eq!(edge(grown, Side::Start, Direction::Left, Unit::Word), None, "at the start of the text");
        let shrunk = edge(grown, Side::End, Direction::Left, Unit::Word).unwrap();
        assert_eq!(text.slice(shrunk), "Ada");
        assert_eq!(edge(shrunk, Side::End, Direction::Left, Unit::Word), None, "nothing would be left");
        let inside = edge(range, Side::Start, Direction::Right, Unit::Character).unwrap();
        assert_eq!(text.slice(inside), "ovelace");
        assert_eq!(edge(CharRange::new(0, 1), Side::End, Direction::Left, Unit::Character), None);
    }
}
