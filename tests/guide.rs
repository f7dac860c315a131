//! The guides. "Write your own transport": its code is the transport that the suite is tested with, and a crate
//! outside the workspace that passes the suite; its wrapper for single-threaded targets is the one in
//! `tests/wasm/core`. "Your own operation": its code is a crate outside the workspace. "Testing code that uses the
//! SDK": its code is a test of this package. The others: their code is compiled.

use std::fs;
use std::path::{Path, PathBuf};

use sphere_core::CustomerId;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_tests::outside::cargo;

const OWN_TRANSPORT: &str = include_str!("../crates/sphere-core/guides/your-own-transport.md");
const OWN_OPERATION: &str = include_str!("../crates/sphere-core/guides/your-own-operation.md");
const TESTING: &str = include_str!("../crates/sphere-core/guides/testing.md");

const GUIDES: &str = "crates/sphere-core/guides";

/// The file of this title, put together from the blocks of "Write your own transport".
fn file(title: &str) -> String {
    file_in(OWN_TRANSPORT, title)
}

/// The file of this title, put together from a guide's blocks.
fn file_in(guide: &str, title: &str) -> String {
    let mut file = String::new();
    for block in guide.split("```").skip(1).step_by(2) {
        let (info, code) = block.split_once('\n').unwrap();
        if info.ends_with(&format!("title=\"{title}\"")) {
            if !file.is_empty() {
                file.push('\n');
            }
            file.push_str(code);
        }
    }
    assert!(!file.is_empty(), "the guide has no {title}");
    file
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[test]
fn guide_shows_the_suites_own_transport() {
    for (title, tested) in [("src/lib.rs", "mod.rs"), ("src/head.rs", "head.rs"), ("src/wire.rs", "wire.rs")]
    {
        let path = root().join("crates/sphere-conformance/tests/minimal").join(tested);
        assert_eq!(file(title), fs::read_to_string(path).unwrap(), "{title}");
    }
}

#[test]
fn guide_shows_the_wrapper_for_wasm() {
    let path = root().join("tests/wasm/core/src/remote.rs");
    assert_eq!(file("src/remote.rs"), fs::read_to_string(path).unwrap());
}

#[test]
fn guide_shows_the_tested_ureq_transport() {
    let path = root().join("examples/transports/src/ureq_agent.rs");
    assert_eq!(file("src/ureq_agent.rs"), fs::read_to_string(path).unwrap());
}

/// The file names of all guides.
fn guides() -> Vec<String> {
    let files = fs::read_dir(root().join(GUIDES)).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let guides: Vec<_> = names.filter(|name| name != "verification-states.svg").collect();
    assert!(guides.len() >= 8, "{guides:?}");
    guides
}

/// On docs.rs a guide is a module, and in the repository it is in two lists.
#[test]
fn every_guide_can_be_found() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let (module, readme, docs) =
        (read("crates/sphere-core/src/guides.rs"), read("README.md"), read("docs/README.md"));
    for name in guides() {
        let rust = name.trim_end_matches(".md").replace('-', "_");
        assert!(module.contains(&format!("    {rust}: \"{name}\",")), "{name} is no module");
        assert!(module.contains(&format!("//! | [`{rust}`] | ")), "{name} is not listed");
        assert!(module.contains(&format!("[{name}]: crate::guides::{rust}\\n")), "no link leads to {name}");
        assert!(readme.contains(&format!("]({GUIDES}/{name})")), "{name} is not in the README");
        assert!(docs.contains(&format!("](../{GUIDES}/{name})")), "{name} is not in docs/");
    }
}

/// A guide that nobody compiles would go stale.
#[test]
fn the_code_of_every_other_guide_is_compiled() {
    let compiled = include_str!("src/lib.rs");
    for name in guides() {
        let include = format!("include_str!(\"../../crates/sphere-core/guides/{name}\")");
        let is_tested_here =
            ["your-own-transport.md", "your-own-operation.md", "testing.md"].contains(&&*name);
        assert!(is_tested_here || compiled.contains(&include), "{name}");
    }
}

#[test]
fn testing_guide_shows_tests_that_run() {
    let title = "tests/testing_guide.rs";
    assert_eq!(file_in(TESTING, title), fs::read_to_string(root().join(title)).unwrap());
}

/// The README's two programs differ by the transport, the runtime's attribute, `async` and `.await` alone.
#[test]
fn async_and_blocking_programs_are_one() {
    let readme = include_str!("../README.md");
    let programs: Vec<_> = readme.split("```rust,no_run\n").skip(1).take(2).collect();
    let [one, two] = programs[..] else { panic!("{} programs", programs.len()) };
    let [one, two] = [one, two].map(|program| program.split("```").next().unwrap());
    let blocking = one.replace("#[tokio::main]\nasync ", "").replace(".await", "").replace("hyper", "ureq");
    assert_eq!(blocking, two);
}

