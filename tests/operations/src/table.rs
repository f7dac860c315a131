//! The table: one row for each operation. A new operation is one more row, and `promises` checks it.

#![allow(clippy::wildcard_imports)] // It names the types of every operation.

use std::sync::LazyLock;

use serde_json::{Value, json};
use sphere_core::endpoints::*;
use sphere_core::money::{AccountNumber, BankReference, BasisPoints, Currency, Network, Rail, RoutingNumber};
use sphere_core::verification::ProfileStatus;
use sphere_core::{
    Address, BankAccountId, CustomerId, LinkedCustomerId, Meta, OffloaderWalletId, PersonalInformation,
    RepresentativeId, TransferId, VirtualAccountId, WalletId,
};

use crate::row::{Row, Sends, row};

/// The id of whatever a call is about.
pub const ID: &str = "customer_1";

static CUSTOMER: LazyLock<CustomerId> = LazyLock::new(|| CustomerId::new(ID).unwrap());
static LINKED: LazyLock<LinkedCustomerId> = LazyLock::new(|| LinkedCustomerId::new(ID).unwrap());
static REPRESENTATIVE: LazyLock<RepresentativeId> = LazyLock::new(|| RepresentativeId::new(ID).unwrap());

static BANK_ACCOUNT: LazyLock<BankAccountId> = LazyLock::new(|| BankAccountId::new(ID).unwrap());
static WALLET: LazyLock<WalletId> = LazyLock::new(|| WalletId::new(ID).unwrap());
static VIRTUAL: LazyLock<VirtualAccountId> = LazyLock::new(|| VirtualAccountId::new(ID).unwrap());
static OFFLOADER: LazyLock<OffloaderWalletId> = LazyLock::new(|| OffloaderWalletId::new(ID).unwrap());
static TRANSFER: LazyLock<TransferId> = LazyLock::new(|| TransferId::new(ID).unwrap());

/// What must show nowhere. Whatever is private in a sample is one of these.
pub const PRIVATE: [&str; 20] = [
    NAME,
    EMAIL,
    PHONE,
    TAX_NUMBER,
    STREET,
    CITY,
    BIRTH,
    TITLE,
    CODE,
    FILE_NAME,
    FILE_BYTES,
    DESCRIPTION,
    META,
    TOKEN,
    BANK,
    ACCOUNT,
    ACCOUNT_NUMBER,
    ROUTING_NUMBER,
    WALLET_ADDRESS,
    REFERENCE,
];

const NAME: &str = "Canarilla Lovelace";
const EMAIL: &str = "canary.mail+codes@example.com";
const PHONE: &str = "+493090182077";
const TAX_NUMBER: &str = "987654321-canary";
const STREET: &str = "77 Canary Street";
const CITY: &str = "Canaryville";
const BIRTH: &str = "1815-12-10";
const TITLE: &str = "Chief Canary Officer";
const CODE: &str = "0902107642";
const FILE_NAME: &str = "canary-passport.png";
/// The bytes of a file are not looked for in what a server says.
pub const FILE_BYTES: &str = "canary file bytes";
/// How the part with the file begins.
const FILE: &str = "file\"; filename=\"canary-passport.png\"\r\nContent-Type: image/png";
const DESCRIPTION: &str = "canary description";
const META: &str = "canary meta value";
/// What makes a link a secret.
pub const TOKEN: &str = "canary_token_77";
const LINK: &str = "https://in.sumsub.com/websdk/p/canary_token_77";
const BANK: &str = "Canary Trust Bank";
const ACCOUNT: &str = "Canary Checking";
const ACCOUNT_NUMBER: &str = "000731846520";
const ROUTING_NUMBER: &str = "021000021";
const WALLET_ADDRESS: &str = "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf";
const REFERENCE: &str = "CANARY-REF";
const TIME: &str = "2026-03-09T20:46:31.305Z";

fn address() -> Address {
    Address::new().with_line1(STREET).with_city(CITY).with_country("USA")
}

fn address_json() -> Value {
    json!({"line1": STREET, "city": CITY, "country": "USA"})
}

fn person() -> PersonalInformation {
    PersonalInformation::new().with_tax_identification_number(TAX_NUMBER).with("accountPurpose", NAME)
}

fn person_json() -> Value {
    json!({"taxIdentificationNumber": TAX_NUMBER, "accountPurpose": NAME})
}

