//! Waiting for the outcome of a verification or a transfer: by reading it again and again, at a polite rate.
//!
//! ```text
//! start ─► read ─► received ── decided, or a new error ──────────► outcome
//!           ▲          │
//!           │          │ not yet, or a transient error
//!           └─ sleep ◄─┴── no time for another read ─────────────► undecided
//! ```
//!
//! | file | what it holds |
//! | --- | --- |
//! | `cadence` | when to read, and which failed reads end a wait: pure |
//! | `machine` | what a record means: pure |
//! | `state` | [`WaitState`]: what a wait must know of the one before |
//! | `subject` | [`Subject`]: customers and representatives |
//! | `transfer` | waiting for what becomes of a transfer |
//! | `drivers` | the loop, and `outcome` |

mod cadence;
mod drivers;
mod machine;
mod state;
mod subject;
mod transfer;

use std::fmt;
use std::time::Duration;

use machine::Goal;
pub use state::WaitState;
pub use subject::Subject;
pub use transfer::{TransferOutcome, TransferWait, TransferWaitState};

use crate::client::{Client, Mode};
use crate::verification::ProfileName;

/// A wait that has not begun. Made by [`Client::wait_for_face_check`] and [`Client::wait_for_approval`]; begun by
/// `outcome`, which is async for the async client and blocks for the blocking one. An async wait can also be awaited
/// without `outcome()`.
///
/// The first read is at once. The time until the next one grows from 2 seconds to 60, less up to a half at random, and
/// is longer if all waits of the client and its clones together would make more than 20 reads a second.
///
/// | a read that | ends the wait |
/// | --- | --- |
/// | fails in a way that may pass, such as a 503, a 429 or a cut connection | never |
/// | is odd: a redirect, or a 2xx that cannot be read or is about another id | the sixth without a good read between them: a gateway's page passes, a wrong address does not |
/// | is a 404 | after 20 seconds, or at once if a read of this wait or of the one that it resumes has succeeded: what was just created may be readable only a little later |
/// | fails otherwise, such as a 403 | at once |
///
/// What cannot be read decides nothing: a wait with an unreadable profile, name or status goes on.
///
/// Cancel-safe: a wait that is dropped leaves nothing behind.
#[must_use = "a wait does nothing until its outcome is asked for"]
pub struct Wait<'c, M: Mode, S: Subject> {
    client: &'c Client<M>,
    subject: &'c S,
    goal: Goal,
    within: Duration,
    profiles: Vec<ProfileName>,
    state: WaitState,
    on_read: Option<OnRead<'c, S::Record>>,
}

type OnRead<'c, R> = Box<dyn FnMut(&R) + Send + 'c>;

/// How a wait ended, and what was read last.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::wait::Outcome;
/// use sphere_core::{Client, CustomerId, Error};
///
/// async fn wait(client: &Client, customer: &CustomerId) -> Result<(), Error> {
///     match client.wait_for_approval(customer, Duration::from_secs(600)).outcome().await? {
///         Outcome::Decided { record, .. } => println!("{:?}", record.verification_profiles()),
///         Outcome::CorrectionNeeded { record, .. } => println!("correct {:?}", record.verification_profiles()),
///         Outcome::Undecided { state, .. } => println!("later, with {}", serde_json::to_string(&state).unwrap()),
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
pub enum Outcome<R> {
    /// What was waited for is there. For a face check, ask each profile for its
    /// [`face_check`](crate::verification::VerificationProfile::face_check); for an approval, for its
    /// [`status`](crate::verification::VerificationProfile::status), which is approved or rejected.
    Decided {
        /// The customer or representative as read last.
        record: R,
        /// For a wait that goes on from here.
        state: WaitState,
    },
    /// There is an entry in `errors` that was not there before: something must be corrected. To wait for the
    /// correction, give the state to [`Wait::resume`].
    CorrectionNeeded {
        /// The customer or representative as read last.
        record: R,
        /// For a wait that goes on from here.
        state: WaitState,
    },
    /// Time is up. This is not an error: reviews take days.
    Undecided {
        /// The customer or representative as read last, if any read succeeded.
        last: Option<R>,
        /// For a wait that goes on from here, in another process too.
        state: WaitState,
    },
}

