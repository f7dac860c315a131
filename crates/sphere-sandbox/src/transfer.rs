//! A transfer as a test sees it: it decides what becomes of it.

use std::fmt;

use crate::world::{ItemKind, World};

/// A transfer that was made through the API; from [`Sandbox::transfer`](crate::Sandbox::transfer).
///
/// ```no_run
/// use sphere_sandbox::Sandbox;
///
/// let sandbox = Sandbox::start()?;
/// # let id = "payout_f31121c389624d3697cbf3ea";
/// // … the code under test makes a transfer. Then the test plays the bank:
/// sandbox.transfer(id).becomes("fundsReceived").becomes("succeeded");
/// # Ok::<(), sphere_sandbox::StartError>(())
/// ```
pub struct Transfer<'a> {
    world: &'a World,
    id: String,
}

impl<'a> Transfer<'a> {
    pub(crate) fn new(world: &'a World, id: &str) -> Self {
        Self { world, id: id.to_owned() }
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Gives it this status, in the API's words, whatever it had before: money can come after a cancellation too.
    pub fn becomes(&self, status: &str) -> &Self {
        self.world.money(|money, now| {
            if let Some(transfer) = money.get_mut(ItemKind::Transfer, &self.id) {
                transfer.set_status(status, now);
            }
        });
        self
    }

    /// Its status, in the API's words.
    pub fn status(&self) -> String {
        self.world.money(|money, _| {
            let transfer = money.get_mut(ItemKind::Transfer, &self.id);
            transfer.map_or_else(String::new, |transfer| transfer.text("status").to_owned())
        })
    }
}

/// Shows the id.
impl fmt::Debug for Transfer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transfer").field("id", &self.id).finish_non_exhaustive()
    }
}
