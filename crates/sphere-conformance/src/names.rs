//! A constant for the name of each contract and of each group.

#![allow(non_upper_case_globals, missing_docs)]

crate::__for_each_contract! { __names all }
