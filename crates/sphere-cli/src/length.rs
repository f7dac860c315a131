//! A length of time as an argument: `30`, `2.5`, `15m`, `2h`, `3d`.

use std::time::Duration;

/// Reads a number of seconds, or of the unit at its end.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let units = [('s', 1.0), ('m', 60.0), ('h', 3600.0), ('d', 86_400.0)];
    let with_unit = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(*unit)?, *seconds)));
    let (number, seconds) = with_unit.unwrap_or((text, 1.0));
    let number: f64 =
        number.parse().map_err(|_| "is not a time such as 30, 90s, 15m, 2h or 3d".to_owned())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| "is not a length of time".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_unit_are_read() {
        for (text, seconds) in
            [("2.5", 2.5), ("30", 30.0), ("30s", 30.0), ("1.5m", 90.0), ("2h", 7200.0), ("3d", 259_200.0)]
        {
            assert_eq!(parse(text), Ok(Duration::from_secs_f64(seconds)));
        }
        for bad in ["", "soon", "-1", "NaN", "inf", "1e300", "1e300d", "s", "1 m", "1w", "1ms"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
