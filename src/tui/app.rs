//! The loop: take what has come, change the model, do what that asks for, draw if something shown has changed.
//!
//! A key is drawn at once, after the input that is already there; frames are at least [`FRAME`] apart; when nothing
//! happens nothing is sent. An edit is in the store before the frame that shows it: effects run, and their answers are
//! taken in, before the next message is looked at.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::Context;

use super::effect::{Effect, Runner};
use super::key::Key;
use super::keymap::Keymap;
use super::model::{Model, Tone};
use super::mouse::Mouse;
use super::msg::Msg;
use super::runner::StoreRunner;
use super::suggester::{Answer, Suggester};
use super::terminal::{Drawn, Signal, TermMsg, Terminal, TerminalOptions};
use super::theme::{AUTO, Theme, Themes, Underlines};
use super::tour::Tour;
use super::{commands, editor, fault, update::update, view::view};
use crate::store::Project;

/// Frames are at least this far apart.
const FRAME: Duration = Duration::from_millis(8);
/// How often another process is looked for.
const POLL: Duration = Duration::from_secs(1);
/// How long a key may wait for the store to find something; beyond that it is looked for beside the loop.
const PATIENCE: Duration = Duration::from_millis(5);
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
        fault::point("update");
        let mut for_terminal = Vec::new();
        let mut queue = VecDeque::from([msg]);
        while let Some(msg) = queue.pop_front() {
            log_failure(&msg);
            for effect in update(&mut self.model, msg) {
                match effect {
                    Effect::Redraw
                    | Effect::Suspend
                    | Effect::EditGuidelines(_)
                    | Effect::Copy(_)
                    | Effect::Mouse(_) => for_terminal.push(effect),
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
    /// A tour to begin with, or to offer.
    pub tour: Option<Tour>,
    /// The threshold of suggestions, until the person moves it in this project.
    pub threshold: Option<f32>,
    /// That threshold was asked for now: it holds even if the person has moved it in this project before.
    pub threshold_now: bool,
    /// Things to say first, after what the store has to say.
    pub notices: Vec<String>,
}

/// What failed is in the log too: the screen says it for a few seconds only.
fn log_failure(msg: &Msg) {
    match msg {
        Msg::Refused(reason) => log::error!("an edit was not saved: {reason}"),
        Msg::Stale(reason) => log::warn!("an edit came too late: {reason}"),
        Msg::Trouble(reason) => log::error!("{reason}"),
        Msg::SuggestFailed { reason, .. } => log::error!("no suggestions: {reason}"),
        _ => {}
    }
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
    runner.read_beside(PATIENCE).context("the project cannot be read")?;
    let mut start = runner.start().context("the project cannot be read")?;
    if let Some(threshold) = options.threshold.filter(|_| options.threshold_now || !start.chosen) {
        start.settings.threshold = threshold;
    }
    start.notices.extend(options.notices);
    start.keymap = options.keymap;
    start.theme = options.theme;
    start.tour = options.tour;
    start.themes = options.themes;
    start.background = options.background;
    // One that was chosen here may have gone or been broken since.
    if start.themes.find(&start.theme_name, None).is_err() {
        start.theme_name = options.theme_name;
    }
    start.mouse = options.terminal.mouse;
    let terminal_options = TerminalOptions {
        ascii: start.theme.ascii(),
        dotted: start.theme.underlines == Underlines::Dotted,
        ask_background: options.terminal.ask_background && start.theme_name == AUTO,
        ..options.terminal
    };
    let mut terminal = Terminal::enter(terminal_options, move |msg| send.send(Event::Term(msg)).is_ok())?;
    // What a panic leaves behind is dropped unseen; the hook has given the terminal back and said what happened.
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let first = runner.first();
        let mut app = App { model: Model::new(start), runner };
        let (columns, rows) = terminal.size();
        app.feed(Msg::Resize(columns, rows));
        for msg in first {
            app.feed(msg);
        }
        turn(&mut app, &mut terminal, &events, began)
    }));
    terminal.leave();
    ended.unwrap_or_else(|_| Err(failed("see above")))
}

