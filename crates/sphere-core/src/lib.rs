//! The transport-agnostic core of the Sphere SDK.
