//! An order in which like follows like.
//!
//! What a compressor has just seen costs it least to say again. So it makes a difference of some
//! percents in which order a file says things whose order means nothing.

use std::collections::HashMap;

/// The order in which each item is followed by the one, of those that are left, that shares most
/// with it. It begins with the first.
pub(crate) fn order<T: AsRef<[u8]>>(items: &[T]) -> Vec<usize> {
    let runs: Vec<_> = items.iter().map(|item| runs(item.as_ref())).collect();
    let mut holders = HashMap::<u32, Vec<usize>>::new();
    for (item, runs) in runs.iter().enumerate() {
        for run in runs {
            holders.entry(*run).or_default().push(item);
        }
    }
    let mut left: Vec<usize> = (0..items.len()).collect();
    let mut order = Vec::with_capacity(items.len());
    let mut next = (!left.is_empty()).then_some(0);
    while let Some(at) = next {
        let current = left.remove(at);
        order.push(current);
        let mut shared = vec![0_u64; items.len()];
        for holder in runs[current].iter().flat_map(|run| &holders[run]) {
            shared[*holder] += 1;
        }
        // What both have, by what either has; compared as fractions, so that no rounding decides.
        let likeness = |item: usize| {
            let either = (runs[current].len() + runs[item].len()) as u64 - shared[item];
            (shared[item], either.max(1))
        };
        next = (0..left.len()).rev().max_by(|one, other| {
            let ((one, of_one), (other, of_other)) = (likeness(left[*one]), likeness(left[*other]));
            (one * of_other).cmp(&(other * of_one))
        });
    }
    order
}

/// Each run of four bytes in an item, once.
fn runs(item: &[u8]) -> Vec<u32> {
    let mut runs: Vec<_> = item
        .windows(4)
        .map(|run| run.iter().fold(0, |all, byte| all << 8 | u32::from(*byte)))
        .collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_follows_like() {
        let items =
            ["the first call", "9876543210", "", "the next call", "987654321", "the last call"];
        let order = order(&items);
        assert_eq!(order[0], 0);
        let place = |item: usize| order.iter().position(|at| *at == item).unwrap();
        assert!(place(3).max(place(5)) == 2, "{order:?}");
        assert!(place(1).abs_diff(place(4)) == 1, "{order:?}");
        let mut all = order.clone();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn nothing_has_no_order() {
        assert!(order::<&[u8]>(&[]).is_empty());
    }
}
