//! How a contract fails if a plain panic would say too little: the sentence alone, and what it is about.

use std::any::Any;
use std::panic::resume_unwind;

use crate::aspect::Aspect;

/// Why a contract failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) sentence: String,
    /// What is wrong, if it is not what the contract as a whole is about.
    pub(crate) aspect: Option<Aspect>,
}

/// Ends a contract whose subject cannot go on: its process ended, or its call hangs.
pub(crate) fn unusable(sentence: String) -> ! {
    resume_unwind(Box::new(Failure { sentence, aspect: Some(Aspect::Wire) }))
}

/// Ends a contract whose error has the wrong kind or delivery.
pub(crate) fn misclassified(sentence: String) -> ! {
    resume_unwind(Box::new(Failure { sentence, aspect: Some(Aspect::Classification) }))
}

/// What a contract's panic says.
pub(crate) fn of_panic(panic: Box<dyn Any + Send>) -> Failure {
    let panic = match panic.downcast::<Failure>() {
        Ok(failure) => return *failure,
        Err(panic) => panic,
    };
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
    let sentence = text.unwrap_or_else(|| "the contract panicked without a message".to_owned());
    Failure { sentence, aspect: None }
}