fn details() -> RepresentationDetails {
    RepresentationDetails::new().with_roles(["ubo"]).with_is_signer(true).with_title(TITLE)
}

fn details_json() -> Value {
    json!({"roles": ["ubo"], "isSigner": true, "title": TITLE})
}

fn meta() -> Meta {
    Meta::new().with("note", META).with("seats", 7)
}

fn file() -> DocumentFile {
    DocumentFile::new(FILE_NAME, DocumentFormat::Png, FILE_BYTES)
}

fn profiles() -> Value {
    json!([{
        "name": "kyc_profile_a", "status": "incomplete",
        "criteria": {
            "complete": ["email_address"], "pending": [], "required": ["liveness_check"],
            "errors": [{"name": "residential_address", "detail": NAME}],
        },
    }])
}

/// A customer as the API shows it.
pub fn customer_json() -> Value {
    json!({
        "id": ID, "type": "individual", "email": EMAIL, "phone": PHONE, "firstName": NAME, "lastName": NAME,
        "dateOfBirth": BIRTH, "tosStatus": "incomplete", "verificationProfiles": profiles(),
        "personalInformation": {"gender": "female"}, "businessLegalName": NAME, "businessTradeName": NAME,
        "meta": {"note": META, "seats": 7}, "createdAt": TIME, "updatedAt": TIME,
    })
}

fn customer(customer: &Customer) -> Value {
    json!({
        "id": customer.id(), "type": customer.customer_type(), "email": customer.email(), "phone": customer.phone(),
        "firstName": customer.first_name(), "lastName": customer.last_name(), "dateOfBirth": customer.date_of_birth(),
        "tosStatus": customer.terms_of_service_status(), "personalInformation": customer.personal_information(),
        "businessLegalName": customer.business_legal_name(), "businessTradeName": customer.business_trade_name(),
        "meta": customer.meta(), "createdAt": customer.created_at(), "updatedAt": customer.updated_at(),
        "": customer,
    })
}

/// A representative as the API shows it.
pub fn representative_json() -> Value {
    json!({
        "id": ID, "customerId": ID, "type": "individual", "email": EMAIL, "phone": PHONE, "address": address_json(),
        "representationDetails": details_json(), "verificationProfiles": profiles(), "createdAt": TIME, "updatedAt": TIME,
    })
}

fn representative(representative: &Representative) -> Value {
    json!({
        "id": representative.id(), "customerId": representative.customer_id(), "email": representative.email(),
        "type": representative.representative_type(), "phone": representative.phone(),
        "address": representative.address(), "representationDetails": representative.representation_details(),
        "createdAt": representative.created_at(), "updatedAt": representative.updated_at(), "": representative,
    })
}

fn document_json() -> Value {
    json!({
        "targetId": ID, "target": "customer", "documentType": "passport", "country": "USA", "side": "front",
        "description": DESCRIPTION, "fileName": FILE_NAME, "fileSize": 17, "mimeType": "image/png", "createdAt": TIME,
    })
}

fn document(document: &Document) -> Value {
    json!({
        "targetId": document.target_id(), "target": document.target(), "documentType": document.document_type(),
        "country": document.country(), "side": document.side(), "description": document.description(),
        "fileName": document.file_name(), "fileSize": document.file_size(), "mimeType": document.mime_type(),
        "createdAt": document.created_at(), "": document,
    })
}

fn bank_details() -> BankDetails {
    let (number, routing) =
        (AccountNumber::new(ACCOUNT_NUMBER).unwrap(), RoutingNumber::new(ROUTING_NUMBER).unwrap());
    BankDetails::usd(number, routing, AccountType::Checking, UsdNetworks::AchAndWire)
}

fn bank_account_json() -> Value {
    json!({
        "id": ID, "customerId": ID, "status": "active", "bankName": BANK, "accountName": ACCOUNT, "currency": "usd",
        "accountDetails": {"accountNumber": "****6520"}, "accountOwner": {"accountHolderName": NAME},
        "networks": ["ach"], "created": TIME, "updated": TIME,
    })
}

fn bank_account(account: &BankAccount) -> Value {
    json!({
        "id": account.id(), "status": account.status(),
        "bankName": account.bank_name(), "accountName": account.account_name(),
        "currency": account.currency().map(|currency| currency.as_str().to_owned()),
        "created": account.created_at(), "updated": account.updated_at(), "": account,
    })
}

