//! The mouse, where it is wanted: what keys do too, from where things are on the screen.
//!
//! Off unless asked for, since a terminal that reports the mouse no longer selects text by itself.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::commands;
use super::effect::Effect;
use super::key::{Key, Named};
use super::model::{Model, Screen, Tone};
use super::overlay::{self, Overlay};
use super::screen::{annotate, documents, evaluate, project, review, search};
use super::update;

/// Rows that a notch of the wheel scrolls.
pub const NOTCH: isize = 3;

/// What was done with the left button or the wheel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// The button went down.
    Press,
    /// It moves while it is down.
    Drag,
    /// It went up.
    Release,
    /// The wheel turned: so many notches down, or up when negative.
    Wheel(isize),
}

/// Something done with the mouse, at a cell of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub gesture: Gesture,
    /// Where.
    pub at: Position,
}

impl Mouse {
    /// What a report of the terminal means; other buttons mean nothing.
    pub fn from_event(event: &MouseEvent) -> Option<Self> {
        let gesture = match event.kind {
            MouseEventKind::Down(MouseButton::Left) => Gesture::Press,
            MouseEventKind::Drag(MouseButton::Left) => Gesture::Drag,
            MouseEventKind::Up(MouseButton::Left) => Gesture::Release,
            MouseEventKind::ScrollDown => Gesture::Wheel(1),
            MouseEventKind::ScrollUp => Gesture::Wheel(-1),
            _ => return None,
        };
        Some(Self { gesture, at: Position::new(event.column, event.row) })
    }
}

/// Does what the mouse did.
pub fn act(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    if !model.mouse || model.too_small() {
        return Vec::new();
    }
    let mut effects = annotate::note_activity(model);
    if mouse.gesture == Gesture::Press {
        model.toast = None;
        model.pending_keys.clear();
    }
    effects.extend(match (model.overlays.last(), model.screen) {
        (Some(_), _) => over_overlay(model, mouse),
        (None, Screen::Documents) => documents::mouse(model, mouse),
        (None, Screen::Annotate) => annotate::mouse(model, mouse),
        (None, Screen::Review) => review::mouse(model, mouse),
        (None, Screen::Project) => project::mouse(model, mouse),
        (None, Screen::Evaluate) => evaluate::mouse(model, mouse),
        (None, Screen::Search) => search::mouse(model, mouse),
    });
    effects
}

/// What lies over the screen is for keys; the wheel is the arrows there.
fn over_overlay(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    let (command, key) = match mouse.gesture {
        Gesture::Wheel(by) if by > 0 => ("next_label", Named::Down),
        Gesture::Wheel(_) => ("previous_label", Named::Up),
        _ => return Vec::new(),
    };
    match model.overlays.last() {
        Some(Overlay::Labels(_)) => commands::find(command).map_or_else(Vec::new, |id| update::run(model, id)),
        Some(Overlay::Help(_) | Overlay::LabelPicker(_) | Overlay::Palette(_)) => {
            overlay::press(model, Key::named(key))
        }
        _ => Vec::new(),
    }
}

/// Mouse reports on or off.
pub fn toggle_mouse(model: &mut Model) -> Vec<Effect> {
    model.mouse = !model.mouse;
    model.drag = None;
    model.say(
        Tone::Info,
        if model.mouse {
            "mouse on: hold Shift to select text as the terminal does"
        } else {
            "mouse off: it selects text as the terminal does"
        },
    );
    vec![Effect::Mouse(model.mouse)]
}
