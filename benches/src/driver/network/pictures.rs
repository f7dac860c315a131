//! The main figures as pictures: a group of bars for each figure, a bar for each client.
//!
//! A picture has a background of its own, so that it can be read on a light page and on a dark one.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use sphere_benches::work::Failure;

use super::CLIENTS;
use super::row::{Part, Row};

/// The colours of the clients, in the order of [`CLIENTS`]: dark for the SDK's, lighter for the others.
const COLORS: [RGBColor; 6] = [
    RGBColor(12, 74, 160),
    RGBColor(92, 148, 214),
    RGBColor(168, 200, 236),
    RGBColor(176, 72, 16),
    RGBColor(226, 138, 76),
    RGBColor(246, 196, 158),
];
const BACKGROUND: RGBColor = RGBColor(253, 253, 252);
const INK: RGBColor = RGBColor(36, 38, 42);
const GRID: RGBColor = RGBColor(222, 222, 220);

/// In pixels.
const WIDTH: i32 = 960;
const LEFT: i32 = 330;
const RIGHT: i32 = 90;
const TOP: i32 = 78;
const BAR: i32 = 14;
const BETWEEN_GROUPS: i32 = 16;

/// Draws `network-calls.svg`, `network-bursts.svg` and `network-addresses.svg` into a folder. A picture whose figures
/// were not measured is left as it is.
pub(super) fn draw(folder: &Path, rows: &[Row]) -> Result<(), Failure> {
    let of = |part| rows.iter().filter(|row| row.part == part).collect::<Vec<_>>();
    for (file, title, rows) in [
        (
            "network-calls.svg",
            "Calls with a round trip of 50 ms and a server time of 20 ms",
            of(Part::Pauses),
        ),
        ("network-bursts.svg", "What a burst of calls starts or opens", of(Part::Bursts)),
        ("network-addresses.svg", "A host with a silent IPv6 address", of(Part::Addresses)),
    ] {
        if !rows.is_empty() {
            picture(&folder.join(file), title, &rows).map_err(|error| format!("{file}: {error}"))?;
        }
    }
    Ok(())
}

/// Figures of one unit share a scale.
fn picture(file: &Path, title: &str, rows: &[&Row]) -> Result<(), Box<dyn std::error::Error>> {
    let bars = i32::try_from(rows.iter().map(|row| row.bars().count()).sum::<usize>())?;
    let groups = i32::try_from(rows.len())?;
    let height = TOP + bars * BAR + groups * BETWEEN_GROUPS + 8;
    let area = SVGBackend::new(file, (WIDTH.try_into()?, height.try_into()?)).into_drawing_area();
    area.fill(&BACKGROUND)?;
    let text = |size: i32, horizontal, vertical| {
        ("sans-serif", size).into_font().color(&INK).pos(Pos::new(horizontal, vertical))
    };
    area.draw(&Text::new(title.to_owned(), (16, 14), text(18, HPos::Left, VPos::Top)))?;
    let mut x = 16;
    for (client, color) in CLIENTS.iter().zip(COLORS) {
        area.draw(&Rectangle::new([(x, 47), (x + 12, 59)], color.filled()))?;
        area.draw(&Text::new(client.title, (x + 17, 53), text(13, HPos::Left, VPos::Center)))?;
        x += 40 + 7 * i32::try_from(client.title.len())?;
    }
    let mut y = TOP;
    for row in rows {
        let alike = rows.iter().filter(|other| other.unit == row.unit).flat_map(|row| row.bars());
        let most = alike.map(|(_, found)| found).filter(|found| found.is_finite()).fold(0.0, f64::max);
        let middle = y + i32::try_from(row.bars().count())? * BAR / 2;
        area.draw(&Text::new(row.figure, (LEFT - 10, middle), text(13, HPos::Right, VPos::Center)))?;
        area.draw(&PathElement::new([(LEFT, y - 4), (LEFT, 2 * middle - y + 4)], INK.mix(0.4)))?;
        for (client, found) in row.bars() {
            // A client that did not end in time has a bar across the picture.
            let part = if found.is_finite() { found / most.max(f64::MIN_POSITIVE) } else { 1.0 };
            #[expect(clippy::cast_possible_truncation, reason = "it is at most the picture's width")]
            let end = LEFT + (f64::from(WIDTH - LEFT - RIGHT) * part).round() as i32;
            area.draw(&Rectangle::new(
                [(LEFT, y + 1), (end.max(LEFT + 1), y + BAR - 1)],
                COLORS[client].filled(),
            ))?;
            let label = row.unit.show(found);
            area.draw(&Text::new(label, (end + 5, y + BAR / 2), text(12, HPos::Left, VPos::Center)))?;
            y += BAR;
        }
        y += BETWEEN_GROUPS;
        area.draw(&PathElement::new([(16, y - 8), (WIDTH - 16, y - 8)], GRID))?;
    }
    area.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::row::Unit;
    use super::*;

    #[test]
    fn each_measured_figure_has_a_bar() {
        let found = [Some(1.0), Some(2.5), Some(2.5), Some(1.0), None, Some(f64::INFINITY)];
        let row = Row::new(Part::Pauses, "after 5 s, to a warm call", Unit::Ratio, found, None);
        let file = std::env::temp_dir().join(format!("sphere-benches-{}.svg", std::process::id()));
        picture(&file, "Calls", &[&row]).unwrap();
        let svg = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(svg.matches("2.50 ×").count(), 2);
        assert_eq!(svg.matches("more than 10 s").count(), 1);
        // Background, a square for each client, and the bars.
        assert_eq!(svg.matches("<rect").count(), 1 + 6 + 5);
    }
}
