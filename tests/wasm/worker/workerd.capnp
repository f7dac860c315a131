# How workerd runs the worker: on a port of its choice, with access to this machine.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["local", "private", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    (name = "sphere_worker.js", esModule = embed "sphere_worker.js"),
    (name = "sphere_worker_bg.wasm", wasm = embed "sphere_worker_bg.wasm"),
  ],
  compatibilityDate = "2026-11-01",
);
