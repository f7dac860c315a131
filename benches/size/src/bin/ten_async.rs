//! Ten of the SDK's own operations, over the async client: JSON bodies, a form with a file, pages of lists, and
//! outputs of every shape.

use sphere_core::Client;
use sphere_core::endpoints::{
    CreateCustomer, CreateRepresentative, DocumentFile, DocumentFormat, IdentityDocumentType,
    OneTimePasswordChannel, UpdateCustomer, UploadIdentityDocument,
};
use sphere_core::{Address, Meta, PersonalInformation, RepresentativeId};
use sphere_size::{BlockingClock, Failure, Stdin, arguments, config, run};

fn main() -> Result<(), Failure> {
    let (operation, customer) = arguments()?;
    let text = customer.as_str();
    let representative = RepresentativeId::new(text)?;
    let address = || Address::new().with_city(text).with_country(text);
    let client = Client::new(config()?, Stdin, BlockingClock::default());
    run(async {
        match operation {
            0 => println!("{:?}", client.generate_face_verification_link(&customer).send().await?),
            1 => {
                let person = PersonalInformation::new().with_nationality(text);
                let new = CreateCustomer::individual(text, text, address()).personal_information(person);
                println!("{:?}", client.create_customer(new).send().await?);
            }
            2 => println!("{:?}", client.get_customer(&customer).send().await?),
            3 => println!("{:?}", client.list_customers().email(text).next().await),
            4 => {
                let update = UpdateCustomer::new(&customer).meta(Meta::new().with(text, text));
                println!("{:?}", client.update_customer(update).send().await?);
            }
            5 => {
                let file = bytes::Bytes::copy_from_slice(text.as_bytes());
                let file = DocumentFile::new(text, DocumentFormat::Png, file);
                let kind = IdentityDocumentType::Passport;
                let upload = UploadIdentityDocument::new(&customer, kind, text, file);
                println!("{:?}", client.upload_identity_document(upload).send().await?);
            }
            6 => println!("{:?}", client.list_representatives().of_customer(&customer).next().await),
            7 => {
                let new = CreateRepresentative::individual(&customer, text, text, address()).last_name(text);
                println!("{:?}", client.create_representative(new).send().await?);
            }
            8 => {
                let channel = OneTimePasswordChannel::Email;
                println!("{:?}", client.verify_one_time_password(&customer, channel, text).send().await?);
            }
            9 => println!("{:?}", client.delete_representative(&representative).send().await?),
            _ => println!("no such operation"),
        }
        Ok(())
    })
}
