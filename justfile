# Commands for contributors: `just` lists them. To have just: cargo install just

_list:
    @{{ just_executable() }} --list --unsorted

# Everything that must hold before a change goes in
ci:
    bash .ci/run

# Whether a change is sound: formatting, clippy and the fast tests of what changed since a commit
check base="main":
    bash .ci/check {{ base }}

# The longer checks that a change calls for: just after-change --list
after-change *arguments:
    bash .ci/after-change {{ arguments }}

# All tests, or those of one crate: just test -p sphere-core
test *arguments="--workspace":
    cargo test {{ arguments }}

# Format all code
fmt:
    cargo fmt --all
    for crate in fuzz benches/peers tests/providers tests/wasm conformance/scorecard; do cargo fmt --all --manifest-path $crate/Cargo.toml; done

# Lints, as CI runs them
clippy *arguments="--workspace":
    cargo clippy {{ arguments }} --all-targets --all-features -- -D warnings

# The documentation of all crates, in a browser
doc:
    cargo doc --workspace --no-deps --all-features --open

# Typing errors: `just typos --write-changes` fixes them
typos *arguments:
    bash .ci/typos {{ arguments }}

# Licences, sources and versions of dependencies, and what may be in each crate's tree
deny:
    bash .ci/deny
    bash .ci/dependencies

# The oldest supported Rust
msrv:
    bash .ci/msrv

# Calls on wasm32-unknown-unknown
wasm:
    bash .ci/wasm

# What would be published, built from its packages
package:
    bash .ci/package

# No unplanned break of the public API
semver:
    bash .ci/semver

# A fuzz target for a number of seconds; needs a nightly compiler and cargo-fuzz (fuzz/README.md)
fuzz target seconds="300":
    mkdir -p fuzz/corpus/{{ target }}
    cargo +nightly fuzz run {{ target }} fuzz/corpus/{{ target }} crates/sphere-core/tests/bad_bodies \
        -- -max_len=4096 -max_total_time={{ seconds }}

# Worlds in simulated time, with fresh seeds for a number of seconds
simulation seconds="60":
    bash .ci/simulation {{ seconds }}

# What a call costs beside the same work by hand (benches/README.md)
bench *arguments="short":
    cargo run --locked --package sphere-benches -- {{ arguments }}

# SpherePay on your own machine
sandbox *arguments:
    cargo run --package sphere-sandbox -- {{ arguments }}

# The web example, with a sandbox if there is no key in the environment
web *arguments:
    cargo run --package sphere-example-web -- {{ arguments }}

# The contract by prism, schemathesis and werkzeug
contract:
    bash .ci/contract

# Other HTTP clients in the conformance suite; takes about half an hour (docs/http-clients.md)
scorecard *arguments:
    bash .ci/scorecard {{ arguments }}

# The web example's tests in a real browser
browser:
    bash .ci/browser