fn wallet_json() -> Value {
    json!({
        "id": ID, "customerId": ID, "address": WALLET_ADDRESS, "network": "base", "created": TIME, "updated": TIME,
    })
}

fn wallet(wallet: &Wallet) -> Value {
    json!({
        "id": wallet.id(), "address": wallet.address(),
        "network": wallet.network().map(|network| network.as_str().to_owned()),
        "created": wallet.created_at(), "updated": wallet.updated_at(), "": wallet,
    })
}

fn quote_json() -> Value {
    json!({
        "id": ID, "type": "on_ramp", "customerId": ID, "created": TIME, "expiresAt": TIME,
        "source": {"currency": "usd", "network": "ach", "amount": "500.00"},
        "destination": {"currency": "usdc", "network": "base", "amount": "499.5", "exchangeRate": "1"},
    })
}

fn quote(quote: &Quote) -> Value {
    json!({
        "id": quote.id(), "created": quote.created_at(),
        "expiresAt": quote.expires_at(), "": quote,
    })
}

fn transfer_json() -> Value {
    json!({
        "id": ID, "type": "on_ramp", "status": "pendingFunding", "customer": ID, "externalId": "payout-4711",
        "source": {"id": "wallet_2", "type": "wallet"}, "paymentReason": DESCRIPTION, "paymentDescription": DESCRIPTION,
        "created": TIME, "updated": TIME,
    })
}

fn transfer(transfer: &Transfer) -> Value {
    let status = Some(transfer.status()).filter(|status| **status != TransferStatus::Unreadable);
    json!({
        "id": transfer.id(), "status": status.map(TransferStatus::as_str),
        "externalId": transfer.external_id(), "paymentReason": transfer.payment_reason(),
        "paymentDescription": transfer.payment_description(), "created": transfer.created_at(),
        "updated": transfer.updated_at(), "": transfer,
    })
}

fn virtual_account_json() -> Value {
    json!({
        "id": ID, "customer": ID, "active": true,
        "depositInstructions": {
            "currency": "usd", "bankName": BANK, "bankAccountNumber": ACCOUNT_NUMBER, "bankRoutingNumber": ROUTING_NUMBER,
            "bankBeneficiaryName": NAME,
        },
        "destination": {"currency": "usdc", "network": "base", "walletAddress": WALLET_ADDRESS},
        "fee": {"integratorFee": {"bpsRate": "10"}}, "created": TIME, "updated": TIME,
    })
}

fn inactive_json() -> Value {
    let mut account = virtual_account_json();
    account["active"] = json!(false);
    account
}

fn virtual_account(account: &VirtualAccount) -> Value {
    json!({
        "id": account.id(), "active": account.is_active(), "created": account.created_at(),
        "updated": account.updated_at(), "": account,
    })
}

fn deposit_json() -> Value {
    json!({
        "id": "deposit_1", "status": "completed", "sourceAmount": "500.00", "sourceCurrency": "usd",
        "destinationAmount": "498.00", "destinationCurrency": "usdc", "network": "base", "walletAddress": WALLET_ADDRESS,
        "created": TIME, "updated": TIME,
    })
}

fn offloader_json() -> Value {
    json!({
        "id": ID, "customerId": ID, "address": WALLET_ADDRESS, "currency": "usdc", "network": "base", "status": "active",
        "destination": {"bankAccountId": ID, "currency": "usd", "network": "ach"}, "returnAddress": WALLET_ADDRESS,
        "created": TIME, "updated": TIME,
    })
}

fn offloader(wallet: &OffloaderWallet) -> Value {
    json!({
        "id": wallet.id(), "address": wallet.address(), "status": wallet.status(),
        "returnAddress": wallet.return_address(), "created": wallet.created_at(), "updated": wallet.updated_at(),
        "": wallet,
    })
}

fn coins() -> Rail {
    Rail::new(Currency::Usdc, Network::Base)
}

