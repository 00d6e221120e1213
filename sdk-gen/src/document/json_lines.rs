//! Lines of JSON text that is already known to parse: serde_json keeps none, and a YAML parser is slow on 13 MB.

use super::lines::Tracker;

/// Where the walk stands in one object or array.
enum Frame {
    Object { key_next: bool },
    Array { index: usize },
}

/// Walks the text and tells the tracker what begins on which line.
pub(super) fn walk(text: &str, tracker: &mut Tracker) {
    let mut walk = Walk { line: 1, stack: Vec::new(), tracker };
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        at = match byte {
            b'"' => walk.string(text, at),
            _ => walk.punctuation(*byte, at),
        };
    }
}

struct Walk<'a> {
    line: usize,
    stack: Vec<Frame>,
    tracker: &'a mut Tracker,
}

impl Walk<'_> {
    fn string(&mut self, text: &str, start: usize) -> usize {
        let end = string_end(text.as_bytes(), start + 1);
        match self.stack.last_mut() {
            Some(Frame::Object { key_next }) if *key_next => {
                *key_next = false;
                let raw = text.get(start..end).unwrap_or_default();
                let key: String = serde_json::from_str(raw).unwrap_or_default();
                self.tracker.enter(&key, self.line);
            }
            _ => self.element(),
        }
        end
    }

    fn punctuation(&mut self, byte: u8, at: usize) -> usize {
        match byte {
            b'\n' => self.line += 1,
            b'{' => {
                self.element();
                self.stack.push(Frame::Object { key_next: true });
            }
            b'[' => {
                self.element();
                self.stack.push(Frame::Array { index: 0 });
            }
            b',' => self.comma(),
            b'}' | b']' => self.close(),
            b' ' | b'\t' | b'\r' | b':' => {}
            _ => self.element(),
        }
        at + 1
    }

    /// A value begins: in an array that is a new place, once.
    fn element(&mut self) {
        if let Some(Frame::Array { index }) = self.stack.last_mut() {
            // An even count says that no element is open; letters of `true` and digits come one by one.
            if index.is_multiple_of(2) {
                let place = *index / 2;
                *index += 1;
                self.tracker.enter(&place.to_string(), self.line);
            }
        }
    }

    fn comma(&mut self) {
        match self.stack.last_mut() {
            Some(Frame::Object { key_next }) if !*key_next => {
                *key_next = true;
                self.tracker.leave();
            }
            Some(Frame::Array { index }) if !index.is_multiple_of(2) => {
                *index += 1;
                self.tracker.leave();
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        self.comma();
        self.stack.pop();
    }
}

/// Index after the closing quote.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}
