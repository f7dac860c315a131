//! A subscriber that draws what it was told as a tree: spans with what lies inside them, in order.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    /// The spans entered on this thread, innermost last.
    static ENTERED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

#[derive(Clone)]
pub struct Recorder(Arc<Mutex<Vec<Node>>>);

impl Default for Recorder {
    fn default() -> Self {
        Interested::everywhere();
        Self(Arc::default())
    }
}

/// Wants every span and event, and keeps none. As the default of the whole process it keeps `tracing` from
/// remembering that nobody wants a span, which it does when a test on another thread comes first to it.
struct Interested;

impl Interested {
    fn everywhere() {
        // Only the first call sets it.
        let _ = tracing::subscriber::set_global_default(Self);
    }
}

impl Subscriber for Interested {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A span or an event.
struct Node {
    parent: Option<u64>,
    name: String,
    fields: Vec<(String, String)>,
    /// Handles to a span; none once it is closed.
    handles: usize,
}

impl Recorder {
    /// What `work` tells, drawn as a tree.
    pub fn tree(work: impl FnOnce()) -> String {
        let recorder = Self::default();
        tracing::subscriber::with_default(recorder.clone(), work);
        recorder.draw()
    }

    pub fn draw(&self) -> String {
        let nodes = self.nodes();
        let mut text = String::new();
        draw_below(&nodes, None, 0, &mut text);
        text
    }

    /// How many spans are entered on this thread.
    pub fn entered() -> usize {
        ENTERED.with_borrow(Vec::len)
    }

    fn nodes(&self) -> MutexGuard<'_, Vec<Node>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, parent: Option<u64>, name: String, handles: usize, fields: Fields) -> Id {
        let mut nodes = self.nodes();
        nodes.push(Node { parent, name, fields: fields.0, handles });
        Id::from_u64(nodes.len() as u64)
    }
}

fn draw_below(nodes: &[Node], parent: Option<u64>, depth: usize, text: &mut String) {
    for (index, node) in nodes.iter().enumerate().filter(|(_, node)| node.parent == parent) {
        let _ = write!(text, "{:indent$}{}", "", node.name, indent = 2 * depth);
        for (name, value) in &node.fields {
            let _ = write!(text, " {name}={value}");
        }
        text.push_str(if node.handles > 0 { " (open)\n" } else { "\n" });
        draw_below(nodes, Some(index as u64 + 1), depth + 1, text);
    }
}

#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name().to_owned(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name().to_owned(), format!("{value:?}")));
    }
}

fn current() -> Option<u64> {
    ENTERED.with_borrow(|entered| entered.last().copied())
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        span.record(&mut fields);
        let parent = span.parent().map(Id::into_u64).or_else(|| span.is_contextual().then(current).flatten());
        let metadata = span.metadata();
        self.add(parent, format!("{} {} {}", metadata.level(), metadata.target(), metadata.name()), 1, fields)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let mut nodes = self.nodes();
        let node = &mut nodes[usize::try_from(span.into_u64()).unwrap() - 1];
        assert!(node.handles > 0, "recorded after the end");
        node.fields.extend(fields.0);
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let parent =
            event.parent().map(Id::into_u64).or_else(|| event.is_contextual().then(current).flatten());
        let name = format!("{} {} event", event.metadata().level(), event.metadata().target());
        self.add(parent, name, 0, fields);
    }

    fn enter(&self, span: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        let left = ENTERED.with_borrow_mut(Vec::pop);
        assert_eq!(left, Some(span.into_u64()), "left in another order than entered");
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.nodes()[usize::try_from(span.into_u64()).unwrap() - 1].handles += 1;
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        let mut nodes = self.nodes();
        let node = &mut nodes[usize::try_from(span.into_u64()).unwrap() - 1];
        node.handles -= 1;
        node.handles == 0
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
}
