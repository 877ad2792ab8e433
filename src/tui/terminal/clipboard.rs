//! The clipboard of the terminal somebody sits at, also over SSH: OSC 52.
//!
//! Whatever the text holds, only base64 of it is sent. tmux takes the sequence when its `set-clipboard` is on, and hands
//! a wrapped one through when its `allow-passthrough` is; within tmux both are sent, and neither does harm.

/// Bytes of text that are copied at most: in base64 they stay below the 100,000 that terminals take.
pub const COPY_MOST: usize = 74_000;

/// The bytes that put `text` into the clipboard.
pub(super) fn sequence(text: &str, tmux: bool) -> Vec<u8> {
    let plain = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
    match tmux {
        true => format!("\x1bPtmux;{}\x1b\\{plain}", plain.replace('\x1b', "\x1b\x1b")).into_bytes(),
        false => plain.into_bytes(),
    }
}

/// Base64 with padding (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
        assert_eq!(base64("é\u{1b}]52;c;!\u{7}".as_bytes()), "w6kbXTUyO2M7IQc=");
    }

    #[test]
    fn nothing_but_the_sequence_is_sent_and_tmux_gets_it_wrapped_too() {
        assert_eq!(sequence("Ada", false), b"\x1b]52;c;QWRh\x07");
        assert_eq!(sequence("Ada", true), b"\x1bPtmux;\x1b\x1b]52;c;QWRh\x07\x1b\\\x1b]52;c;QWRh\x07");
        assert!(sequence(&"x".repeat(COPY_MOST), false).len() < 100_000);
    }
}
