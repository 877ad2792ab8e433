//! Giving the terminal back, whatever happens: on leaving, on suspending, and in a panic.

use std::panic::PanicHookInfo;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

use super::device::Device;
use super::{Sink, TermMsg};

/// Alternate screen, empty; no cursor until a frame asks for one; pastes are marked.
pub(super) const TAKE: &[u8] = b"\x1b[?1049h\x1b[0m\x1b[H\x1b[2J\x1b[?25l\x1b[?2004h";

/// Everything back, in an order that also leaves a terminal without an alternate screen clean.
pub(super) const GIVE: &[u8] =
    b"\x1b[?2026l\x1b[0m\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[H\x1b[2J\x1b[?25h\x1b[?1049l";

pub(super) const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
pub(super) const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// How long a terminal that takes no bytes may hold us when we leave it.
const PATIENCE: Duration = Duration::from_millis(300);

/// What a panic needs to know. Panics belong to the process, so this does too.
struct Taken {
    device: Arc<Device>,
    sink: Arc<Sink>,
    drawer: ThreadId,
}

static TAKEN: Mutex<Option<Taken>> = Mutex::new(None);

/// From now on a panic of this thread gives the terminal back first; one of another thread is only reported.
pub(super) fn guard(device: &Arc<Device>, sink: &Arc<Sink>) {
    static HOOK: Once = Once::new();
    let taken = Taken { device: Arc::clone(device), sink: Arc::clone(sink), drawer: std::thread::current().id() };
    *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(taken);
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !report(info) {
                before(info);
            }
        }));
    });
}

/// The terminal is given back or about to be; a panic needs no help from here on.
pub(super) fn unguard() {
    *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Gives the terminal back; says nothing if that fails, for there is nobody left to say it to.
pub(super) fn give_back(device: &Device) {
    let _ = device.write_within(GIVE, PATIENCE);
    let _ = device.restore();
}

/// True when the panic was passed on to the application, which still has the screen.
fn report(info: &PanicHookInfo<'_>) -> bool {
    let Ok(mut taken) = TAKEN.try_lock() else { return false };
    let Some(ours) = taken.as_ref() else { return false };
    if ours.drawer == std::thread::current().id() {
        ours.sink.left.store(true, std::sync::atomic::Ordering::SeqCst);
        give_back(&ours.device);
        *taken = None;
        return false;
    }
    let what = info.payload_as_str().unwrap_or("something that is not text");
    let place = info.location().map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
    ours.sink.send(TermMsg::Panicked(format!("{what}{place}")))
}
