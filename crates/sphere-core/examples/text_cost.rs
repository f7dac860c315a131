//! What 1 MiB of text in an error's `detail` costs: run under `valgrind --tool=callgrind` for `x` and for `é`, and
//! compare the instructions. The step `none` is what the program itself costs.
//!
//! ```sh
//! cargo build --release -p sphere-core --example text_cost
//! for step in none line redact parse; do for character in x é; do
//!     valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/examples/text_cost $step $character
//! done; done
//! ```

use std::hint::black_box;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use sphere_core::problem::ApiError;
use sphere_core::unstable::text;

const MIB: usize = 1024 * 1024;
const KEY: &str = "sk_live_5a11b0a75a11b0a75a11b0a7";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let step = arguments.next().unwrap_or_default();
    let character = arguments.next().unwrap_or_default();
    if character.is_empty() {
        println!("text_cost none|line|redact|parse CHARACTER");
        return;
    }
    let detail = character.repeat(MIB / character.len());
    let body = format!(r#"{{"status":422,"detail":"{detail}"}}"#);
    match step.as_str() {
        "line" => {
            let mut line = String::new();
            text::push(&mut line, black_box(&detail), 256, KEY);
            black_box(line);
        }
        "redact" => drop(black_box(text::redact(black_box(&detail), KEY))),
        "parse" => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            drop(black_box(ApiError::parse(status, &HeaderMap::new(), black_box(body), Duration::ZERO)));
        }
        _ => drop(black_box(body)),
    }
}
