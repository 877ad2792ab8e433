//! Searches that take longer than a key may, and projects that cannot be written.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::*;
use gleaner::store::Project;
use gleaner::tui::app::App;
use gleaner::tui::keymap::Keymap;
use gleaner::tui::model::{Model, Screen};
use gleaner::tui::msg::Msg;
use gleaner::tui::runner::StoreRunner;
use gleaner::tui::suggester::Answer;

/// A program without a model, on a project of its own.
struct Program {
    app: App<StoreRunner>,
    answers: Receiver<Answer>,
}

impl Program {
    fn on(project: Project, patience: Option<Duration>) -> Self {
        let (send, answers) = channel();
        let mut runner = StoreRunner::new(project, desk::ME.into(), None, move |answer| send.send(answer).is_ok());
        if let Some(patience) = patience {
            runner.read_beside(patience).unwrap();
        }
        let mut start = runner.start().unwrap();
        start.keymap = Keymap::embedded();
        let first = runner.first();
        let mut app = App { model: Model::new(start), runner };
        app.feed(Msg::Resize(100, 24));
        first.into_iter().for_each(|msg| drop(app.feed(msg)));
        Self { app, answers }
    }

    fn keys(&mut self, keys: &str) {
        for word in keys.split_whitespace() {
            match word.strip_prefix('"').and_then(|w| w.strip_suffix('"')) {
                Some(text) => text.chars().for_each(|c| drop(self.app.feed(Msg::Key(gleaner::tui::key::Key::char(c))))),
                None => drop(self.app.feed(Msg::Key(word.parse().unwrap()))),
            }
        }
    }

    /// Takes what was found beside the loop, until nothing is looked for.
    fn wait(&mut self) {
        while self.app.model.searching {
            let answer = self.answers.recv_timeout(Duration::from_secs(20)).expect("the reader answers");
            let msg = self.app.runner.take_answer(answer);
            self.app.feed(msg);
        }
    }

    fn listed(&self) -> String {
        self.app.model.documents.rows.iter().map(|row| row.external_id.clone().unwrap()).collect()
    }

    fn screen(&self) -> String {
        let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(100, 24)).unwrap();
        terminal.draw(|frame| gleaner::tui::view::view(&self.app.model, frame)).unwrap();
        let buffer = terminal.backend().buffer();
        (0..24).map(|y| (0..100).map(|x| buffer[(x, y)].symbol()).collect::<String>() + "\n").collect()
    }
}

fn three() -> Desk {
    Setup::default()
        .labels(&LABELS)
        .document("a", "Ada wrote")
        .document("b", "Byron did not")
        .document("c", "Cesar wrote")
        .sit_down()
}

/// More than a search without patience can look at.
fn many() -> Desk {
    let mut setup = Setup::default().labels(&LABELS);
    for n in 0..3000 {
        setup = setup.document(&format!("d{n} "), &format!("text {n} {}", if n % 1000 == 999 { "needle" } else { "" }));
    }
    setup.sit_down()
}

#[test]
fn a_long_search_goes_on_beside_the_loop() {
    let desk = many();
    let mut program = Program::on(desk.project(), Some(Duration::ZERO));
    program.wait();
    program.keys("g l");
    program.wait();
    program.keys("/ \"needle\" Enter");
    assert!(program.app.model.searching);
    assert!(program.screen().contains("searching… Esc stops"), "{}", program.screen());
    // The keys work meanwhile; a newer search takes the place of the older one.
    program.keys("/ \"2\" Enter");
    program.wait();
    assert_eq!(program.listed(), "", "no text contains needle2");
    program.keys("Esc");
    program.wait();
    program.keys("/ \"needle\" Enter");
    program.wait();
    assert_eq!(program.listed(), "d999 d1999 d2999 ");
    program.keys("Enter");
    program.wait();
    program.keys("]");
    program.wait();
    assert_eq!(program.app.model.open.as_ref().unwrap().external_id.as_deref(), Some("d1999 "));
}

#[test]
fn what_is_found_beside_the_loop_takes_no_document_from_under_what_is_typed() {
    let desk = many();
    let mut program = Program::on(desk.project(), Some(Duration::ZERO));
    program.wait();
    program.keys("M \"first_words\" Enter g l");
    program.wait();
    program.keys("/ \"needle\" Enter");
    program.wait();
    program.keys("Enter ] M \"of_this_one\"");
    program.wait();
    assert!(program.screen().contains("of_this_one"), "{}", program.screen());
    program.keys("Enter");
    let open = program.app.model.open.as_ref().unwrap();
    assert_eq!(open.external_id.as_deref(), Some("d999 "));
    assert_eq!(desk.project().notes(open.annotation.document, desk::ME).unwrap()[0].note.text, "of_this_one");
}

#[test]
fn esc_stops_a_search_and_shows_everything_again() {
    let desk = many();
    let mut program = Program::on(desk.project(), Some(Duration::ZERO));
    program.wait();
    program.keys("g l");
    program.wait();
    program.keys("/ \"nowhere\" Enter Esc");
    program.wait();
    assert!(!program.app.model.documents.query.is_filtered());
    assert!(program.listed().starts_with("d0 d1 "), "{}", program.listed());
}

#[test]
fn a_project_that_cannot_be_written_is_for_reading() {
    let desk = three();
    // A connection that only reads stands for a file that can only be read.
    let project = desk.project().reader().unwrap();
    assert!(project.is_read_only());
    let mut program = Program::on(project, None);
    assert!(program.screen().contains("READ ONLY"), "{}", program.screen());
    program.keys("1");
    assert!(program.screen().contains("cannot be written"), "{}", program.screen());
    assert!(program.app.model.open.as_ref().unwrap().annotation.response.spans.is_empty());
    for keys in ["Enter", "m \"note\" Enter", "!", "u"] {
        program.app.model.toast = None;
        program.keys(keys);
        assert!(program.screen().contains("cannot be written"), "{keys}: {}", program.screen());
    }
    // Reading goes on, and nothing is complained of that nobody asked for.
    program.app.model.toast = None;
    program.keys("] g l / \"wrote\" Enter");
    assert_eq!((program.listed().as_str(), program.app.model.screen), ("ac", Screen::Documents));
    assert!(!program.screen().contains("cannot be written"), "{}", program.screen());
    assert_eq!(desk.project().counts(desk::ME).unwrap().pending, 3);
}
