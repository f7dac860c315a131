//! A store in memory that tests can look into and break.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sphere_links::store::{Entry, Holder, Key, Loaded, Store, StoreError, blocking};

/// Clones are the same store.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    entries: HashMap<Key, (Entry, Duration)>,
    locks: HashMap<Key, (Holder, Duration)>,
    operations: Vec<&'static str>,
    /// Operations that fail, and from which of their calls on, counted from 0.
    failing: BTreeMap<&'static str, usize>,
    at_refusal: Option<Action>,
    after_load: Option<Action>,
    before_remove: Option<Action>,
    loses_next_lock: bool,
}

type Action = Box<dyn FnOnce() + Send>;

impl Memory {
    /// All operations so far.
    pub fn operations(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().operations.clone()
    }

    /// Lets an operation fail, from the call with this number on, counted from 0.
    pub fn fail(&self, operation: &'static str, from: usize) {
        self.0.lock().unwrap().failing.insert(operation, from);
    }

    pub fn fail_always(&self) {
        for operation in ["load", "lock", "save", "remove"] {
            self.fail(operation, 0);
        }
    }

    pub fn recover(&self) {
        self.0.lock().unwrap().failing.clear();
    }

    /// Does this once, after an entry has been looked for.
    pub fn after_load(&self, action: impl FnOnce() + Send + 'static) {
        self.0.lock().unwrap().after_load = Some(Box::new(action));
    }

    /// Does this once, before an entry is removed.
    pub fn before_remove(&self, action: impl FnOnce() + Send + 'static) {
        self.0.lock().unwrap().before_remove = Some(Box::new(action));
    }

    /// Does this once, when a lock is refused.
    pub fn at_refusal(&self, action: impl FnOnce() + Send + 'static) {
        self.0.lock().unwrap().at_refusal = Some(Box::new(action));
    }

    /// How long the locks last that are held now.
    pub fn locks(&self) -> Vec<Duration> {
        self.0.lock().unwrap().locks.values().map(|(_, lasts)| *lasts).collect()
    }

    /// As if their time were over.
    pub fn end_locks(&self) {
        self.0.lock().unwrap().locks.clear();
    }

    /// How long the entries last, by the kind of link.
    pub fn entries(&self) -> BTreeMap<String, Duration> {
        let state = self.0.lock().unwrap();
        let kind = |key: &Key| key.as_str().split('/').next().unwrap().to_owned();
        state.entries.iter().map(|(key, (_, lasts))| (kind(key), *lasts)).collect()
    }

    /// The names of all entries.
    pub fn keys(&self) -> Vec<String> {
        self.0.lock().unwrap().entries.keys().map(|key| key.as_str().to_owned()).collect()
    }

    /// The next lock that is taken is gone when its holder saves.
    pub fn lose_next_lock(&self) {
        self.0.lock().unwrap().loses_next_lock = true;
    }

    pub fn spoil_entries(&self, text: &str) {
        for (entry, _) in self.0.lock().unwrap().entries.values_mut() {
            *entry = Entry::new(text);
        }
    }

    fn begin(&self, operation: &'static str) -> Result<(), StoreError> {
        let mut state = self.0.lock().unwrap();
        let number = state.operations.iter().filter(|before| **before == operation).count();
        state.operations.push(operation);
        match state.failing.get(operation) {
            Some(from) if number >= *from => Err(StoreError::new("as the test ordered")),
            _ => Ok(()),
        }
    }
}

impl blocking::Store for Memory {
    fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
        self.begin("load")?;
        let mut state = self.0.lock().unwrap();
        let loaded = match state.entries.get(key) {
            None => Loaded::Nothing,
            Some((entry, _)) if entry.as_str() == "unreadable" => Loaded::Unreadable,
            Some((entry, _)) => Loaded::Entry(entry.clone()),
        };
        let action = state.after_load.take();
        drop(state);
        if let Some(action) = action {
            action();
        }
        Ok(loaded)
    }

    fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError> {
        self.begin("lock")?;
        let mut state = self.0.lock().unwrap();
        let (held_by, _) = state.locks.entry(key.clone()).or_insert_with(|| (holder.clone(), lasts));
        let is_held = held_by == holder;
        let action = if is_held { None } else { state.at_refusal.take() };
        drop(state);
        if let Some(action) = action {
            action();
        }
        Ok(is_held)
    }

    fn save(&self, key: &Key, holder: &Holder, entry: &Entry, lasts: Duration) -> Result<bool, StoreError> {
        self.begin("save")?;
        let mut state = self.0.lock().unwrap();
        if std::mem::take(&mut state.loses_next_lock) {
            state.locks.clear();
        }
        if state.locks.get(key).is_none_or(|(held_by, _)| held_by != holder) {
            return Ok(false);
        }
        state.locks.remove(key);
        state.entries.insert(key.clone(), (entry.clone(), lasts));
        Ok(true)
    }

    fn release(&self, key: &Key, holder: &Holder) {
        if self.begin("release").is_ok() {
            let mut state = self.0.lock().unwrap();
            if state.locks.get(key).is_some_and(|(held_by, _)| held_by == holder) {
                state.locks.remove(key);
            }
        }
    }

    fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.begin("remove")?;
        let action = self.0.lock().unwrap().before_remove.take();
        if let Some(action) = action {
            action();
        }
        let mut state = self.0.lock().unwrap();
        state.entries.remove(key);
        state.locks.remove(key);
        Ok(())
    }
}

#[async_trait::async_trait]
impl Store for Memory {
    async fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
        blocking::Store::load(self, key)
    }

    async fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError> {
        blocking::Store::lock(self, key, holder, lasts)
    }

    async fn save(
        &self,
        key: &Key,
        holder: &Holder,
        entry: &Entry,
        lasts: Duration,
    ) -> Result<bool, StoreError> {
        blocking::Store::save(self, key, holder, entry, lasts)
    }

    fn release(&self, key: &Key, holder: &Holder) {
        blocking::Store::release(self, key, holder);
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        blocking::Store::remove(self, key)
    }
}
