//! The eleven operations from a bank account to a transfer, and one more, over the async client.

use std::time::SystemTime;

use sphere_core::Client;

use sphere_core::endpoints::{
    AccountType, BankDetails, CreateBankAccount, CreateQuote, CreateWallet, UsdNetworks,
};
use sphere_core::intent::FloatingTransfer;
use sphere_core::money::{AccountNumber, Currency, Network, Rail, RoutingNumber};
use sphere_core::{Address, BankAccountId, TransferId, WalletId};
use sphere_size::{BlockingClock, Failure, Stdin, arguments, config, run};

fn main() -> Result<(), Failure> {
    let (operation, customer) = arguments()?;
    let text = customer.as_str();
    let (usd, usdc) = (Rail::new(Currency::Usd, Network::Ach), Rail::new(Currency::Usdc, Network::Base));
    let client = Client::new(config()?, Stdin, BlockingClock::default());
    run(async {
        match operation {
            0 => println!("{:?}", client.generate_face_verification_link(&customer).send().await?),
            1 => {
                let (number, routing) = (AccountNumber::new(text)?, RoutingNumber::new(text)?);
                let details = BankDetails::usd(number, routing, AccountType::Checking, UsdNetworks::Ach);
                let address = Address::new().with_city(text).with_country(text);
                let new = CreateBankAccount::new(&customer, text, text, text, address, details);
                println!("{:?}", client.create_bank_account(new).send().await?);
            }
            2 => println!("{:?}", client.list_bank_accounts().of_customer(&customer).next().await),
            3 => println!(
                "{:?}",
                client.create_wallet(CreateWallet::new(&customer, Network::Base, text)).send().await?
            ),
            4 => {
                let quote = CreateQuote::new(&customer, text.parse()?, usd, usdc);
                println!("{:?}", client.create_quote(quote).send().await?);
            }
            5 => {
                let (account, wallet) = (BankAccountId::new(text)?, WalletId::new(text)?);
                let plan =
                    FloatingTransfer::on_ramp(&customer, text.parse()?, (&account, usd), (&wallet, usdc));
                let ticket = client.prepare_transfer(plan, SystemTime::now())?.begin()?;
                println!("{:?}", client.create_transfer(ticket).outcome().await);
            }
            6 => println!("{:?}", client.get_transfer(&TransferId::new(text)?).send().await?),
            7 => println!("{:?}", client.list_transfers().of_customer(&customer).next().await),
            8 => println!("{:?}", client.cancel_transfer(&TransferId::new(text)?).outcome().await),
            9 => println!("{:?}", client.get_bank_account(&BankAccountId::new(text)?).send().await?),
            10 => println!("{:?}", client.get_wallet(&WalletId::new(text)?).send().await?),
            11 => println!("{:?}", client.list_wallets().of_customer(&customer).next().await),
            _ => println!("no such operation"),
        }
        Ok(())
    })
}
