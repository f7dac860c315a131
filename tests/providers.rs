//! TLS providers: a program outside the workspace that uses rustls itself (`tests/providers`) works with each choice of
//! the SDK's features.

use std::path::Path;

use sphere_tests::outside::cargo;

#[test]
#[ignore = "builds a program four times: cargo test -p sphere-tests --test providers -- --ignored"]
fn program_with_rustls_works_beside_each_provider() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("providers");
    for features in ["", "aws-lc-rs", "ring", "aws-lc-rs ring"] {
        cargo(&folder, ["run", "--locked", "--features", features]);
    }
    // The suite's own server turns no second provider on.
    let tree = cargo(
        &folder,
        ["tree", "--locked", "--edges", "features", "--invert", "rustls", "--features", "aws-lc-rs"],
    );
    assert!(
        tree.contains("rustls feature \"aws-lc-rs\"") && !tree.contains("rustls feature \"ring\""),
        "{tree}"
    );
}
