//! A bar while a file is sent and a spinner during a wait, on a terminal only.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Console;

/// A bar for bytes that are handed to the connection.
pub(crate) fn bar(console: &Console) -> ProgressBar {
    styled(console, "{msg} {bar:30} {bytes}/{total_bytes}")
}

/// A spinner that moves by itself, with the time so far.
pub(crate) fn spinner(console: &Console) -> ProgressBar {
    styled(console, "{spinner} {elapsed_precise}  {wide_msg}")
}

fn styled(console: &Console, template: &str) -> ProgressBar {
    let target =
        if console.err_is.terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(None, target).with_style(style);
    // Changes that come too fast are not drawn at once; the last one is drawn by the next tick.
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::{Surface, Written};

    #[test]
    fn nothing_is_drawn_without_a_terminal() {
        let written = Written::default;
        let console = Console::new(written(), Surface::default(), written(), Surface::default());
        assert!(bar(&console).is_hidden() && spinner(&console).is_hidden());
    }
}
