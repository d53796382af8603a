//! Changes to bytes that parsers stumble over: flipped bits, numbers at the edges of their types, cuts, repetitions.

use fastrand::Rng;

/// Numbers that arithmetic overflows on.
const EDGES: [u64; 12] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0xffff_ffff_ffff_ffff,
    0x1000,
];

/// Bytes of a mutant.
const LARGEST: usize = 64 << 20;

/// A changed copy of a seed; `others` lend pieces of theirs.
pub fn mutate(seed: &[u8], others: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..rng.usize(1..=6) {
        change(&mut bytes, others, rng);
        bytes.truncate(LARGEST);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, others: &[Vec<u8>], rng: &mut Rng) {
    if bytes.is_empty() {
        bytes.extend((0..rng.usize(1..64)).map(|_| rng.u8(..)));
        return;
    }
    let at = rng.usize(..bytes.len());
    match rng.u8(..10) {
        0 => bytes[at] ^= 1 << rng.u8(..8),
        1 => bytes[at] = rng.u8(..),
        2..=4 => number(bytes, at, rng),
        5 => bytes.truncate(at),
        6 => {
            let end = (at + rng.usize(1..=256)).min(bytes.len());
            bytes.drain(at..end);
        }
        7 => {
            let end = (at + rng.usize(1..=256)).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            let times = if rng.u8(..16) == 0 { 1000 } else { 1 };
            let repeated = piece.repeat(times);
            bytes.splice(at..at, repeated);
        }
        8 => {
            let added: Vec<u8> = (0..rng.usize(1..16)).map(|_| rng.u8(..)).collect();
            bytes.splice(at..at, added);
        }
        _ => {
            if let Some(other) = rng.choice(others).filter(|other| !other.is_empty()) {
                let start = rng.usize(..other.len());
                let end = (start + rng.usize(1..=512)).min(other.len());
                bytes.splice(at..at, other[start..end].iter().copied());
            }
        }
    }
}

/// Writes a number from the edges over what is there, in either order of bytes.
fn number(bytes: &mut [u8], at: usize, rng: &mut Rng) {
    let value = EDGES[rng.usize(..EDGES.len())];
    let width = [1, 2, 4, 8][rng.usize(..4)];
    let mut encoded = value.to_le_bytes()[..width].to_vec();
    if rng.bool() {
        encoded.reverse();
    }
    for (target, byte) in bytes[at..].iter_mut().zip(encoded) {
        *target = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_give_the_same_mutants() {
        let others = vec![b"another seed".to_vec()];
        let mutants = |seed| {
            let mut rng = Rng::with_seed(seed);
            (0..200)
                .map(|_| mutate(b"a seed of some bytes", &others, &mut rng))
                .collect::<Vec<_>>()
        };
        assert_eq!(mutants(1), mutants(1));
        assert_ne!(mutants(1), mutants(2));
    }
}
