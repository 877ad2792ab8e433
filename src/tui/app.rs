//! The loop: take what has come, change the model, do what that asks for, draw if something shown has changed.
//!
//! A key is drawn at once, after the input that is already there; frames are at least [`FRAME`] apart; when nothing
//! happens nothing is sent. An edit is in the store before the frame that shows it: effects run, and their answers are
//! taken in, before the next message is looked at.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::Context;

use super::effect::{Effect, Runner};
use super::key::Key;
use super::keymap::Keymap;
use super::model::Model;
use super::mouse::Mouse;
use super::msg::Msg;
use super::runner::StoreRunner;
use super::suggester::{Answer, Suggester};
use super::terminal::{Drawn, Signal, TermMsg, Terminal, TerminalOptions};
use super::theme::{AUTO, Theme, Themes, Underlines};
use super::{commands, update::update, view::view};
use crate::store::Project;

/// Frames are at least this far apart.
const FRAME: Duration = Duration::from_millis(8);
/// How often another process is looked for.
const POLL: Duration = Duration::from_secs(1);
/// Messages taken in before a frame at most.
const BATCH: usize = 256;

/// A model with the runner that acts for it; what tests drive and the loop below wraps.
pub struct App<R> {
    /// What is known.
    pub model: Model,
    /// Who acts.
    pub runner: R,
}

impl<R: Runner> App<R> {
    /// Takes in one message and everything that follows from it. Effects for the terminal come back.
    pub fn feed(&mut self, msg: Msg) -> Vec<Effect> {
        let mut for_terminal = Vec::new();
        let mut queue = VecDeque::from([msg]);
        while let Some(msg) = queue.pop_front() {
            for effect in update(&mut self.model, msg) {
                match effect {
                    Effect::Redraw | Effect::Suspend | Effect::Mouse(_) => for_terminal.push(effect),
                    effect => queue.extend(self.runner.run(effect)),
                }
            }
        }
        for_terminal
    }
}

/// How the terminal program is to look and behave.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which keys do what.
    pub keymap: Keymap,
    /// Colours and glyphs.
    pub theme: Theme,
    /// Which theme, until the person chooses one in this project.
    pub theme_name: String,
    /// The themes to choose from.
    pub themes: Themes,
    /// The terminal's background as far as it is known without asking.
    pub background: Option<(u8, u8, u8)>,
    /// What to ask of the terminal.
    pub terminal: TerminalOptions,
    /// The threshold of suggestions, until the person moves it in this project.
    pub threshold: Option<f32>,
}

/// What comes in from outside.
enum Event {
    Term(TermMsg),
    Answer(Box<Answer>),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The person quit.
    Quit,
    /// The system, or somebody, asked the process to end.
    Asked(Signal),
}

/// Opens the terminal on a project, until the person quits or the process is asked to end.
///
/// # Errors
/// When there is no terminal, the store cannot be read, or a thread panicked; the terminal is as it was before then.
pub fn run(
    project: Project,
    annotator: String,
    suggester: Option<Box<dyn Suggester>>,
    options: Options,
) -> anyhow::Result<End> {
    let began = Instant::now();
    let (send, events) = channel();
    let answers = send.clone();
    let mut runner = StoreRunner::new(project, annotator, suggester, move |answer| {
        answers.send(Event::Answer(Box::new(answer))).is_ok()
    });
    let mut start = runner.start().context("the project cannot be read")?;
    if let (Some(threshold), false) = (options.threshold, start.chosen) {
        start.settings.threshold = threshold;
    }
    start.keymap = options.keymap;
    start.theme = options.theme;
    start.themes = options.themes;
    start.background = options.background;
    // One that was chosen here may have gone or been broken since.
    if start.themes.find(&start.theme_name, None).is_err() {
        start.theme_name = options.theme_name;
    }
    start.mouse = options.terminal.mouse;
    let ask_background = options.terminal.ask_background && start.theme_name == AUTO;
    let dotted = start.theme.underlines == Underlines::Dotted;
    let mut terminal = Terminal::enter(TerminalOptions { dotted, ask_background, ..options.terminal }, move |msg| {
        send.send(Event::Term(msg)).is_ok()
    })?;
    let first = runner.first();
    let mut app = App { model: Model::new(start), runner };
    let (columns, rows) = terminal.size();
    app.feed(Msg::Resize(columns, rows));
    for msg in first {
        app.feed(msg);
    }
    let ended = turn(&mut app, &mut terminal, &events, began);
    terminal.leave();
    ended
}

