//! A row of the table: one figure of every client, the goal for ours, and whether it is met.

use std::fmt;

use super::CLIENTS;

/// One figure of all clients, in the order of [`CLIENTS`].
pub(super) struct Row {
    /// Which part of the run it is from.
    pub(super) part: Part,
    pub(super) figure: &'static str,
    pub(super) unit: Unit,
    /// `None` where a client has no such thing, or was not measured.
    pub(super) found: [Option<f64>; 6],
    /// The most that it may be for our clients.
    pub(super) goal: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Part {
    Pauses,
    Addresses,
    Bursts,
    Resets,
    Memory,
    Bodies,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Unit {
    Milliseconds,
    Ratio,
    Count,
}

impl Row {
    pub(super) fn new(
        part: Part,
        figure: &'static str,
        unit: Unit,
        found: [Option<f64>; 6],
        goal: Option<f64>,
    ) -> Self {
        Self { part, figure, unit, found, goal }
    }

    /// The clients that were measured, by their place in [`CLIENTS`], and what was found.
    pub(super) fn bars(&self) -> impl Iterator<Item = (usize, f64)> {
        self.found.iter().enumerate().filter_map(|(client, found)| Some((client, (*found)?)))
    }

    /// Whether all of our clients that were measured meet the goal.
    fn is_met(&self) -> Option<bool> {
        let goal = self.goal?;
        let ours = self.bars().filter(|(client, _)| CLIENTS[*client].is_ours);
        let mut met = ours.map(|(_, found)| self.unit.rounded(found) <= goal).peekable();
        met.peek()?;
        Some(met.all(|met| met))
    }
}

impl Unit {
    /// As it is shown, so that a figure is judged by what a reader sees.
    fn rounded(self, figure: f64) -> f64 {
        let unit = match self {
            Self::Milliseconds => 10.0,
            Self::Ratio => 100.0,
            Self::Count => 1.0,
        };
        (figure * unit).round() / unit
    }

    pub(super) fn show(self, figure: f64) -> String {
        match self {
            // The limit of what was waited for.
            _ if figure.is_infinite() => "more than 10 s".to_owned(),
            Self::Milliseconds => format!("{figure:.1} ms"),
            Self::Ratio => format!("{figure:.2} ×"),
            Self::Count => format!("{figure:.0}"),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} |", self.figure)?;
        for found in self.found {
            write!(f, " {} |", found.map_or("–".to_owned(), |found| self.unit.show(found)))?;
        }
        let goal = match (self.goal, self.unit) {
            (None, _) => String::new(),
            (Some(goal), Unit::Count) => format!("≤ {goal:.0}"),
            (Some(goal), Unit::Ratio) => format!("≤ {goal} ×"),
            (Some(goal), Unit::Milliseconds) => format!("≤ {goal} ms"),
        };
        let met = match self.is_met() {
            None => "",
            Some(true) => "yes",
            Some(false) => "**no**",
        };
        write!(f, " {goal} | {met} |")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(found: [Option<f64>; 6]) -> Row {
        Row::new(Part::Pauses, "a call", Unit::Ratio, found, Some(1.05))
    }

    #[test]
    fn goals_are_for_our_clients_only() {
        let met = row([Some(1.0), Some(2.0), Some(2.0), Some(1.054), Some(2.0), None]);
        assert_eq!(
            met.to_string(),
            "| a call | 1.00 × | 2.00 × | 2.00 × | 1.05 × | 2.00 × | – | ≤ 1.05 × | yes |"
        );
        let missed = row([Some(1.0), Some(1.0), Some(1.0), Some(1.06), Some(1.0), Some(1.0)]);
        assert!(missed.to_string().ends_with("| **no** |"));
        assert!(row([Some(f64::NAN); 6]).to_string().ends_with("| **no** |"));
        assert!(row([None; 6]).to_string().ends_with("|  |"));
    }
}
