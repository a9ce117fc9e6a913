//! The sequence numbers that were seen: the sliding window of RFC 4303, section 3.4.3.

/// The distance from the newest number at which an unseen one is still taken.
const WINDOW: u64 = 1024;
const WORDS: usize = 16;

/// The numbers seen of one sender. They count from 1.
#[derive(Debug, Default)]
pub(crate) struct ReplayWindow {
    newest: u64,
    /// A ring of `WINDOW` bits, one for each of the last numbers.
    seen: [u64; WORDS],
}

impl ReplayWindow {
    /// Takes a number that was not seen before; `false` if it was, or if it is too old to tell.
    pub(crate) fn accept(&mut self, number: u64) -> bool {
        if number == 0 || self.newest.saturating_sub(number) >= WINDOW {
            return false;
        }
        if number > self.newest {
            // The bits of the numbers in between belong to a round of the ring that is over.
            let skipped = (number - self.newest).min(WINDOW);
            for between in (number - skipped + 1)..=number {
                self.set(between, false);
            }
            self.newest = number;
        } else if self.get(number) {
            return false;
        }
        self.set(number, true);
        true
    }

    fn get(&self, number: u64) -> bool {
        let (word, bit) = place(number);
        self.seen[word] & bit != 0
    }

    fn set(&mut self, number: u64, seen: bool) {
        let (word, bit) = place(number);
        if seen {
            self.seen[word] |= bit;
        } else {
            self.seen[word] &= !bit;
        }
    }
}

/// Word and bit of a number in the ring.
fn place(number: u64) -> (usize, u64) {
    // Both are below `WINDOW`, so the cast keeps every bit.
    #[allow(clippy::cast_possible_truncation)]
    let word = (number % WINDOW / 64) as usize;
    (word, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_edges_of_the_window() {
        let mut window = ReplayWindow::default();
        assert!(!window.accept(0), "numbers count from 1");
        assert!(window.accept(2000));
        assert!(window.accept(2000 - WINDOW + 1), "the oldest that can be told");
        assert!(!window.accept(2000 - WINDOW), "too old");
        assert!(window.accept(u64::MAX));
        assert!(!window.accept(2001));
        assert!(!window.accept(u64::MAX));
    }

    proptest! {
        /// The window agrees with a set that remembers everything.
        #[test]
        fn it_agrees_with_a_perfect_memory(
            steps in proptest::collection::vec((any::<bool>(), 0u64..3000), 1..400),
        ) {
            let (mut window, mut seen, mut newest) = (ReplayWindow::default(), BTreeSet::new(), 0u64);
            for (near, number) in steps {
                let number = if near { newest.saturating_sub(WINDOW / 2) + number % WINDOW } else { number };
                let fresh = number > 0 && number + WINDOW > newest && !seen.contains(&number);
                prop_assert_eq!(window.accept(number), fresh, "{}", number);
                if fresh {
                    seen.insert(number);
                    newest = newest.max(number);
                }
            }
        }
    }
}
