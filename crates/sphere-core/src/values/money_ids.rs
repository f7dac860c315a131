//! The ids of what moves money: bank accounts, wallets, quotes, transfers, virtual accounts and offloader wallets.

use super::id::id_type;

id_type! {
    /// The id of a bank account, such as `bankAccount_a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6`.
    ///
    /// 1 to 128 characters of `A-Z a-z 0-9 _ -`, as for a [`CustomerId`](crate::CustomerId), and a type of its own.
    BankAccountId, "bank account id"
}

id_type! {
    /// The id of a wallet, such as `wallet_e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2`.
    ///
    /// 1 to 128 characters of `A-Z a-z 0-9 _ -`, as for a [`CustomerId`](crate::CustomerId), and a type of its own.
    WalletId, "wallet id"
}

id_type! {
    /// The id of a quote, such as `quote_1ab2c3d4`.
    ///
    /// 1 to 128 characters of `A-Z a-z 0-9 _ -`, as for a [`CustomerId`](crate::CustomerId), and a type of its own.
    QuoteId, "quote id"
}

id_type! {
    /// The id of a transfer, such as `payout_1ab2c3d4e5f6a7b8c9d0e1f2`.
    ///
    /// The contract shows a pattern that its own samples break, so only this is asked for: 1 to 128 characters of
    /// `A-Z a-z 0-9 _ -`.
    TransferId, "transfer id"
}

id_type! {
    /// The id of a virtual account. No prefix is documented.
    ///
    /// 1 to 128 characters of `A-Z a-z 0-9 _ -`, as for a [`CustomerId`](crate::CustomerId), and a type of its own.
    VirtualAccountId, "virtual account id"
}

id_type! {
    /// The id of an offloader wallet, such as `wallet_1ab2c3d4`. It is not that of a wallet of the customer's.
    ///
    /// 1 to 128 characters of `A-Z a-z 0-9 _ -`, as for a [`CustomerId`](crate::CustomerId), and a type of its own.
    OffloaderWalletId, "offloader wallet id"
}
