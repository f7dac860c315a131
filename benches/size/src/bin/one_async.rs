//! The SDK's own operation, over the async client.

use sphere_core::Client;
use sphere_size::{BlockingClock, Failure, Stdin, arguments, config, run};

fn main() -> Result<(), Failure> {
    let (operation, customer) = arguments()?;
    let client = Client::new(config()?, Stdin, BlockingClock::default());
    run(async {
        match operation {
            0 => println!("{:?}", client.generate_face_verification_link(&customer).send().await?),
            _ => println!("no such operation"),
        }
        Ok(())
    })
}
