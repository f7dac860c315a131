//! A QR code in characters: two modules a character, one above the other (ISO/IEC 18004).
//!
//! *Light* modules are painted and dark ones left out, quiet zone included. On a terminal with a dark
//! background that is right as it is; with colours the characters are white on black whatever the theme, which
//! is right everywhere. The colours are from the fixed part of the 256 (16 and 231): a theme may change the
//! first sixteen.

use qrcode::{Color, EcLevel, QrCode};

/// What the standard asks to be left blank on each side, in modules.
const QUIET: usize = 4;

const WHITE_ON_BLACK: &str = "\x1b[38;5;231;48;5;16m";
const RESET: &str = "\x1b[0m";

/// The most bytes that fit into the largest code at the lowest level of error correction.
const MOST_BYTES: usize = 2953;

/// A drawn code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// Lines, each with its line ending.
    pub(crate) text: String,
    /// How many columns of a terminal it takes.
    pub(crate) columns: usize,
}

/// The text does not fit into any QR code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TooLong {
    pub(crate) bytes: usize,
}

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the link has {} bytes, and a QR code holds about {MOST_BYTES}", self.bytes)
    }
}

/// Draws `text`. Error correction is at its lowest, which gives the smallest code: a screen has no stains.
pub(crate) fn draw(text: &str, colour: bool) -> Result<Drawing, TooLong> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::L).map_err(|_| TooLong { bytes: text.len() })?;
    let width = code.width();
    let modules = code.into_colors();
    // Everything outside the code is light, the half line below an odd number of rows too.
    let light = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < width);
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => modules.get(y * width + x) != Some(&Color::Dark),
            _ => true,
        }
    };
    let columns = width + 2 * QUIET;
    let mut drawn = String::new();
    for y in (0..columns).step_by(2) {
        if colour {
            drawn.push_str(WHITE_ON_BLACK);
        }
        drawn.extend((0..columns).map(|x| match (light(x, y), light(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        }));
        if colour {
            drawn.push_str(RESET);
        }
        drawn.push('\n');
    }
    Ok(Drawing { text: drawn, columns })
}

#[cfg(test)]
#[path = "../tests/sphere/read_code.rs"]
mod read_code;

#[cfg(test)]
mod tests {
    use super::read_code::{Ground, read};
    use super::*;

    /// A link of this many bytes, with the characters that links have.
    fn link(bytes: usize) -> String {
        let head = "https://in.sumsub.com/websdk/p/sbx_";
        let token = "uq30VnjIeZk8xw-7_.~%2F?a=b&c=d#e".chars().cycle();
        head.chars().chain(token).take(bytes).collect()
    }

    fn check(bytes: usize, colour: bool, grounds: &[Ground]) {
        let link = link(bytes);
        let drawn = draw(&link, colour).unwrap();
        for ground in grounds {
            assert_eq!(read(&drawn.text, *ground).as_ref(), Ok(&link), "{bytes} bytes, {ground:?}");
        }
        let widths = drawn.text.lines().map(|line| line.chars().filter(|c| " █▀▄".contains(*c)).count());
        assert!(widths.clone().all(|width| width == drawn.columns), "{bytes} bytes");
        assert_eq!(widths.count(), drawn.columns.div_ceil(2), "{bytes} bytes");
    }

    /// The edges of the first versions, and lengths of real links.
    const BYTES: [usize; 12] = [1, 17, 18, 32, 53, 54, 78, 106, 134, 200, 255, 256];

    #[test]
    fn coloured_code_reads_on_every_terminal() {
        for bytes in BYTES {
            check(bytes, true, &[Ground::Dark, Ground::Light]);
        }
    }

    #[test]
    fn plain_code_reads_on_a_dark_terminal() {
        for bytes in BYTES {
            check(bytes, false, &[Ground::Dark]);
        }
    }

    #[test]
    fn codes_read_up_to_the_largest() {
        for bytes in [1000, 2000, MOST_BYTES] {
            check(bytes, true, &[Ground::Light]);
        }
    }

    #[test]
    fn every_line_sets_and_resets_both_colours() {
        let drawn = draw(&link(60), true).unwrap().text;
        for line in drawn.lines() {
            assert!(line.starts_with(WHITE_ON_BLACK) && line.ends_with(RESET), "{line:?}");
        }
        assert!(!draw(&link(60), false).unwrap().text.contains('\x1b'));
    }

    #[test]
    fn four_modules_on_each_side_are_blank() {
        let drawn = draw(&link(60), false).unwrap();
        let lines: Vec<&str> = drawn.text.lines().collect();
        for line in lines.iter().take(2).chain(lines.iter().rev().take(2)) {
            assert_eq!(**line, "█".repeat(drawn.columns));
        }
        assert!(lines.iter().all(|line| line.starts_with("████") && line.ends_with("████")));
        assert!(lines.iter().any(|line| line.starts_with("████ ")));
    }

    #[test]
    fn a_longer_text_is_refused_with_its_length() {
        for bytes in [MOST_BYTES + 1, 8000] {
            assert_eq!(draw(&link(bytes), true), Err(TooLong { bytes }));
        }
        assert_eq!(
            TooLong { bytes: 8000 }.to_string(),
            "the link has 8000 bytes, and a QR code holds about 2953",
        );
    }
}