/// All documents, the templates for issues included. The texts of the scorecard are parts of `docs/http-clients.md`.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                let is_ours = !name.starts_with('.') || name == ".github";
                if is_ours && !["target", "node_modules", "corpus", "text"].contains(&name) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "md" || extension == "yml") {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 40, "{found:?}");
    found
}

/// The path that this text between backticks names, without a line's number. What is not of the repository is no path.
fn named_path(code: &str) -> Option<&str> {
    let path = code.split(':').next().unwrap();
    let first = path.split_once('/')?.0;
    let is_path = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    (is_path && root().join(first).exists() && first != "target" && !first.is_empty()).then_some(path)
}

/// Links between documents lead to something, and a path in backticks is there.
#[test]
fn every_path_in_a_document_exists() {
    let mut found = 0;
    for page in documents() {
        let text = fs::read_to_string(&page).unwrap();
        let inline = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let definitions =
            text.lines().filter(|line| line.starts_with('[')).filter_map(|line| line.split_once("]: "));
        for link in inline.chain(definitions.map(|(_, link)| link)) {
            let link = link.split('#').next().unwrap();
            let is_elsewhere = link.starts_with("https://") || link.starts_with("crate::");
            assert!(is_elsewhere || page.parent().unwrap().join(link).exists(), "{}: {link}", page.display());
            found += 1;
        }
        let without_blocks = text.split("```").step_by(2).collect::<String>();
        for path in without_blocks.split('`').skip(1).step_by(2).filter_map(named_path) {
            let is_there = root().join(path).exists() || page.parent().unwrap().join(path).exists();
            assert!(is_there, "{}: {path}", page.display());
            found += 1;
        }
    }
    assert!(found > 200, "{found} paths and links");
}

/// On docs.rs there is nothing beside a guide: a link to a file leads nowhere there.
#[test]
fn guides_link_to_files_by_label() {
    for name in guides() {
        let text = fs::read_to_string(root().join(GUIDES).join(&name)).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(link.starts_with("https://"), "{name}: {link}");
        }
    }
}

#[test]
fn the_glue_is_less_than_25_lines() {
    assert!(file("tests/conformance.rs").lines().count() < 25);
}

/// Writes a guide's crate into a folder of this name.
fn write_crate(folder: &Path, name: &str, guide: &str, titles: &[&str]) {
    for title in titles {
        let path = folder.join(name).join(title);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file_in(guide, title)).unwrap();
    }
    // Ours are not published here: from the next folder.
    let by_path = |manifest: String, ours: &str| {
        let path = root().join("crates").join(ours);
        manifest.replace(&format!("{ours} = \"0.1\""), &format!("{ours} = {{ path = '{}' }}", path.display()))
    };
    let ours = ["sphere-core", "sphere-conformance", "sphere-hyper", "sphere-ureq"];
    let manifest = ours.into_iter().fold(file_in(guide, "Cargo.toml"), by_path);
    fs::write(folder.join(name).join("Cargo.toml"), manifest).unwrap();
}

/// Both crates are in a workspace of their own, so that what is below them is built once.
#[test]
#[ignore = "builds two crates: cargo test -p sphere-tests --test guide -- --ignored"]
fn guides_crates_pass_outside_the_workspace() {
    let folder = std::env::temp_dir().join(format!("sphere-guides-{}", std::process::id()));
    let transport = ["src/lib.rs", "src/head.rs", "src/wire.rs", "tests/conformance.rs"];
    let operations = ["src/lib.rs", "src/pages.rs", "src/upload.rs", "tests/operations.rs"];
    write_crate(&folder, "my-transport", OWN_TRANSPORT, &transport);
    write_crate(&folder, "my-operations", OWN_OPERATION, &operations);
    fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n").unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();

    let said = cargo(&folder, ["test", "--tests"]);
    fs::remove_dir_all(&folder).unwrap();
    for passed in [
        "test mine::redirects_are_returned_not_followed ... ok",
        "test both_operations_over_hyper ... ok",
        "test both_operations_over_ureq ... ok",
    ] {
        assert!(said.contains(passed), "{said}");
    }
}

#[test]
fn an_operation_takes_less_than_forty_lines() {
    for title in ["src/pages.rs", "src/upload.rs"] {
        let lines = file_in(OWN_OPERATION, title).lines().count();
        assert!(lines < 40, "{title} has {lines} lines");
    }
}

/// The sample line is the line.
#[test]
fn documents_show_the_line_of_a_real_error() {
    let fake = FakeTransport::always(Reply::unprocessable());
    let client = fake.blocking_client();
    let customer = CustomerId::new("customer_1").unwrap();
    let line = client.generate_face_verification_link(&customer).send().unwrap_err().to_string();
    for page in ["README.md", "crates/sphere-core/guides/errors.md", "crates/sphere-cli/README.md"] {
        assert!(fs::read_to_string(root().join(page)).unwrap().contains(&line), "{page} lacks: {line}");
    }
}
