//! From many steps that fail to few.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;
use std::time::{Duration, Instant};

use super::steps::Step;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs something that may panic; what it said comes back instead of going to the screen.
pub fn quietly<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                usual(panic);
            }
        }));
    });
    QUIET.set(true);
    let done = catch_unwind(AssertUnwindSafe(run));
    QUIET.set(false);
    done.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).to_owned())).unwrap_or_else(|| "it panicked".into())
    })
}

/// Drops steps, many at a time and then fewer, as long as what is left fails. Gives up after two minutes with what it has.
pub fn shortest(mut steps: Vec<Step>, mut failure: String, replay: impl Fn(&[Step])) -> (Vec<Step>, String) {
    let begin = Instant::now();
    let mut size = steps.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        while at < steps.len() {
            if begin.elapsed() > Duration::from_secs(120) {
                return (steps, failure);
            }
            let end = (at + size).min(steps.len());
            let fewer = [&steps[..at], &steps[end..]].concat();
            match quietly(|| replay(&fewer)) {
                Err(why) => (steps, failure) = (fewer, why),
                Ok(()) => at = end,
            }
        }
        if size == 1 {
            return (steps, failure);
        }
        size = size.div_ceil(2);
    }
}

#[test]
fn a_long_failure_shrinks_to_the_steps_it_needs() {
    let key = |c: char| Step::Key(gleaner::tui::key::Key::char(c));
    let steps: Vec<Step> = "abcdefghijkxlmnopyqrstz".chars().map(key).collect();
    let replay = |steps: &[Step]| {
        let text: String = steps.iter().map(Step::to_string).collect();
        assert!(!(text.contains('x') && text.contains('y')), "both are there");
    };
    let (left, why) = shortest(steps, "it failed".into(), replay);
    assert_eq!(left.iter().map(Step::to_string).collect::<String>(), "xy");
    assert_eq!(why, "both are there");
}
