//! Active time: seconds between keys, with a break when nobody has pressed one for a minute.

use std::time::Duration;

/// A pause longer than this is not work.
pub const IDLE_AFTER: Duration = Duration::from_secs(60);

/// Collects active time of the open document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActiveTime {
    last_key: Option<Duration>,
    collected: Duration,
}

impl ActiveTime {
    /// A key was pressed at `now` (any clock that only goes forward).
    pub fn key(&mut self, now: Duration) {
        if let Some(last) = self.last_key {
            let gap = now.saturating_sub(last);
            if gap <= IDLE_AFTER {
                self.collected += gap;
            }
        }
        self.last_key = Some(now);
    }

    /// Whole seconds collected and not yet taken; what is left over counts towards the next.
    pub fn take_seconds(&mut self) -> u64 {
        let seconds = self.collected.as_secs();
        self.collected -= Duration::from_secs(seconds);
        seconds
    }

    /// Whole seconds waiting to be taken.
    pub fn waiting(&self) -> u64 {
        self.collected.as_secs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coffee_break_is_not_work() {
        let mut time = ActiveTime::default();
        for second in [0, 10, 20, 200, 205] {
            time.key(Duration::from_secs(second));
        }
        assert_eq!(time.take_seconds(), 25);
        assert_eq!(time.take_seconds(), 0);
    }
}
