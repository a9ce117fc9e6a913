//! All randomness of a call, grown from the seed that it was given.

use chacha20::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// A stream of random bytes, fit for keys and nonces as long as the seed was.
pub(crate) struct Random(ChaCha20Rng);

impl Random {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// Returns random bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// Returns a random number in `[0, 1)`.
    pub(crate) fn fraction(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_fresh_bytes_again() {
        let mut random = Random::new([7; 32]);
        let (one, two): ([u8; 16], [u8; 16]) = (random.bytes(), random.bytes());
        assert_ne!(one, two);
        assert_eq!(Random::new([7; 32]).bytes(), one);
        assert_ne!(Random::new([8; 32]).bytes(), one);
    }

    #[test]
    fn fractions_are_spread_from_0_to_1() {
        let mut random = Random::new([7; 32]);
        let mut fractions: Vec<f64> = (0..1000).map(|_| random.fraction()).collect();
        fractions.sort_by(f64::total_cmp);
        assert!(fractions.iter().all(|one| (0.0..1.0).contains(one)));
        assert!(fractions[0] < 0.02 && fractions[999] > 0.98);
        assert!((0.4..0.6).contains(&fractions[500]), "{}", fractions[500]);
    }
}
