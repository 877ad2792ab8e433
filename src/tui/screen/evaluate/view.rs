//! How the screen looks: what gold is, the names of the views, and the view as a grid with one cursor.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::sheet::Content;
use super::{Shown, View, chart};
use crate::tui::keymap::Mode;
use crate::tui::model::Model;
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::status_line::Part;
use crate::tui::{commands, view, widget::words};

/// Rows of a curve at most; it takes no more than half of the view.
const CURVE: u16 = 14;
/// Cells of the name of a row that are always there.
const NAME: usize = 12;
/// Cells of a column of words at most, where there is no room for more.
const WORDS: usize = 18;

/// Draws the screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    view::title(model, frame, vec![Part::new("Evaluate")]);
    let area = frame.area();
    head(model, Rect { y: area.y + 1, height: 2, ..area }, frame.buffer_mut());
    names(model, Rect { y: area.y + 3, height: 1, ..area }, frame.buffer_mut());
    let body = Rect { x: area.x + 1, y: area.y + 4, width: area.width - 2, height: area.height.saturating_sub(7) };
    let foot = Rect { y: body.bottom(), height: 1, ..body };
    match model.evaluate.here() {
        Some(shown) if !shown.sheet.rows.is_empty() => {
            sheet(model, shown, body, frame.buffer_mut());
            let said = said_of(shown, model.theme.ascii());
            let columns = model.theme.columns();
            let line = columns.one_line(&said, foot.width);
            frame.buffer_mut().set_string(foot.x, foot.y, line, model.theme.dim());
        }
        shown => nothing(model, shown, body, frame.buffer_mut()),
    }
    view::status(model, frame, facts(model), &state(model));
}

/// What there is to say about the row, then about the view.
fn said_of(shown: &Shown, ascii: bool) -> String {
    let row = shown.row().map(|row| row.note.clone()).filter(|note| !note.is_empty());
    let of_row = row.into_iter().zip(shown.row()).map(|(note, row)| format!("{}: {note}", row.name));
    let signs = if ascii { "^v" } else { "▲▼" };
    let moved = (!shown.moved.is_empty()).then(|| format!("{signs} since you opened this screen"));
    of_row.chain(moved).chain(shown.sheet.notes.iter().cloned()).collect::<Vec<_>>().join(" · ")
}

/// Gold in one line, predictions in the next.
fn head(model: &Model, area: Rect, buf: &mut Buffer) {
    let (theme, screen) = (&model.theme, &model.evaluate);
    let columns = theme.columns();
    let room = area.width.saturating_sub(2);
    let gold = screen.terms.gold.as_ref().map_or_else(String::new, super::GoldChoice::name);
    let facts = screen.head.as_ref().map_or_else(String::new, |head| format!(": {}", head.facts().join(" · ")));
    let gold = columns.one_line(&format!("{gold}{facts}"), room);
    buf.set_stringn(area.x + 1, area.y, gold, usize::from(room), theme.text());
    let predictors = &screen.terms.predictors;
    let mut names: Vec<String> = predictors.iter().map(|p| p.name().to_owned()).collect();
    if let (Some(first), true) = (names.first_mut(), predictors.len() > 1) {
        first.push_str(" (baseline)");
    }
    let mut line = match (screen.sources.is_some(), names.is_empty()) {
        (false, _) => String::new(),
        (true, true) => "no predictions".to_owned(),
        (true, false) => format!("against it: {}", names.join(" · ")),
    };
    let floors = screen.head.iter().flat_map(|head| &head.floors);
    let floor = floors.map(|(_, floor)| *floor).fold(0.0, f32::max);
    if floor > model.settings.threshold {
        line.push_str(&format!(" · nothing below {floor:.2} was kept"));
    }
    buf.set_stringn(area.x + 1, area.y + 1, columns.one_line(&line, room), usize::from(room), theme.text());
}

/// The names of the views on a rule; those around the one that is shown where there is no room for all.
fn names(model: &Model, area: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let dash = if theme.ascii() { "-" } else { "─" };
    buf.set_stringn(area.x, area.y, dash.repeat(usize::from(area.width)), usize::from(area.width), theme.border());
    let here = View::ALL.iter().position(|v| *v == model.evaluate.view).unwrap_or(0);
    let width = |view: &View| view.title().len() + 2;
    let room = usize::from(area.width) - 2;
    let mut from = 0;
    while from < here && View::ALL[from..=here].iter().map(width).sum::<usize>() > room {
        from += 1;
    }
    let mut x = area.x + 1;
    let (before, after) = if theme.ascii() { ("<", ">") } else { ("‹", "›") };
    if from > 0 {
        buf.set_string(area.x, area.y, before, theme.accent());
    }
    for (place, name) in View::ALL.iter().enumerate().skip(from) {
        if usize::from(x - area.x) + width(name) >= usize::from(area.width) {
            buf.set_string(area.right() - 1, area.y, after, theme.accent());
            break;
        }
        let active = place == here;
        // Told apart without colour too.
        let text = if active { format!("[{}]", name.title()) } else { format!(" {} ", name.title()) };
        let style = if active { theme.accent() } else { theme.dim() };
        (x, _) = buf.set_stringn(x, area.y, text, usize::from(area.right() - x), style);
    }
}