/// Every operation, with everything that can be sent and read.
#[allow(clippy::too_many_lines)] // A table.
pub fn operations() -> Vec<Row> {
    vec![
        row!(
            "POST /v2/customer",
            CreateCustomer::individual(EMAIL, PHONE, address()).personal_information(person()).meta(meta()),
            |client, new| client.create_customer(new),
            Sends::Json(json!({
                "type": "individual", "email": EMAIL, "phone": PHONE, "address": address_json(),
                "personalInformation": person_json(), "meta": {"note": META, "seats": 7},
            })),
            customer_json(),
            customer
        )
        .requires(["id"])
        .once(),
        row!(
            "GET /v2/customer",
            ListCustomers::new(),
            |client, _| {
                let customers = client.list_customers().from_page(3).limit(50).email(EMAIL).search(NAME);
                customers.status(&ProfileStatus::Approved).customer_type(&CustomerType::Individual)
            },
            Sends::Query(
                "page=3&limit=50&email=canary.mail%2Bcodes%40example.com&search=Canarilla%20Lovelace&status=approved\
                 &type=individual"
            ),
            json!({"customers": [customer_json()], "pagination": {"page": 3, "limit": 50, "hasNext": false}}),
            |page: &sphere_core::pages::Page<Customer>| json!({"customers": page.items()})
        )
        .requires(["customers"]),
        row!(
            "GET /v2/customer/{id}",
            GetCustomer::new(&CUSTOMER),
            |client, _| client.get_customer(&CUSTOMER),
            Sends::Nothing,
            customer_json(),
            customer
        )
        .about("id"),
        row!(
            "PATCH /v2/customer/{id}",
            UpdateCustomer::new(&CUSTOMER).address(address()).personal_information(person()).meta(meta()),
            |client, update| client.update_customer(update),
            Sends::Json(json!({
                "address": address_json(), "personalInformation": person_json(), "meta": {"note": META, "seats": 7},
            })),
            customer_json(),
            customer
        )
        .about("id")
        .once(),
        row!(
            "POST /v2/customer/{id}/tos-link",
            GenerateTermsOfServiceLink::new(&CUSTOMER),
            |client, _| client.generate_terms_of_service_link(&CUSTOMER),
            Sends::Nothing,
            json!({"link": LINK, "expiresAt": TIME}),
            |terms: &TermsOfServiceLink| json!({"link": terms.url(), "expiresAt": terms.expires_at()})
        )
        .requires(["link"]),
        row!(
            "POST /v2/customer/{id}/otp-send",
            SendOneTimePassword::new(&CUSTOMER, OneTimePasswordChannel::Email),
            |client, _| client.send_one_time_password(&CUSTOMER, OneTimePasswordChannel::Email),
            Sends::Json(json!({"type": "email"})),
            json!({"customerId": ID, "expiresAt": TIME}),
            |sent: &OneTimePasswordSent| json!({"customerId": sent.customer(), "expiresAt": sent.expires_at()})
        )
        .about("customerId")
        .once(),
        row!(
            "POST /v2/customer/{id}/otp-verify",
            VerifyOneTimePassword::new(&CUSTOMER, OneTimePasswordChannel::Phone, CODE),
            |client, _| client.verify_one_time_password(&CUSTOMER, OneTimePasswordChannel::Phone, CODE),
            Sends::Json(json!({"type": "phone", "code": CODE})),
            json!({"customerId": ID, "verifiedAt": TIME}),
            |verified: &OneTimePasswordVerified| {
                json!({"customerId": verified.customer(), "verifiedAt": verified.verified_at()})
            }
        )
        .about("customerId")
        .requires(["verifiedAt"])
        .once(),
        row!(
            "POST /v2/customer/{id}/face-verification-link",
            GenerateFaceVerificationLink::new(&CUSTOMER),
            |client, _| client.generate_face_verification_link(&CUSTOMER),
            Sends::Nothing,
            json!({"url": LINK, "expiresAt": TIME}),
            face_link
        )
        .requires(["url"]),
        row!(
            "POST /v2/document",
            UploadIdentityDocument::new(&*CUSTOMER, IdentityDocumentType::Passport, "USA", file())
                .side(DocumentSide::Front)
                .description(DESCRIPTION),
            |client, upload| client.upload_identity_document(upload),
            Sends::Form(vec![
                ("target", "customer"),
                ("targetId", ID),
                ("documentType", "passport"),
                ("country", "USA"),
                ("side", "front"),
                ("description", DESCRIPTION),
                (FILE, FILE_BYTES),
            ]),
            document_json(),
            document
        )
        .may_be_about("targetId")
        .once(),
        row!(
            "POST /v2/document",
            UploadDocument::liveness_report(&*CUSTOMER, file()).description(DESCRIPTION),
            |client, upload| client.upload_document(upload),
            Sends::Form(vec![
                ("target", "customer"),
                ("targetId", ID),
                ("documentType", "liveness_report"),
                ("description", DESCRIPTION),
                (FILE, FILE_BYTES),
            ]),
            document_json(),
            document
        )
        .may_be_about("targetId")
        .once(),
        row!(
            "POST /v2/customer/kyc-link",
            CreateLinkedCustomer::individual().email(EMAIL).phone(PHONE).address(address()),
            |client, new| client.create_linked_customer(new),
            Sends::Json(json!({"type": "individual", "email": EMAIL, "phone": PHONE, "address": address_json()})),
            json!({"customerId": ID, "url": LINK, "expiresAt": TIME}),
            |new: &LinkedCustomer| {
                json!({"customerId": new.id(), "url": new.link().map(KycLink::url).map_err(drop).ok()})
            }
        )
        .requires(["customerId"])
        .once(),
        row!(
            "POST /v2/customer/{id}/kyc-link",
            RegenerateKycLink::new(&LINKED),
            |client, _| client.regenerate_kyc_link(&LINKED),
            Sends::Nothing,
            json!({"customerId": ID, "url": LINK, "expiresAt": TIME}),
            |kyc: &KycLink| json!({"url": kyc.url(), "expiresAt": kyc.expires_at()})
        )
        .may_be_about("customerId")
        .requires(["url"]),
        row!(
            "POST /v2/business-representative",
            CreateRepresentative::individual(&CUSTOMER, EMAIL, PHONE, address())
                .personal_information(person())
                .representation_details(details())
                .first_name(NAME)
                .middle_name(NAME)
                .last_name(NAME)
                .date_of_birth(BIRTH),
            |client, new| client.create_representative(new),
            Sends::Json(json!({
                "customerId": ID, "type": "individual", "email": EMAIL, "phone": PHONE, "address": address_json(),
                "personalInformation": person_json(), "representationDetails": details_json(), "firstName": NAME,
                "middleName": NAME, "lastName": NAME, "dateOfBirth": BIRTH,
            })),
            representative_json(),
            representative
        )
        .may_be_about("customerId")
        .requires(["id"])
        .once(),
        row!(
            "GET /v2/business-representative",
            ListRepresentatives::new(),
            |client, _| client.list_representatives().of_customer(&CUSTOMER),
            Sends::Query("page=1&limit=10&customerId=customer_1"),
            json!({"data": [representative_json()], "pagination": {"page": 1, "hasNext": false}}),
            |page: &sphere_core::pages::Page<Representative>| json!({"data": page.items()})
        )
        .requires(["data"]),
        row!(
            "GET /v2/business-representative/{id}",
            GetRepresentative::new(&REPRESENTATIVE),
            |client, _| client.get_representative(&REPRESENTATIVE),
            Sends::Nothing,
            representative_json(),
            representative
        )
        .about("id"),
        row!(
            "PATCH /v2/business-representative/{id}",
            UpdateRepresentative::new(&REPRESENTATIVE)
                .address(address())
                .personal_information(person())
                .representation_details(details()),
            |client, update| client.update_representative(update),
            Sends::Json(json!({
                "address": address_json(), "personalInformation": person_json(),
                "representationDetails": details_json(),
            })),
            representative_json(),
            representative
        )
        .about("id")
        .once(),
        row!(
            "DELETE /v2/business-representative/{id}",
            DeleteRepresentative::new(&REPRESENTATIVE),
            |client, _| client.delete_representative(&REPRESENTATIVE),
            Sends::Nothing,
            json!({"ok": true}),
            |ok: &bool| json!({"ok": ok})
        )
        .may_be_about("id")
        .requires(["ok"]),
        row!(
            "POST /v2/business-representative/{id}/face-verification-link",
            GenerateRepresentativeFaceVerificationLink::new(&REPRESENTATIVE),
            |client, _| client.generate_representative_face_verification_link(&REPRESENTATIVE),
            Sends::Nothing,
            json!({"url": LINK, "expiresAt": TIME}),
            face_link
        )
        .requires(["url"]),
        row!(
            "POST /v2/bank-account",
            CreateBankAccount::new(&CUSTOMER, BANK, ACCOUNT, NAME, address(), bank_details()),
            |client, new| client.create_bank_account(new),
            Sends::Json(json!({
                "customerId": ID, "bankName": BANK, "accountName": ACCOUNT, "currency": "usd",
                "accountDetails": {
                    "accountNumber": ACCOUNT_NUMBER, "routingNumber": ROUTING_NUMBER, "accountType": "checking",
                },
                "accountOwner": {"accountHolderName": NAME, "address": address_json()}, "networks": ["ach", "wire"],
            })),
            bank_account_json(),
            bank_account
        )
        .requires(["id"])
        .may_be_about("customerId")
        .once(),
        row!(
            "GET /v2/bank-account",
            ListBankAccounts::new(),
            |client, _| client.list_bank_accounts().of_customer(&CUSTOMER),
            Sends::Query("page=1&limit=10&customerId=customer_1"),
            json!({"data": [bank_account_json()], "pagination": {"page": 1, "limit": 10, "hasNext": false}}),
            |page: &sphere_core::pages::Page<BankAccount>| json!({"data": page.items()})
        )
        .requires(["data"]),
        row!(
            "GET /v2/bank-account/{id}",
            GetBankAccount::new(&BANK_ACCOUNT),
            |client, _| client.get_bank_account(&BANK_ACCOUNT),
            Sends::Nothing,
            bank_account_json(),
            bank_account
        )
        .about("id"),
        row!(
            "PATCH /v2/bank-account/{id}",
            UpdateBankAccount::new(&BANK_ACCOUNT, [Network::Ach, Network::Wire]),
            |client, update| client.update_bank_account(update),
            Sends::Json(json!({"networks": ["ach", "wire"]})),
            bank_account_json(),
            bank_account
        )
        .about("id")
        .once(),
        row!(
            "DELETE /v2/bank-account/{id}",
            DeleteBankAccount::new(&BANK_ACCOUNT),
            |client, _| client.delete_bank_account(&BANK_ACCOUNT),
            Sends::Nothing,
            json!({"ok": true}),
            |ok: &bool| json!({"ok": ok})
        )
        .may_be_about("id")
        .requires(["ok"]),
        row!(
            "POST /v2/wallet",
            CreateWallet::new(&CUSTOMER, Network::Base, WALLET_ADDRESS),
            |client, new| client.create_wallet(new),
            Sends::Json(json!({"customerId": ID, "address": WALLET_ADDRESS, "network": "base"})),
            wallet_json(),
            wallet
        )
        .requires(["id"])
        .may_be_about("customerId")
        .once(),
        row!(
            "GET /v2/wallet",
            ListWallets::new(),
            |client, _| client.list_wallets().limit(50).of_customer(&CUSTOMER),
            Sends::Query("page=1&limit=50&customerId=customer_1"),
            json!({"data": [wallet_json()], "pagination": {"page": 1, "limit": 50, "hasNext": false}}),
            |page: &sphere_core::pages::Page<Wallet>| json!({"data": page.items()})
        )
        .requires(["data"]),
        row!(
            "GET /v2/wallet/{id}",
            GetWallet::new(&WALLET),
            |client, _| client.get_wallet(&WALLET),
            Sends::Nothing,
            wallet_json(),
            wallet
        )
        .about("id"),
        row!(
            "DELETE /v2/wallet/{id}",
            DeleteWallet::new(&WALLET),
            |client, _| client.delete_wallet(&WALLET),
            Sends::Nothing,
            json!({"ok": true}),
            |ok: &bool| json!({"ok": ok})
        )
        .may_be_about("id")
        .requires(["ok"]),
        row!(
            "POST /v2/quote",
            CreateQuote::new(
                &CUSTOMER,
                "500".parse().unwrap(),
                Rail::new(Currency::Usd, Network::Ach),
                Rail::new(Currency::Usdc, Network::Base)
            )
            .duration(QuoteDuration::Seconds300)
            .integrator_rate(BasisPoints(10)),
            |client, new| client.create_quote(new),
            Sends::Json(json!({
                "amount": "500.00", "customerId": ID, "source": {"currency": "usd", "network": "ach"},
                "destination": {"currency": "usdc", "network": "base"}, "quoteDurationSeconds": 300,
                "integratorBpsFeeRate": "10",
            })),
            quote_json(),
            quote
        )
        .requires(["id"])
        .may_be_about("customerId"),
        row!(
            "GET /v2/transfer",
            ListTransfers::new(),
            |client, _| {
                let transfers = client.list_transfers().of_customer(&CUSTOMER).status(&TransferStatus::FundsReceived);
                let sort = [
                    TransferSort::Descending(TransferSortKey::Updated),
                    TransferSort::Ascending(TransferSortKey::Amount),
                ];
                transfers.transfer_type(&TransferType::OnRamp).sort(&sort)
            },
            Sends::Query(
                "page=1&limit=10&customer=customer_1&status=fundsReceived&type=onRamp&sort=-updated%2Camount"
            ),
            json!({"data": [transfer_json()], "pagination": {"page": 1, "limit": 10, "hasNext": false}}),
            |page: &sphere_core::pages::Page<Transfer>| json!({"data": page.items()})
        )
        .requires(["data"]),
        row!(
            "GET /v2/transfer/{id}",
            GetTransfer::new(&TRANSFER),
            |client, _| client.get_transfer(&TRANSFER),
            Sends::Nothing,
            transfer_json(),
            transfer
        )
        .about("id"),
        row!(
            "DELETE /v2/transfer/{id}",
            CancelTransfer::new(&TRANSFER),
            |client, cancel| client.call(cancel),
            Sends::Nothing,
            transfer_json(),
            transfer
        )
        .about("id")
        .once(),
        row!(
            "POST /v2/virtual-account",
            CreateVirtualAccount::new(&CUSTOMER, Currency::Usd, coins(), WALLET_ADDRESS)
                .integrator_rate(BasisPoints(10)),
            |client, new| client.create_virtual_account(new),
            Sends::Json(json!({
                "customerId": ID, "sourceCurrency": "usd", "destinationCurrency": "usdc", "network": "base",
                "walletAddress": WALLET_ADDRESS, "integratorFeeBps": "10",
            })),
            virtual_account_json(),
            virtual_account
        )
        .requires(["id", "active"])
        .may_be_about("customer")
        .once(),
        row!(
            "GET /v2/virtual-account",
            ListVirtualAccounts,
            |client, _| client.list_virtual_accounts(),
            Sends::Nothing,
            json!([virtual_account_json()]),
            |page: &sphere_core::pages::Page<VirtualAccount>| json!({"": page.items()})
        ),
        row!(
            "GET /v2/virtual-account/{virtualAccountId}",
            GetVirtualAccount::new(&VIRTUAL),
            |client, _| client.get_virtual_account(&VIRTUAL),
            Sends::Nothing,
            virtual_account_json(),
            virtual_account
        )
        .about("id")
        .requires(["active"]),
        row!(
            "PATCH /v2/virtual-account/{virtualAccountId}",
            UpdateVirtualAccount::new(&VIRTUAL, coins(), WALLET_ADDRESS).integrator_rate(BasisPoints(10)),
            |client, update| client.update_virtual_account(update),
            Sends::Json(json!({
                "destinationCurrency": "usdc", "network": "base", "walletAddress": WALLET_ADDRESS,
                "integratorFeeBps": "10",
            })),
            virtual_account_json(),
            virtual_account
        )
        .about("id")
        .requires(["active", "destination"])
        .once(),
        row!(
            "PATCH /v2/virtual-account/{virtualAccountId}/deactivate",
            DeactivateVirtualAccount::new(&VIRTUAL),
            |client, _| client.deactivate_virtual_account(&VIRTUAL),
            Sends::Nothing,
            inactive_json(),
            virtual_account
        )
        .about("id")
        .requires(["active"]),
        row!(
            "PATCH /v2/virtual-account/{virtualAccountId}/reactivate",
            ReactivateVirtualAccount::new(&VIRTUAL),
            |client, _| client.reactivate_virtual_account(&VIRTUAL),
            Sends::Nothing,
            virtual_account_json(),
            virtual_account
        )
        .about("id")
        .requires(["active"]),
        row!(
            "GET /v2/virtual-account/{virtualAccountId}/transfer",
            ListVirtualAccountDeposits::new(&VIRTUAL),
            |client, _| client.list_virtual_account_deposits(&VIRTUAL),
            Sends::Nothing,
            json!([deposit_json()]),
            |page: &sphere_core::pages::Page<VirtualAccountDeposit>| json!({"": page.items()})
        ),
        row!(
            "POST /v2/offloader-wallet",
            CreateOffloaderWallet::new(
                &CUSTOMER,
                coins(),
                OffloaderDestination::ach(&BANK_ACCOUNT).reference(BankReference::ach(REFERENCE).unwrap())
            )
            .integrator_rate(BasisPoints(10))
            .return_address(WALLET_ADDRESS),
            |client, new| client.create_offloader_wallet(new),
            Sends::Json(json!({
                "customerId": ID, "currency": "usdc", "network": "base",
                "destination": {
                    "bankAccountId": ID, "currency": "usd", "network": "ach", "achReference": REFERENCE,
                },
                "integratorBpsFeeRate": "10", "returnAddress": WALLET_ADDRESS,
            })),
            offloader_json(),
            offloader
        )
        .requires(["id"])
        .may_be_about("customerId")
        .once(),
        row!(
            "GET /v2/offloader-wallet",
            ListOffloaderWallets,
            |client, _| client.list_offloader_wallets(),
            Sends::Nothing,
            json!({"data": [offloader_json()], "pagination": {"page": 1, "limit": 10, "hasNext": false}}),
            |page: &sphere_core::pages::Page<OffloaderWallet>| json!({"data": page.items()})
        )
        .requires(["data"]),
        row!(
            "GET /v2/offloader-wallet/{id}",
            GetOffloaderWallet::new(&OFFLOADER),
            |client, _| client.get_offloader_wallet(&OFFLOADER),
            Sends::Nothing,
            offloader_json(),
            offloader
        )
        .about("id"),
    ]
}

