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
