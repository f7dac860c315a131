//! What must outlive a program that moves money: files in a folder, each written once.
//!
//! A database does the same with a row that is inserted, and an update that names the state it expects.

use std::error::Error as StdError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;
use std::str::FromStr;

use sphere_core::intent::TransferIntent;

use crate::AnyError;

/// A folder of such files.
#[derive(Debug)]
pub struct Records {
    folder: PathBuf,
}

impl Records {
    /// The files in this folder, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn new(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// The text of a file, if it is there.
    ///
    /// # Errors
    ///
    /// If it is there and cannot be read.
    pub fn read(&self, name: &str) -> io::Result<Option<String>> {
        match fs::read_to_string(self.folder.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The id in a file, if the file is there.
    ///
    /// # Errors
    ///
    /// If it is there and has no id.
    pub fn id<T: FromStr<Err: StdError + Send + Sync + 'static>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, AnyError> {
        Ok(self.read(name)?.map(|text| text.parse()).transpose()?)
    }

    /// Writes a file that is not there yet, whole and on the disk, readable for its owner only. It is the
    /// compare-and-set: of two programs that do so, one fails.
    ///
    /// # Errors
    ///
    /// If the file is there, or cannot be written.
    pub fn create(&self, name: &str, text: &str) -> io::Result<()> {
        let half_done = self.folder.join(format!("{name}.{}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&half_done)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // Fails if the name is taken, and shows the whole file otherwise.
        let linked = fs::hard_link(&half_done, self.folder.join(name));
        fs::remove_file(&half_done)?;
        linked?;
        // So that the name is on the disk as well. Windows cannot open a folder.
        if cfg!(unix) { File::open(&self.folder)?.sync_all() } else { Ok(()) }
    }

    /// Writes a file unless it is there.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn keep(&self, name: &str, text: &str) -> io::Result<()> {
        if self.read(name)?.is_some() { Ok(()) } else { self.create(name, text) }
    }

    /// The last intent as it was stored last, and its number.
    ///
    /// # Errors
    ///
    /// If a record cannot be read: it is never taken as absent.
    pub fn last_intent(&self) -> Result<Option<(u32, TransferIntent)>, AnyError> {
        let mut last = None;
        for number in 1.. {
            if self.read(&format!("{number}.prepared"))?.is_none() {
                break;
            }
            for state in ["prepared", "sending", "settled"] {
                if let Some(text) = self.read(&format!("{number}.{state}"))? {
                    last = Some((number, TransferIntent::from_json(text.as_bytes())?));
                }
            }
        }
        Ok(last)
    }

    /// Stores an intent in this state.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn store(&self, number: u32, state: &str, intent: &TransferIntent) -> Result<(), AnyError> {
        Ok(self.create(&format!("{number}.{state}"), &serde_json::to_string(intent)?)?)
    }
}