/// What to say where there are no rows.
fn nothing(model: &Model, shown: Option<&Shown>, area: Rect, buf: &mut Buffer) {
    let (theme, screen) = (&model.theme, &model.evaluate);
    let columns = theme.columns();
    let key = |name: &str| {
        let id = commands::find(name);
        let keys = id.map(|id| model.keymap.keys_of(Mode::Evaluate, id)).unwrap_or_default();
        keys.into_iter().next().unwrap_or_else(|| format!(":{name}"))
    };
    let mut lines: Vec<String> = Vec::new();
    if let Some(why) = screen.halted() {
        lines.push(why.to_owned());
    } else if screen.waiting.is_some() || screen.sources.is_none() {
        lines.push(view::counting(model));
    } else if screen.head.as_ref().is_some_and(|head| head.documents == 0) {
        lines.push("There is no gold left: nothing chosen is submitted, or nothing can be judged by it.".into());
        lines.push(format!("Submit documents, or choose other gold with {}.", key("choose_gold")));
    } else if screen.terms.predictors.is_empty() {
        lines.push("There are no predictions to compare gold with.".into());
        match model.suggester.present {
            true => lines.push(format!("{} asks the model about these documents.", key("evaluate_model"))),
            false => lines.push("There is no model to ask here: start gleaner with --model to have one.".into()),
        }
        lines.push(format!("{} chooses a run or another annotator.", key("choose_predictions")));
    } else {
        lines.extend(shown.map(|shown| shown.sheet.notes.clone()).unwrap_or_default());
    }
    if let Some(filled) = &screen.filling {
        lines.push(String::new());
        lines.push(filling(filled.done, filled.total, &key("evaluate_model")));
    }
    let rows = lines.iter().flat_map(|line| words::wrap(line, area.width.saturating_sub(2), &columns));
    for (y, row) in (area.y + 1..area.bottom()).zip(rows) {
        buf.set_string(area.x + 1, y, row, theme.text());
    }
}

fn filling(done: u64, total: u64, key: &str) -> String {
    match total {
        0 => format!("asking the model: {key} stops"),
        _ => format!("asking the model: {done} of {total} documents; {key} stops"),
    }
}

/// The widths of the columns: as wide as what stands in them, the last column of words or bars what is left.
struct Widths {
    name: usize,
    columns: Vec<usize>,
    heads: Vec<String>,
    /// Words and bars stand at the left of their column, numbers at the right.
    left: Vec<bool>,
}

fn widths(model: &Model, shown: &Shown, width: usize) -> Widths {
    let (theme, sheet) = (&model.theme, &shown.sheet);
    let columns = theme.columns();
    let ascii = theme.ascii();
    let names = sheet.rows.iter().filter(|row| !row.is_heading()).map(|row| columns.line_width(&row.name));
    let widest = names.max().unwrap_or(0).max(columns.line_width(&sheet.corner));
    let has_words = |c: usize| {
        sheet.rows.iter().any(|row| matches!(row.cells.get(c).map(|cell| &cell.content), Some(Content::Text(_))))
    };
    let content = |c: usize| {
        let texts = sheet.rows.iter().filter_map(|row| row.cells.get(c));
        let wide = texts.map(|cell| columns.line_width(&cell.content.text(ascii))).max().unwrap_or(0);
        if has_words(c) { wide.min(WORDS) } else { wide }
    };
    let contents: Vec<usize> = (0..sheet.columns.len()).map(content).collect();
    // One cell for the mark of what has moved, one between columns.
    let fit = |heads: &[String]| -> Vec<usize> {
        let longest = |c: usize| columns.line_width(&heads[c]).min(WORDS);
        (0..heads.len()).map(|c| contents[c].max(longest(c)) + 2).collect()
    };
    let long: Vec<String> = sheet.columns.iter().map(|c| c.name.clone()).collect();
    let short: Vec<String> = sheet.columns.iter().map(|c| c.short.clone()).collect();
    // A name may be cut, so that the numbers fit; less than this says nothing.
    let name = widest.min(NAME);
    let whole = fit(&long);
    let (mut columns, heads) =
        if name + whole.iter().sum::<usize>() <= width { (whole, long) } else { (fit(&short), short) };
    // Names may take what the columns leave.
    let left = width.saturating_sub(columns.iter().sum());
    let name = widest.min(left).max(name);
    let bar = |c: usize| {
        sheet.rows.iter().any(|row| matches!(row.cells.get(c).map(|cell| &cell.content), Some(Content::Bar { .. })))
    };
    let at_left: Vec<bool> = (0..columns.len()).map(|c| has_words(c) || bar(c)).collect();
    if let Some(last) = columns.len().checked_sub(1).filter(|last| at_left[*last]) {
        let before: usize = columns[..last].iter().sum();
        columns[last] = columns[last].max(width.saturating_sub(name + before));
    }
    Widths { name, columns, heads, left: at_left }
}

