//! JSON from a server that may send anything: an object is read member by member, and each value is judged alone.
//!
//! A derived struct is lost whole if one of its members has the wrong type, its error quotes the value, and it takes an
//! array for an object. Here a bad member costs only itself, and text that ends early costs what would have followed.
//! Problem details, models, operations and pages all read objects here.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `decode_error` | [`DecodeError`]: why a response cannot be used |
//! | `scan` | one pass over an object or an array, and the text of a string |
//! | `object` | [`Object`]: the members of an object in a response; [`List`]: what a member is that should be a list |
//! | `members` | [`Members`](members::Members): the members of an object that outlives the response |

mod decode_error;
pub(crate) mod members;
mod object;
pub(crate) mod scan;

pub use decode_error::DecodeError;
pub(crate) use object::List;
pub use object::Object;
