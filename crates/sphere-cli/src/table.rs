//! Tables for people: columns as wide as their widest cell, a heading, no frames.

use unicode_width::UnicodeWidthStr as _;

/// A table that is written in parts: the heading once, then rows as they come. A column never becomes narrower.
pub(crate) struct Table<const N: usize> {
    heading: Option<[String; N]>,
    widths: [usize; N],
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(heading: [&str; N]) -> Self {
        Self { heading: Some(heading.map(str::to_owned)), widths: [0; N] }
    }

    /// These rows as lines, after the heading if they are the first.
    pub(crate) fn rows(&mut self, rows: Vec<[String; N]>) -> String {
        let rows: Vec<[String; N]> = self.heading.take().into_iter().chain(rows).collect();
        for row in &rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        rows.iter().map(|row| line(row, &self.widths)).collect()
    }
}

/// Names and values, one pair a line.
pub(crate) fn pairs(pairs: &[(String, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
    pairs.iter().map(|(name, value)| line(&[name.clone(), value.clone()], &[width, 0])).collect()
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
    }
    line.truncate(line.trim_end().len());
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: [&str; 2]) -> [String; 2] {
        cells.map(str::to_owned)
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["ID", "NAME"]);
        assert_eq!(table.rows(vec![row(["1", "字"]), row(["字字", "x"])]), "ID    NAME\n1     字\n字字  x\n");
        assert_eq!(table.rows(vec![row(["2", "y"])]), "2     y\n");
        assert_eq!(
            pairs(&[("a".to_owned(), "b".to_owned()), ("long".to_owned(), String::new())]),
            "a     b\nlong\n"
        );
    }
}
