//! Every screen and overlay at 80×24 and 120×40, with colour and without, as text and as a second grid of style letters.

#![allow(clippy::unwrap_used)]

mod keyboard;

use std::collections::BTreeMap;
use std::fmt::Write;

use gleaner::tui::msg::Msg;
use gleaner::tui::theme::{ColourDepth, Theme};
use gleaner::tui::view::view;
use keyboard::Session;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::style::{Color, Modifier};

const FIRST: &str = "#[The|] <work Omega <?work .71 Speedmaster> Professional> went to the Moon with <?person .93 Buzz \
     Aldrin> in 1969.\nIn <place Biel> the works of the <?work .58 calibre 321> were made until 1968; a 精工 watch, \
     é👍 and a tab\there, \u{1b}[31m too.";

fn session() -> Session {
    let long = "A long document about watches. ".repeat(60);
    let mut session =
        Session::of(&[FIRST, "Rolex, founded in <?place .88 London>.", "A Seiko from <?place .61 Tokyo>.", "", &long]);
    session.app.model.settings.nested = true;
    session.keys("K R g g");
    session
}

/// The screen as text, then the styles: one letter a cell, explained below.
fn shown(session: &Session, size: (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    terminal.draw(|frame| view(&session.app.model, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let mut out = String::new();
    for y in 0..size.1 {
        let mut line = String::new();
        let mut x = 0;
        while x < size.0 {
            let cell = &buffer[(x, y)];
            line.push_str(cell.symbol());
            x += cell.cell_width().max(1);
        }
        writeln!(out, "{}", line.trim_end()).unwrap();
    }
    styles(buffer, &mut out);
    out
}

fn styles(buffer: &Buffer, out: &mut String) {
    let mut letters: BTreeMap<String, char> = BTreeMap::new();
    let mut grid = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let mut name = String::new();
            for (is, what) in [(cell.fg, "on"), (cell.bg, "over")] {
                match is {
                    Color::Reset => {}
                    Color::Indexed(n) => write!(name, " {what} {n}").unwrap(),
                    other => write!(name, " {what} {other:?}").unwrap(),
                }
            }
            if !cell.modifier.is_empty() {
                write!(name, " {:?}", cell.modifier & !Modifier::empty()).unwrap();
            }
            if name.is_empty() {
                line.push('.');
                continue;
            }
            let next = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[letters.len()] as char;
            line.push(*letters.entry(name).or_insert(next));
        }
        writeln!(grid, "{}", line.trim_end_matches('.')).unwrap();
    }
    writeln!(out, "---- styles").unwrap();
    out.push_str(&grid);
    let mut legend: Vec<(char, String)> = letters.into_iter().map(|(name, letter)| (letter, name)).collect();
    legend.sort_unstable();
    for (letter, name) in legend {
        writeln!(out, "{letter} ={}", name.replace("on ", "fg ").replace("over ", "bg ")).unwrap();
    }
}

/// Draws what `keys` lead to, in both sizes, with 256 colours and none.
fn screen(name: &str, keys: impl Fn(&mut Session)) {
    for (columns, rows) in [(80, 24), (120, 40)] {
        for (depth, colours) in [(ColourDepth::Indexed, "256"), (ColourDepth::Mono, "mono")] {
            let mut session = session();
            session.app.model.theme = Theme { depth, ..Theme::default() };
            session.app.feed(Msg::Resize(columns, rows));
            keys(&mut session);
            let shown = shown(&session, (columns, rows));
            assert!(!shown.contains('\u{1b}'), "control characters are never drawn");
            insta::assert_snapshot!(format!("{name}_{columns}x{rows}_{colours}"), shown);
        }
    }
}

#[test]
fn annotate() {
    screen("annotate", |_| {});
}

#[test]
fn annotate_on_a_suggestion() {
    screen("annotate_on_a_suggestion", |s| {
        s.keys("Tab Tab");
    });
}

#[test]
fn annotate_extending_and_a_refusal() {
    screen("annotate_extending", |s| {
        s.keys("v l l");
    });
    screen("annotate_refusal", |s| {
        s.keys("9");
    });
}

#[test]
fn annotate_while_the_model_is_at_work() {
    screen("annotate_suggesting", |s| {
        s.app.runner.silent = true;
        s.keys("J");
    });
}

#[test]
fn annotate_an_empty_document() {
    screen("annotate_empty", |s| {
        s.keys("J J J");
    });
}

#[test]
fn annotate_a_long_document() {
    screen("annotate_long", |s| {
        s.keys("J J J J C-d C-d");
    });
}

#[test]
fn documents() {
    screen("documents", |s| {
        s.keys("Enter Esc Esc j");
    });
    screen("documents_filtered", |s| {
        s.keys("Esc Esc f f f f f /").type_text("nothing").keys("Enter");
    });
}

#[test]
fn help() {
    screen("help_annotate", |s| {
        s.keys("?");
    });
    screen("help_documents", |s| {
        s.keys("Esc Esc ?");
    });
}

#[test]
fn overlays() {
    screen("label_picker", |s| {
        s.keys("t p");
    });
    screen("labels", |s| {
        s.keys("e j");
    });
    screen("prompt", |s| {
        s.keys("e r").type_text("!").keys("C-u Enter");
    });
    screen("confirm", |s| {
        s.keys("A");
    });
    screen("confirm_archive", |s| {
        s.keys("e j D");
    });
    screen("palette", |s| {
        s.keys(":").type_text("acc");
    });
    screen("which_key", |s| {
        s.keys("Space");
    });
}

#[test]
fn too_small() {
    let mut session = session();
    session.app.feed(Msg::Resize(59, 14));
    insta::assert_snapshot!("too_small", shown(&session, (59, 14)));
    session.keys("1 a ?");
    assert!(session.app.model.overlays.is_empty(), "nothing is done blindly");
    session.app.feed(Msg::Resize(60, 15));
    insta::assert_snapshot!("smallest", shown(&session, (60, 15)));
}
