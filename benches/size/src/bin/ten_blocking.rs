//! The SDK's own operation and nine more, over the blocking client.

use sphere_core::blocking::Client;
use sphere_core::clock::SystemClock;
use sphere_size::operations::{
    AcceptTerms, AddRepresentative, CreateCustomer, DeleteDocument, GetCustomer, ListCustomers,
    ListDocuments, UpdateCustomer, UploadDocument,
};
use sphere_size::{Failure, Stdin, arguments, config};

fn main() -> Result<(), Failure> {
    let (operation, customer) = arguments()?;
    let text = customer.as_str();
    let client = Client::new(config()?, Stdin, SystemClock::new());
    match operation {
        0 => println!("{:?}", client.face_verification_link(&customer).send()?),
        1 => {
            let (email, phone, first_name, last_name, address) = (text, None, text, text, None);
            let call = client.call(CreateCustomer { email, phone, first_name, last_name, address });
            println!("{:?}", call.send()?);
        }
        2 => println!("{:?}", client.call(GetCustomer(&customer)).send()?),
        3 => println!("{:?}", client.call(ListCustomers { page: 1, email: Some(text) }).send()?),
        4 => {
            let (email, address) = (Some(text), None);
            println!("{:?}", client.call(UpdateCustomer { customer: text, email, address }).send()?);
        }
        5 => {
            let file = bytes::Bytes::copy_from_slice(text.as_bytes());
            let upload = UploadDocument { customer: &customer, kind: text, file_name: text, file };
            println!("{:?}", client.call(upload).send()?);
        }
        6 => println!("{:?}", client.call(ListDocuments(&customer)).send()?),
        7 => {
            let (customer, first_name, last_name, born_on, address) = (text, text, text, text, None);
            let call = client.call(AddRepresentative { customer, first_name, last_name, born_on, address });
            println!("{:?}", call.send()?);
        }
        8 => {
            let (customer, version, accepted_at, ip_address) = (text, text, text, None);
            let call = client.call(AcceptTerms { customer, version, accepted_at, ip_address });
            println!("{:?}", call.send()?);
        }
        9 => {
            let call = client.call(DeleteDocument { customer: &customer, document: text });
            println!("{:?}", call.send()?);
        }
        _ => println!("no such operation"),
    }
    Ok(())
}
