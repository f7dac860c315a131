//! The SDK's own operation, over the blocking client.

use sphere_core::blocking::Client;
use sphere_core::clock::SystemClock;
use sphere_size::{Failure, Stdin, arguments, config};

fn main() -> Result<(), Failure> {
    let (operation, customer) = arguments()?;
    let client = Client::new(config()?, Stdin, SystemClock::new());
    match operation {
        0 => println!("{:?}", client.generate_face_verification_link(&customer).send()?),
        _ => println!("no such operation"),
    }
    Ok(())
}