/// The grid, with the curve above it if there is one.
fn sheet(model: &Model, shown: &Shown, area: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let mut grid = area;
    if !shown.sheet.curve.is_empty() {
        let height = CURVE.min(area.height / 2);
        if height >= 4 {
            let above = Rect { height, ..area };
            let at = shown.order.get(shown.at).copied().unwrap_or(0);
            let of = model.evaluate.curve_of.as_deref().unwrap_or("all labels");
            chart::render(above, buf, (of, &shown.sheet.curve), at, theme);
            grid = Rect { y: area.y + height, height: area.height - height, ..area };
        }
    }
    let widths = widths(model, shown, usize::from(grid.width));
    let first = first_column(&widths, shown.column, usize::from(grid.width));
    heads(model, shown, &widths, first, Rect { height: 1, ..grid }, buf);
    let body = Rect { y: grid.y + 1, height: grid.height.saturating_sub(1), ..grid };
    let rows = usize::from(body.height);
    let top = (shown.at + 1).saturating_sub(rows);
    for (y, (place, row)) in (body.top()..body.bottom()).zip(shown.order.iter().enumerate().skip(top)) {
        let line = Rect { y, height: 1, ..body };
        draw_row(model, shown, &widths, first, (place, *row), line, buf);
    }
    if shown.order.len() > rows {
        let bar = Rect { x: area.right(), width: 1, ..body };
        scroll_bar(bar, buf, top, shown.order.len(), theme);
    }
}

/// The first column in sight: the cursor's is among those that fit.
fn first_column(widths: &Widths, cursor: usize, width: usize) -> usize {
    let room = width.saturating_sub(widths.name);
    let mut first = 0;
    while first < cursor && widths.columns[first..=cursor].iter().sum::<usize>() > room {
        first += 1;
    }
    first
}

fn heads(model: &Model, shown: &Shown, widths: &Widths, first: usize, line: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let columns = theme.columns();
    let corner = columns.one_line(&shown.sheet.corner, widths.name as u16);
    buf.set_string(line.x, line.y, corner, theme.dim());
    if first > 0 {
        let sign = if theme.ascii() { "<" } else { "‹" };
        buf.set_string(line.x + widths.name as u16, line.y, sign, theme.accent());
    }
    let mut x = line.x + widths.name as u16;
    for (c, (head, width)) in widths.heads.iter().zip(&widths.columns).enumerate().skip(first) {
        if x + *width as u16 > line.right() {
            let sign = if theme.ascii() { ">" } else { "›" };
            buf.set_string(line.right().saturating_sub(1), line.y, sign, theme.accent());
            break;
        }
        let sorted = match shown.sort {
            Some((by, descending)) if by == c => match (descending, theme.ascii()) {
                (true, false) => "↓",
                (false, false) => "↑",
                (true, true) => "v",
                (false, true) => "^",
            },
            _ => "",
        };
        let style = if c == shown.column { theme.accent() } else { theme.dim() };
        let text = columns.one_line(head, (*width - 1 - sorted.len().min(1)) as u16);
        let left = widths.left[c];
        put(&format!("{text}{sorted}"), x, line.y, *width, left, style, model, buf);
        x += *width as u16;
    }
}

#[allow(clippy::too_many_arguments)]
fn put(text: &str, x: u16, y: u16, width: usize, left: bool, style: Style, model: &Model, buf: &mut Buffer) {
    let columns = model.theme.columns();
    let used = columns.line_width(text);
    let indent = if left { 1.min(width.saturating_sub(used)) } else { (width - 1).saturating_sub(used) };
    buf.set_stringn(x + indent as u16, y, text, width - indent, style);
}

