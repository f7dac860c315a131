//! What a seed decides at the start.

use sphere_links::WhenStoreFails;
use sphere_seeds::Clockwork;

/// What a seed decides at the start.
#[derive(Debug, Clone)]
pub struct Plan {
    pub processes: usize,
    pub store: Option<WhenStoreFails>,
    pub customers: usize,
    pub callers: usize,
    pub calls: usize,
    /// How often, in percent, an operation of the store fails.
    pub store_fails: u8,
    /// How often, in percent, the service fails, and how often it does not respond.
    pub service_fails: u8,
    pub service_hangs: u8,
    /// How long a link works, in seconds.
    pub lifetime: u64,
    pub forgets: bool,
    pub cancels: bool,
}

impl Plan {
    pub fn draw(clockwork: &Clockwork) -> Self {
        let store = clockwork.one_of(&[None, Some(WhenStoreFails::Ask), Some(WhenStoreFails::Fail)]);
        Self {
            processes: clockwork.one_of(&[1, 1, 2, 3]),
            store,
            customers: clockwork.one_of(&[1, 1, 2]),
            callers: clockwork.one_of(&[1, 2, 4, 6]),
            calls: clockwork.one_of(&[1, 2, 3]),
            store_fails: if store.is_some() { clockwork.one_of(&[0, 0, 20]) } else { 0 },
            service_fails: clockwork.one_of(&[0, 0, 30]),
            service_hangs: clockwork.one_of(&[0, 0, 20]),
            lifetime: clockwork.one_of(&[30, 61, 70, 900]),
            forgets: clockwork.one_of(&[false, false, true]),
            cancels: clockwork.chance(50),
        }
    }

    /// Nothing fails, and all ask for the same link.
    pub fn without_faults(clockwork: &Clockwork) -> Self {
        let none = Self { store_fails: 0, service_fails: 0, service_hangs: 0, ..Self::draw(clockwork) };
        Self { customers: 1, calls: 1, lifetime: 900, forgets: false, cancels: false, ..none }
    }

    /// Several processes and a store.
    pub fn of_many_processes(self, clockwork: &Clockwork) -> Self {
        let store = Some(clockwork.one_of(&[WhenStoreFails::Ask, WhenStoreFails::Fail]));
        Self { processes: self.processes.max(2), store, ..self }
    }

    pub fn has_faults(&self) -> bool {
        self.store_fails + self.service_fails + self.service_hangs > 0
    }
}