/// Turns until the model says it is over.
fn turn(
    app: &mut App<StoreRunner>,
    terminal: &mut Terminal,
    events: &Receiver<Event>,
    began: Instant,
) -> anyhow::Result<End> {
    let mut end = End::Quit;
    let mut drawn = None::<Instant>;
    let mut busy = false;
    let mut polled = Instant::now();
    loop {
        if app.model.dirty && !busy && drawn.is_none_or(|at| at.elapsed() >= FRAME) {
            match terminal.draw(|frame| view(&app.model, frame)).context("the terminal does not take output")? {
                Drawn::Sent => app.model.dirty = false,
                Drawn::Busy => busy = true,
            }
            drawn = Some(Instant::now());
        }
        let batch = match events.recv_timeout(pause(&app.model, began, drawn, busy, polled)) {
            Ok(first) => std::iter::once(first).chain(events.try_iter()).take(BATCH).collect(),
            Err(RecvTimeoutError::Timeout) => Vec::new(),
            Err(RecvTimeoutError::Disconnected) => return Ok(end),
        };
        app.feed(Msg::Tick(began.elapsed()));
        for event in batch {
            let effects = match event {
                Event::Answer(answer) => {
                    let msg = app.runner.take_answer(*answer);
                    app.feed(msg)
                }
                Event::Term(TermMsg::Drained) => {
                    busy = false;
                    Vec::new()
                }
                Event::Term(TermMsg::Panicked(what)) => {
                    app.feed(Msg::Stop);
                    anyhow::bail!("a part of gleaner failed; your edits are saved: {what}");
                }
                Event::Term(TermMsg::Signal(Signal::Continue)) => {
                    terminal.resume()?;
                    app.feed(Msg::Resumed)
                }
                Event::Term(TermMsg::Signal(signal @ (Signal::Interrupt | Signal::Terminate | Signal::Hangup))) => {
                    end = End::Asked(signal);
                    app.feed(Msg::Stop)
                }
                Event::Term(msg) => messages(msg).into_iter().flat_map(|msg| app.feed(msg)).collect(),
            };
            for effect in effects {
                match effect {
                    Effect::Redraw => terminal.redraw(),
                    Effect::Mouse(on) => terminal.mouse(on),
                    Effect::Suspend => {
                        terminal.suspend()?;
                        let (columns, rows) = terminal.size();
                        app.feed(Msg::Resize(columns, rows));
                    }
                    _ => {}
                }
                app.model.dirty = true;
            }
            if app.model.quit {
                return Ok(end);
            }
        }
        if polled.elapsed() >= POLL {
            polled = Instant::now();
            if let Some(msg) = app.runner.poll() {
                app.feed(msg);
            }
        }
    }
}

/// How long to wait for the next event.
fn pause(model: &Model, began: Instant, drawn: Option<Instant>, busy: bool, polled: Instant) -> Duration {
    let mut pause = POLL.saturating_sub(polled.elapsed());
    if let Some(tick) = model.next_tick() {
        pause = pause.min(tick.saturating_sub(began.elapsed()));
    }
    if model.dirty && !busy {
        pause = pause.min(drawn.map_or(Duration::ZERO, |at| FRAME.saturating_sub(at.elapsed())));
    }
    pause
}

/// What the terminal says, as the model understands it.
fn messages(msg: TermMsg) -> Vec<Msg> {
    match msg {
        TermMsg::Key(event) => Key::from_event(&event).into_iter().map(Msg::Key).collect(),
        TermMsg::Paste(text) => vec![Msg::Paste(text)],
        TermMsg::Resize(columns, rows) => vec![Msg::Resize(columns, rows)],
        TermMsg::Signal(Signal::Suspend) => commands::find("suspend").map(Msg::Command).into_iter().collect(),
        TermMsg::Mouse(event) => Mouse::from_event(&event).into_iter().map(Msg::Mouse).collect(),
        TermMsg::Background(r, g, b) => vec![Msg::Background(r, g, b)],
        TermMsg::Drained | TermMsg::Panicked(_) => Vec::new(),
        // The loop itself looks at the other signals.
        TermMsg::Signal(_) => Vec::new(),
    }
}
