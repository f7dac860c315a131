//! The time by which certificates are judged. rustls' own provider panics if the system's clock is before 1970.

use std::time::{SystemTime, UNIX_EPOCH};

use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;

/// The system's clock.
#[derive(Debug)]
pub(super) struct SystemClock;

impl TimeProvider for SystemClock {
    /// `None` fails the handshake, with an error that names the clock.
    fn current_time(&self) -> Option<UnixTime> {
        unix_time(SystemTime::now())
    }
}

fn unix_time(now: SystemTime) -> Option<UnixTime> {
    now.duration_since(UNIX_EPOCH).ok().map(UnixTime::since_unix_epoch)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::tls::Trust;

    #[test]
    fn clock_before_1970_tells_no_time() {
        assert_eq!(unix_time(UNIX_EPOCH - Duration::from_secs(1)), None);
        assert!(unix_time(UNIX_EPOCH).is_some());
        let config = Trust::default().client_config().unwrap();
        assert_eq!(format!("{:?}", config.time_provider), "SystemClock");
    }
}
