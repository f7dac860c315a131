//! Reads a QR code from what a terminal would show: characters to modules, modules to an image, the image to a
//! decoder that knows nothing of ours.

use rqrr::PreparedImage;

/// The terminal's background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    Dark,
    Light,
}

/// Pixels of a module's side.
const SCALE: usize = 4;
/// How much of the terminal is seen around the code, in modules.
const AROUND: usize = 6;

/// The text of the code that `shown` draws in a terminal of this ground.
pub(crate) fn read(shown: &str, ground: Ground) -> Result<String, String> {
    let rows: Vec<Vec<bool>> = shown.lines().flat_map(|line| two_rows(line, ground)).collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let ground_is_light = ground == Ground::Light;
    let light = |x: usize, y: usize| {
        let at = |place: usize| (place / SCALE).checked_sub(AROUND);
        let module = at(x).zip(at(y)).and_then(|(x, y)| rows.get(y)?.get(x).copied());
        module.unwrap_or(ground_is_light)
    };
    let side = |modules: usize| (modules + 2 * AROUND) * SCALE;
    let mut image = PreparedImage::prepare_from_greyscale(side(width), side(rows.len()), |x, y| {
        if light(x, y) { 255 } else { 0 }
    });
    let grids = image.detect_grids();
    let [grid] = grids.as_slice() else { return Err(format!("{} codes were found", grids.len())) };
    grid.decode().map(|(_, text)| text).map_err(|error| error.to_string())
}

/// Whether each half of each character is light.
fn two_rows(line: &str, ground: Ground) -> [Vec<bool>; 2] {
    let (characters, paper_is_light, ink_is_light) = match line.strip_prefix("\x1b[38;5;231;48;5;16m") {
        Some(rest) => (rest.trim_end_matches("\x1b[0m"), false, true),
        None => (line, ground == Ground::Light, ground == Ground::Dark),
    };
    let half = |inked: fn(char) -> bool| {
        let light = |character| if inked(character) { ink_is_light } else { paper_is_light };
        characters.chars().map(light).collect()
    };
    [half(|c| matches!(c, '█' | '▀')), half(|c| matches!(c, '█' | '▄'))]
}