/// Requests that differ from those of [`operations`] in what is optional.
pub fn requests() -> Vec<Row> {
    vec![
        row!(
            "POST /v2/customer",
            CreateCustomer::individual(EMAIL, PHONE, address()),
            |client, new| client.create_customer(new),
            Sends::Json(
                json!({"type": "individual", "email": EMAIL, "phone": PHONE, "address": address_json()})
            )
        ),
        row!(
            "GET /v2/customer",
            ListCustomers::new(),
            |client, _| client.list_customers(),
            Sends::Query("page=1&limit=10")
        ),
        row!(
            "PATCH /v2/customer/{id}",
            UpdateCustomer::new(&CUSTOMER),
            |client, update| client.update_customer(update),
            Sends::Json(json!({}))
        ),
        row!(
            "PATCH /v2/customer/{id}",
            UpdateCustomer::new(&CUSTOMER).meta(Meta::new()),
            |client, update| client.update_customer(update),
            Sends::Json(json!({"meta": {}}))
        ),
        row!(
            "POST /v2/customer/{id}/otp-send",
            SendOneTimePassword::new(&CUSTOMER, OneTimePasswordChannel::Phone),
            |client, _| client.send_one_time_password(&CUSTOMER, OneTimePasswordChannel::Phone),
            Sends::Json(json!({"type": "phone"}))
        ),
        row!(
            "POST /v2/document",
            UploadIdentityDocument::new(
                &*REPRESENTATIVE,
                IdentityDocumentType::DriversLicense,
                "DEU",
                file()
            ),
            |client, upload| client.upload_identity_document(upload.side(DocumentSide::Back)),
            Sends::Form(vec![
                ("target", "business_representative"),
                ("targetId", ID),
                ("documentType", "drivers"),
                ("country", "DEU"),
                ("side", "back"),
                (FILE, FILE_BYTES),
            ])
        ),
        row!(
            "POST /v2/document",
            UploadDocument::new(&*REPRESENTATIVE, DocumentType::ProofOfAddress, file()),
            |client, upload| client.upload_document(upload),
            Sends::Form(vec![
                ("target", "business_representative"),
                ("targetId", ID),
                ("documentType", "proof_of_address"),
                (FILE, FILE_BYTES),
            ])
        ),
        row!(
            "POST /v2/document",
            UploadDocument::new(&*CUSTOMER, DocumentType::IncorporationCertificate, file()),
            |client, upload| client.upload_document(upload),
            Sends::Form(vec![
                ("target", "customer"),
                ("targetId", ID),
                ("documentType", "incorporation_cert"),
                (FILE, FILE_BYTES),
            ])
        ),
    ]
}

fn face_link(link: &sphere_core::FaceVerificationLink) -> Value {
    json!({"url": link.url(), "expiresAt": link.expires_at_text()})
}
