// Runs a command component in Node, with jco: node run.mjs COMPONENT.wasm
//
// JCO is the folder with jco's packages. What jco makes of the component stays there, so that a second run is quick.

import { writeSync } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const [component] = process.argv.slice(2);
const name = basename(component, ".wasm");
const folder = join(process.env.JCO, "transpiled", name);
const module = join(folder, `${name}.js`);

const isOlder = async (file, than) => (await stat(file).catch(() => ({ mtimeMs: 0 }))).mtimeMs < (await stat(than)).mtimeMs;

if (await isOlder(module, component)) {
    const jco = join(process.env.JCO, "node_modules/@bytecodealliance/jco-transpile/dist/index.js");
    const { transpileBytes } = await import(pathToFileURL(jco));
    const { files } = await transpileBytes(await readFile(component), { name, noTypescript: true, nodejsCompat: true });
    await mkdir(folder, { recursive: true });
    // The module last, and whole: another process may be waiting to import it.
    const ours = Object.entries(files).sort(([a], [b]) => a.endsWith(`${name}.js`) - b.endsWith(`${name}.js`));
    for (const [path, bytes] of ours) {
        const file = join(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(`${file}.${process.pid}`, bytes);
        await rename(`${file}.${process.pid}`, file);
    }
}

// jco writes to standard output from a thread whose output waits for this one, which the component keeps busy.
const shim = join(process.env.JCO, "node_modules/@bytecodealliance/preview2-shim/dist/nodejs/cli.js");
const { stdout } = await import(pathToFileURL(shim));
const output = stdout.getStdout();
output.blockingWriteAndFlush = (bytes) => {
    for (let at = 0; at < bytes.length; ) {
        try {
            at += writeSync(1, bytes, at);
        } catch (error) {
            // Whoever reads is slow.
            if (error.code !== "EAGAIN") throw error;
        }
    }
};
stdout.getStdout = () => output;

const { run } = await import(pathToFileURL(module));
try {
    run.run();
    process.exitCode = 0;
} catch (error) {
    console.error(error);
    process.exitCode = 1;
}
// The thread that does the component's I/O never ends by itself.
setTimeout(() => process.exit());
