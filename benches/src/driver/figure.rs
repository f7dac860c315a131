//! One figure: what was found, the goal, and the most that it may be; as a line and as a row of a table.

use std::fmt;

/// One figure, what it should be, and the most that it may be.
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) found: f64,
    pub(crate) goal: Option<f64>,
    pub(crate) bound: f64,
    pub(crate) unit: Unit,
}

#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Ratio,
    Count,
    Millions,
}

impl Figure {
    /// As a row of a table: what it is, what was found, the goal, and whether it is met.
    pub(crate) fn row(&self) -> String {
        let Self { what, found, unit, .. } = self;
        let goal = self.goal.unwrap_or(f64::INFINITY);
        // As it is shown, so that a figure is judged by what a reader sees.
        let is_met = unit.show(*found).parse::<f64>().is_ok_and(|found| found <= goal);
        let met = if is_met { "yes" } else { "**no**" };
        let sign = unit.sign();
        format!("| {what} | {}{sign} | ≤ {goal}{sign} | {met} |", unit.show(*found))
    }
}

impl Unit {
    fn show(self, figure: f64) -> String {
        match self {
            Self::Ratio | Self::Millions => format!("{figure:.2}"),
            Self::Count => format!("{figure:.1}"),
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Ratio => " ×",
            Self::Millions => " M",
            Self::Count => "",
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.found <= self.bound { "    " } else { "!!! " };
        let (found, sign) = (self.unit.show(self.found), self.unit.sign());
        write!(f, "{mark}{}: {found}{sign} (at most {}{sign})", self.what, self.bound)
    }
}