fn draw_row(
    model: &Model,
    shown: &Shown,
    widths: &Widths,
    first: usize,
    (place, number): (usize, usize),
    line: Rect,
    buf: &mut Buffer,
) {
    let theme = &model.theme;
    let columns = theme.columns();
    let Some(row) = shown.sheet.rows.get(number) else { return };
    if row.is_heading() {
        buf.set_string(line.x, line.y, columns.one_line(&row.name, line.width), theme.title());
        return;
    }
    let colour = row.label.and_then(|_| {
        let id = model.labels.all().iter().find(|l| l.name == row.name)?.id;
        model.colours().into_iter().find(|(label, _)| *label == id).map(|(_, colour)| colour)
    });
    let style = colour.map_or_else(|| theme.text(), |colour| theme.label_text(colour));
    buf.set_string(line.x, line.y, columns.one_line(&row.name, widths.name as u16), style);
    if place == shown.at {
        buf.set_style(line, theme.selected());
    }
    let mut x = line.x + widths.name as u16;
    for (c, (cell, width)) in row.cells.iter().zip(&widths.columns).enumerate().skip(first) {
        let width = *width;
        if x + width as u16 > line.right() {
            break;
        }
        let left = widths.left[c];
        let style = style_of(&cell.content, model);
        if let Content::Bar { is, should } = cell.content {
            draw_bar(is, should, Rect { x: x + 1, width: (width - 1) as u16, ..line }, model, buf);
        } else {
            let text = columns.one_line(&cell.content.text(theme.ascii()), (width - 1) as u16);
            put(&text, x, line.y, width, left, style, model, buf);
        }
        if let Some(up) = shown.moved.get(&(number, c)) {
            let sign = match (up, theme.ascii()) {
                (true, false) => "▲",
                (false, false) => "▼",
                (true, true) => "^",
                (false, true) => "v",
            };
            buf.set_string(x + width as u16 - 1, line.y, sign, theme.accent());
        }
        if place == shown.at && c == shown.column {
            let from = if left { x + 1 } else { x };
            let cells = width as u16 - 1;
            buf.set_style(Rect { x: from, width: cells.min(line.right() - from), ..line }, theme.cursor());
        }
        x += width as u16;
    }
    // Why a label has no numbers, or not all: in words where there is room.
    if model.evaluate.view == View::Table && !row.pinned && !row.note.is_empty() {
        let room = line.right().saturating_sub(x + 1);
        match columns.line_width(&row.note) <= usize::from(room) {
            true => buf.set_string(x + 1, line.y, columns.one_line(&row.note, room), theme.dim()),
            false => buf.set_string(line.x + widths.name as u16, line.y, "*", theme.accent()),
        }
    }
}

fn style_of(content: &Content, model: &Model) -> Style {
    let theme = &model.theme;
    match content {
        Content::Count(0) | Content::Shaded(0, _) => theme.dim(),
        Content::Change(x) if *x >= 0.0005 => theme.good(),
        Content::Change(x) if *x <= -0.0005 => theme.warning(),
        _ => theme.text(),
    }
}

/// A bar as long as what is, with a mark where it should end.
fn draw_bar(is: f64, should: f64, area: Rect, model: &Model, buf: &mut Buffer) {
    let theme = &model.theme;
    if area.width < 4 {
        return;
    }
    let (block, mark) = if theme.ascii() { ("=", "|") } else { ("━", "┃") };
    let cells = |x: f64| (x.clamp(0.0, 1.0) * f64::from(area.width - 1)).round() as usize;
    buf.set_string(area.x, area.y, block.repeat(cells(is)), theme.text());
    buf.set_string(area.x + cells(should) as u16, area.y, mark, theme.accent());
}

/// On which terms was counted, and what is under way.
fn facts(model: &Model) -> Vec<Part> {
    let (theme, screen) = (&model.theme, &model.evaluate);
    let mut facts = Vec::new();
    if let Some(filled) = &screen.filling {
        facts.push(Part::styled(filling(filled.done, filled.total, "x"), theme.accent()));
    }
    if screen.is_counting() {
        facts.push(Part::styled(view::counting(model), theme.dim()));
    }
    facts.push(Part::styled(screen.terms.mode.as_str(), theme.accent()));
    facts.push(Part::new(format!("above {:.2}", model.settings.threshold)));
    facts.push(Part::new(format!("rules: {}", screen.terms.schema.as_str())));
    facts
}

/// How many rows there are.
fn state(model: &Model) -> Vec<Part> {
    let rows = model.evaluate.here().map(|shown| (shown.at + 1, shown.order.len()));
    rows.filter(|(_, all)| *all > 0).map(|(at, all)| Part::new(format!("{at}/{all}"))).into_iter().collect()
}
