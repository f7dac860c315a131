//! What one of n costs, from n to 10 n: an item of a list, a wait, starting a wait, a byte of an upload. Instructions,
//! which repeat.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use sphere_benches::work::Failure;

use super::callgrind;
use super::programs::{OURS_ASYNC, Programs};
use super::server::Server;

/// Something of which there may be many.
pub(crate) struct Many {
    pub(crate) what: &'static str,
    /// What the program without a socket is told, or nothing for an upload.
    run: Option<&'static str>,
    n: u32,
}

pub(crate) const ALL: [Many; 5] = [
    Many { what: "an item on a page of n, n = 100", run: Some("one-page"), n: 100 },
    Many { what: "an item of a list in pages of 100, n = 1,000", run: Some("items"), n: 1000 },
    Many { what: "a wait among n, n = 500", run: Some("waits"), n: 500 },
    Many { what: "starting a wait among n, n = 1,000", run: Some("started-waits"), n: 1000 },
    Many { what: "a byte of an upload of n, n = 1.5 MB", run: None, n: 1_500_000 },
];

impl Many {
    /// What one of `times` n costs, in instructions.
    fn each(&self, programs: &Programs, server: &Server, times: u32) -> Result<f64, Failure> {
        let count = self.n * times;
        let instructions = if let Some(run) = self.run {
            callgrind::run(programs, "no_socket", &[run, &count.to_string()])?.instructions
        } else {
            let customer = format!("customer_bytes_{count}");
            let uploads = |uploads| {
                let arguments = [&*server.http, &*server.root, "uploads", uploads, &*customer];
                callgrind::run(programs, OURS_ASYNC, &arguments).map(|run| run.instructions)
            };
            uploads("2")?.saturating_sub(uploads("1")?)
        };
        Ok(f64::from(u32::try_from(instructions)?) / f64::from(count))
    }

    /// What one of 10 n costs, to one of n.
    pub(crate) fn growth(&self, programs: &Programs, server: &Server) -> Result<f64, Failure> {
        Ok(self.each(programs, server, 10)? / self.each(programs, server, 1)?)
    }
}

/// Prints what one costs, and draws `growth.svg` beside `README.md`.
pub(crate) fn run() -> Result<(), Failure> {
    const TIMES: [u32; 4] = [1, 2, 5, 10];
    let programs = Programs::build(false)?;
    let server = Server::start(&programs)?;
    println!(
        "| instructions for | n | 2 n | 5 n | 10 n | from n to 10 n |\n| --- | --- | --- | --- | --- | --- |"
    );
    let mut curves = Vec::new();
    for many in &ALL {
        let mut curve = Vec::new();
        for times in TIMES {
            curve.push((f64::from(times), many.each(&programs, &server, times)?));
        }
        let first = curve[0].1;
        let figures: Vec<_> = curve.iter().map(|(_, each)| show(*each)).collect();
        println!("| {} | {} | {:.2} × |", many.what, figures.join(" | "), curve[TIMES.len() - 1].1 / first);
        curves.push((many.what, curve.into_iter().map(|(times, each)| (times, each / first)).collect()));
    }
    draw(&Path::new(env!("CARGO_MANIFEST_DIR")).join("growth.svg"), &curves)
        .map_err(|error| error.to_string().into())
}

fn show(each: f64) -> String {
    if each < 100.0 { format!("{each:.2}") } else { format!("{:.1} k", each / 1e3) }
}

/// A line for each: what one costs, to one of n. The grey line is what it may grow to.
fn draw(file: &Path, curves: &[(&str, Vec<(f64, f64)>)]) -> Result<(), Box<dyn std::error::Error>> {
    const COLORS: [RGBColor; 5] = [
        RGBColor(12, 74, 160),
        RGBColor(92, 148, 214),
        RGBColor(176, 72, 16),
        RGBColor(226, 138, 76),
        RGBColor(60, 130, 70),
    ];
    let ink = RGBColor(36, 38, 42);
    let text =
        |horizontal, vertical| ("sans-serif", 13).into_font().color(&ink).pos(Pos::new(horizontal, vertical));
    let area = SVGBackend::new(file, (960, 380)).into_drawing_area();
    area.fill(&RGBColor(253, 253, 252))?;
    // One in n is at the left, one in 10 n at the right, by their logarithms.
    #[expect(clippy::cast_possible_truncation, reason = "it is at most the picture's size")]
    let point = |times: f64, ratio: f64| (60 + (500.0 * times.log10()) as i32, 340 - (ratio * 200.0) as i32);
    for (ratio, label) in [(0.0, "0"), (0.5, "0.5 ×"), (1.0, "1 ×"), (1.3, "1.3 ×, the most")] {
        area.draw(&PathElement::new([point(1.0, ratio), point(10.0, ratio)], ink.mix(0.3)))?;
        let (_, y) = point(1.0, ratio);
        let (x, side) = if ratio > 1.0 { (565, HPos::Left) } else { (52, HPos::Right) };
        area.draw(&Text::new(label, (x, y), text(side, VPos::Center)))?;
    }
    for (times, label) in [(1.0, "n"), (2.0, "2 n"), (5.0, "5 n"), (10.0, "10 n")] {
        area.draw(&Text::new(label, point(times, -0.05), text(HPos::Center, VPos::Top)))?;
    }
    area.draw(&Text::new(
        "Instructions for one of many, to those for one of n",
        (16, 14),
        text(HPos::Left, VPos::Top),
    ))?;
    for (at, ((what, curve), color)) in (0..).zip(curves.iter().zip(COLORS)) {
        let points: Vec<_> = curve.iter().map(|(times, ratio)| point(*times, *ratio)).collect();
        area.draw(&PathElement::new(points, color.stroke_width(3)))?;
        let y = 130 + 24 * at;
        area.draw(&PathElement::new([(580, y), (604, y)], color.stroke_width(3)))?;
        let label = format!("{what}: {:.2} ×", curve.last().map_or(f64::NAN, |last| last.1));
        area.draw(&Text::new(label, (612, y), text(HPos::Left, VPos::Center)))?;
    }
    area.present()?;
    Ok(())
}
