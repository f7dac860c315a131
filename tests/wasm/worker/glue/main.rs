//! `glue MODULE.wasm FOLDER`: writes the module as a worker can load it, and the JavaScript around it, into the folder.

use std::env::args_os;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut paths = args_os().skip(1);
    let (Some(module), Some(folder)) = (paths.next(), paths.next()) else {
        return Err("usage: glue MODULE.wasm FOLDER".into());
    };
    Ok(Bindgen::new().input_path(module).web(true)?.typescript(false).generate(folder)?)
}
