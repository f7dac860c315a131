// Runs a program for wasm32-unknown-unknown. It cannot print: `main` returns its exit code, and a panic is a trap
// whose stack names the function.

import { readFile } from "node:fs/promises";

const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), {});
process.exit(instance.exports.main(0, 0));