/// The error for a panic.
fn failed(what: &str) -> anyhow::Error {
    anyhow::anyhow!("a part of gleaner failed; your edits are saved, and the next start goes on from there: {what}")
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
    // What came while the person's editor had the screen.
    let mut kept: Vec<Event> = Vec::new();
    loop {
        if app.model.dirty && !busy && drawn.is_none_or(|at| at.elapsed() >= FRAME) {
            // What is drawn is laid out for this size; the next one may be there already, and its message on the way.
            let size = terminal.size();
            if size != app.model.size {
                app.feed(Msg::Resize(size.0, size.1));
            }
            fault::point("view");
            match terminal.draw(size, |frame| view(&app.model, frame)).context("the terminal does not take output")? {
                Drawn::Sent => app.model.dirty = false,
                Drawn::Busy => busy = true,
            }
            drawn = Some(Instant::now());
        }
        let batch = if kept.is_empty() {
            match events.recv_timeout(pause(&app.model, began, drawn, busy, polled)) {
                Ok(first) => std::iter::once(first).chain(events.try_iter()).take(BATCH).collect(),
                Err(RecvTimeoutError::Timeout) => Vec::new(),
                Err(RecvTimeoutError::Disconnected) => return Ok(end),
            }
        } else {
            std::mem::take(&mut kept)
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
                    return Err(failed(&what));
                }
                Event::Term(TermMsg::Signal(Signal::Continue)) => {
                    terminal.resume()?;
                    app.feed(Msg::Resumed)
                }
                Event::Term(TermMsg::Signal(signal @ (Signal::Interrupt | Signal::Terminate | Signal::Hangup))) => {
                    end = End::Asked(signal);
                    app.feed(Msg::Stop)
                }
                Event::Term(TermMsg::Resize(columns, rows)) => {
                    // Drawn whole even when the size is the old one: in between (tmux tries sizes) it was another, and
                    // what did not fit then is gone from the screen.
                    terminal.redraw();
                    app.feed(Msg::Resize(columns, rows))
                }
                Event::Term(msg) => messages(msg).into_iter().flat_map(|msg| app.feed(msg)).collect(),
            };
            for effect in effects {
                match effect {
                    Effect::Redraw => terminal.redraw(),
                    Effect::Suspend if !terminal.can_suspend() => {
                        app.model
                            .say(Tone::Refusal, "no shell has started gleaner here: there is nothing to go back to");
                    }
                    Effect::Copy(text) => terminal.copy(&text),
                    Effect::Mouse(on) => terminal.mouse(on),
                    Effect::Suspend => {
                        terminal.suspend()?;
                        let (columns, rows) = terminal.size();
                        app.feed(Msg::Resize(columns, rows));
                    }
                    Effect::EditGuidelines(text) => kept.extend(edit_guidelines(app, terminal, events, began, &text)?),
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

/// Gives the screen to the person's editor. What it brings is committed before its file goes. What came meanwhile and was
/// not for the editor comes back.
fn edit_guidelines(
    app: &mut App<StoreRunner>,
    terminal: &mut Terminal,
    events: &Receiver<Event>,
    began: Instant,
    text: &str,
) -> anyhow::Result<Vec<Event>> {
    terminal.release();
    let edited = editor::edit(text);
    terminal.retake()?;
    let kept = events.try_iter().filter(|event| !was_for_the_editor(event)).collect();
    app.feed(Msg::Tick(began.elapsed()));
    let (columns, rows) = terminal.size();
    app.feed(Msg::Resize(columns, rows));
    match edited {
        Ok(None) => app.model.say(Tone::Info, "the guidelines are as they were"),
        Ok(Some(edited)) => {
            app.feed(Msg::GuidelinesEdited(edited.text.clone()));
            if app.model.card.guidelines == edited.text {
                editor::forget(&edited.file);
            } else {
                // The place first: the line may be cut at its end.
                let why = app.model.toast.take().map_or_else(String::new, |toast| format!(": {}", toast.text));
                app.model.say(Tone::Error, format!("your text is in {}{why}", edited.file.display()));
            }
        }
        Err(reason) => app.model.say(Tone::Error, reason),
    }
    Ok(kept)
}

/// What was typed at the editor, and the signals that were its own.
fn was_for_the_editor(event: &Event) -> bool {
    use Signal::{Continue, Interrupt, Suspend};
    match event {
        Event::Answer(_) => false,
        Event::Term(TermMsg::Key(_) | TermMsg::Paste(_) | TermMsg::Mouse(_) | TermMsg::Resize(..)) => true,
        Event::Term(TermMsg::Signal(signal)) => matches!(signal, Continue | Interrupt | Suspend),
        Event::Term(_) => false,
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
        TermMsg::Signal(Signal::Suspend) => commands::find("suspend").map(Msg::Command).into_iter().collect(),
        TermMsg::Mouse(event) => Mouse::from_event(&event).into_iter().map(Msg::Mouse).collect(),
        TermMsg::Background(r, g, b) => vec![Msg::Background(r, g, b)],
        // The loop itself looks at these, and at the other signals.
        TermMsg::Resize(..) | TermMsg::Drained | TermMsg::Panicked(_) | TermMsg::Signal(_) => Vec::new(),
    }
}