impl<R> Outcome<R> {
    /// The customer or representative as read last.
    pub fn record(&self) -> Option<&R> {
        match self {
            Self::Decided { record, .. } | Self::CorrectionNeeded { record, .. } => Some(record),
            Self::Undecided { last, .. } => last.as_ref(),
        }
    }

    /// For a wait that goes on from here, in another process too.
    pub fn state(&self) -> &WaitState {
        match self {
            Self::Decided { state, .. }
            | Self::CorrectionNeeded { state, .. }
            | Self::Undecided { state, .. } => state,
        }
    }
}

impl<M: Mode> Client<M> {
    /// Waits until the face check is done: until in each profile `liveness_check` or `liveness_report_document` has
    /// left `required`, or until `errors` has a new entry for it. Works for a customer's and a representative's id.
    ///
    /// A criterion that is in no list counts as done only if the profile's status is pending, approved or rejected.
    ///
    /// `within` is how long to wait at most. See [`Wait`] for how often the server is asked.
    ///
    /// # Errors
    ///
    /// `outcome` gives an [`Error`](crate::Error) that asking again cannot cure, such as an unknown id or a refused
    /// key: [`Wait`] has the table.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use sphere_core::wait::Outcome;
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn wait(client: &Client, customer: &CustomerId) -> Result<bool, Error> {
    ///     let wait = client.wait_for_face_check(customer, Duration::from_secs(900));
    ///     let wait = wait.on_read(|customer| println!("{:?}", customer.verification_profiles()));
    ///     Ok(matches!(wait.outcome().await?, Outcome::Decided { .. }))
    /// }
    /// ```
    pub fn wait_for_face_check<'c, S: Subject>(&'c self, subject: &'c S, within: Duration) -> Wait<'c, M, S> {
        Wait::new(self, subject, Goal::FaceCheck, within)
    }

    /// Waits until each profile is approved or rejected, or until `errors` has a new entry. Works for a customer's and
    /// a representative's id.
    ///
    /// A review takes up to 2 business days for an individual and 2 to 7 for a business. If you need one of several
    /// profiles, [select](Wait::profile) it: the others may never be decided.
    ///
    /// `within` is how long to wait at most. See [`Wait`] for how often the server is asked.
    ///
    /// # Errors
    ///
    /// As for [`Self::wait_for_face_check`].
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use sphere_core::verification::{ProfileName, ProfileStatus};
    /// use sphere_core::wait::Outcome;
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn is_approved(client: &Client, customer: &CustomerId) -> Result<bool, Error> {
    ///     let wait = client.wait_for_approval(customer, Duration::from_secs(3 * 24 * 3600));
    ///     let Outcome::Decided { record, .. } = wait.profile(ProfileName::KycProfileA).outcome().await? else {
    ///         return Ok(false);
    ///     };
    ///     let profile = record.verification_profile(&ProfileName::KycProfileA);
    ///     Ok(profile.is_some_and(|profile| *profile.status() == ProfileStatus::Approved))
    /// }
    /// ```
    pub fn wait_for_approval<'c, S: Subject>(&'c self, subject: &'c S, within: Duration) -> Wait<'c, M, S> {
        Wait::new(self, subject, Goal::Approval, within)
    }
}

impl<'c, M: Mode, S: Subject> Wait<'c, M, S> {
    fn new(client: &'c Client<M>, subject: &'c S, goal: Goal, within: Duration) -> Self {
        let (profiles, state) = (Vec::new(), WaitState::default());
        Self { client, subject, goal, within, profiles, state, on_read: None }
    }

    /// Waits for this profile only; called again, for that one as well. Without it, for all profiles that there are,
    /// and at least one.
    pub fn profile(mut self, name: ProfileName) -> Self {
        self.profiles.push(name);
        self
    }

    /// Goes on where another wait stopped: entries of `errors` that it saw do not end this one.
    pub fn resume(mut self, state: WaitState) -> Self {
        self.state = state;
        self
    }

    /// Calls `show` with each customer or representative that was read, for instance to show what is still required.
    pub fn on_read(mut self, show: impl FnMut(&S::Record) + Send + 'c) -> Self {
        self.on_read = Some(Box::new(show));
        self
    }
}

/// Shows what is waited for, and how long.
impl<M: Mode, S: Subject> fmt::Debug for Wait<'_, M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("goal", &self.goal)
            .field("within", &self.within)
            .field("profiles", &self.profiles)
            .finish_non_exhaustive()
    }
}
