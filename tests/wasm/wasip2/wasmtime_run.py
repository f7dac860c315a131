"""Runs a command component in wasmtime: python3 wasmtime_run.py COMPONENT.wasm, with the package wasmtime in PYTHONPATH."""

import sys

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Linker

engine = Engine()
wasi = WasiConfig()
wasi.inherit_env()
wasi.inherit_stdin()
wasi.inherit_stdout()
wasi.inherit_stderr()
store = Store(engine)
store.set_wasi(wasi)
store.set_wasi_http()
linker = Linker(engine)
linker.add_wasip2()
linker.add_wasi_http()
component = Component.from_file(engine, sys.argv[1])
instance = linker.instantiate(store, component)

# Which patch version of WASI 0.2 it exports depends on the compiler.
names = [f"wasi:cli/run@0.2.{patch}" for patch in range(100)]
exports = next(index for name in names if (index := instance.get_export_index(store, name)))
run = instance.get_func(store, instance.get_export_index(store, "run", exports))
run(store)
run.post_return(store)
