//! The README tells the truth: its keys, its picture and its first command.
//!
//! `GLEANER_WRITE=1 cargo test --test readme` writes the picture and the keys anew.

mod pty;

use std::path::{Path, PathBuf};
use std::process::Command;

use pty::Start;

const PICTURE: &str = "data/annotate.svg";
const GLEANER: &str = env!("CARGO_BIN_EXE_gleaner");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn writing() -> bool {
    std::env::var_os("GLEANER_WRITE").is_some()
}

#[test]
fn the_keys_are_the_keymaps() {
    let run = Command::new(GLEANER).args(["keys", "--markdown", "--built-in"]).output().unwrap();
    let keys = String::from_utf8(run.stdout).unwrap();
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- keys -->\n", "<!-- /keys -->");
    let (before, rest) = readme.split_once(begin).unwrap();
    let (written, after) = rest.split_once(end).unwrap();
    if writing() {
        std::fs::write(&path, format!("{before}{begin}\n{}\n\n{end}{after}", keys.trim())).unwrap();
        return;
    }
    assert_eq!(written.trim(), keys.trim(), "run `GLEANER_WRITE=1 cargo test --test readme`");
}

/// The picture is what the program shows: drawn by its own terminal output, checked for the document and its labels.
#[test]
fn the_picture_is_the_real_screen() {
    let home = tempfile::tempdir().unwrap();
    let screen = Start::new(GLEANER)
        .args(["demo", "--as", "ada"])
        .env("HOME", home.path())
        .env("COLORTERM", "truecolor")
        .size(112, 30)
        .spawn();
    let mut screen = screen;
    screen.wait_for("suggestions ≥");
    for done in 1..=3 {
        screen.send("a");
        screen.wait("the suggestion is accepted", || screen_holds(&screen, done));
    }
    let drawn = screen.ask(svg);
    screen.send("q");
    let path = root().join(PICTURE);
    if writing() {
        std::fs::write(&path, drawn).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    for sign in ["Helmsgard", "Fjordmaster", "watch model", "organization", "ada"] {
        assert!(drawn.contains(sign) && kept.contains(sign), "{sign}: write the picture anew");
    }
}

/// True when the side pane lists so many accepted spans.
fn screen_holds(screen: &pty::Screen, spans: usize) -> bool {
    screen.contents().matches('●').count() == spans
}

#[test]
fn the_demo_command_opens_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    // The command of the README as CI gives it; the built program otherwise.
    let given = std::env::var("GLEANER_DEMO_COMMAND").ok();
    let command: Vec<String> = given
        .map_or_else(|| vec![GLEANER.into(), "demo".into()], |c| c.split_whitespace().map(str::to_owned).collect());
    let mut start = Start::new(PathBuf::from(&command[0])).args(&command[1..]).dir(root()).size(80, 24);
    for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"] {
        if let Some(value) = std::env::var_os(name) {
            start = start.env(name, value);
        }
    }
    let mut screen = start.env("XDG_STATE_HOME", home.path()).env("XDG_CONFIG_HOME", home.path()).spawn();
    screen.wait_for("Helmsgard");
    screen.wait_for("suggestions ≥0.50");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

/// The terminal as a picture: one text element a run of equal looks.
fn svg(screen: &vt100::Screen) -> String {
    const W: f32 = 8.4;
    const H: f32 = 18.0;
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (width, height) = (f32::from(columns) * W + 16.0, f32::from(rows) * H + 16.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"ui-monospace,Menlo,\
         Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#16181d\"/>\n"
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let Some(first) = screen.cell(row, column) else { break };
            let start = column;
            let mut text = String::new();
            while let Some(cell) = screen.cell(row, column).filter(|c| same_look(c, first)) {
                if !cell.is_wide_continuation() {
                    text.push_str(if cell.has_contents() { cell.contents() } else { " " });
                }
                column += 1;
            }
            let (x, y) = (8.0 + f32::from(start) * W, 8.0 + f32::from(row) * H);
            let cells = f32::from(column - start);
            let (mut fore, mut back) = (hex(first.fgcolor(), "#d5d8df"), hex(first.bgcolor(), "#16181d"));
            if first.inverse() {
                std::mem::swap(&mut fore, &mut back);
            }
            if back != "#16181d" {
                svg += &format!(
                    "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{H}\" fill=\"{back}\"/>\n",
                    cells * W
                );
            }
            if text.trim().is_empty() {
                continue;
            }
            let mut style = String::new();
            if first.bold() {
                style += " font-weight=\"bold\"";
            }
            if first.dim() {
                style += " opacity=\"0.6\"";
            }
            if first.underline() {
                style += " text-decoration=\"underline\"";
            }
            svg += &format!(
                "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"{fore}\" textLength=\"{:.1}\" xml:space=\"preserve\"{style}>{}</text>\n",
                y + 13.5,
                cells * W,
                text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
            );
        }
    }
    svg + "</svg>\n"
}

fn same_look(a: &vt100::Cell, b: &vt100::Cell) -> bool {
    a.fgcolor() == b.fgcolor()
        && a.bgcolor() == b.bgcolor()
        && a.bold() == b.bold()
        && a.dim() == b.dim()
        && a.underline() == b.underline()
        && a.inverse() == b.inverse()
}

fn hex(colour: vt100::Color, default: &str) -> String {
    const BASIC: [&str; 16] = [
        "#1b1d23", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#abb2bf", "#5c6370", "#e06c75",
        "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#ffffff",
    ];
    match colour {
        vt100::Color::Default => default.to_owned(),
        vt100::Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        vt100::Color::Idx(i @ 0..16) => BASIC[usize::from(i)].to_owned(),
        vt100::Color::Idx(i @ 16..232) => {
            let level = |n: u8| if n == 0 { 0u8 } else { 55 + 40 * n };
            let i = i - 16;
            format!("#{:02x}{:02x}{:02x}", level(i / 36), level(i / 6 % 6), level(i % 6))
        }
        vt100::Color::Idx(i) => {
            let grey = 8 + 10 * (i - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}
