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
    use std::sync::Arc;
    use std::time::Duration;

    use rustls::{ClientConnection, Error};

    use super::*;
    use crate::tls::Trust;

    #[derive(Debug)]
    struct Before1970;

    impl TimeProvider for Before1970 {
        fn current_time(&self) -> Option<UnixTime> {
            unix_time(UNIX_EPOCH - Duration::from_secs(1))
        }
    }

    #[test]
    fn clock_before_1970_is_an_error() {
        let mut config = (*Trust::default().client_config().unwrap()).clone();
        assert!(config.time_provider.current_time().is_some());
        assert!(format!("{:?}", config.time_provider).contains("SystemClock"), "it may panic");
        config.time_provider = Arc::new(Before1970);
        let session = ClientConnection::new(Arc::new(config), "api.test".try_into().unwrap());
        assert_eq!(session.unwrap_err(), Error::FailedToGetCurrentTime);
    }
}
