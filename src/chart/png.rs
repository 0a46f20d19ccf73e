//! Writes pixels as a PNG file.
//!
//! The backend of plotters can only write PNG into a file of its own. This encoder is small because
//! charts are easy: large even areas, which a filter turns into zeros and one kind of match packs.

/// Bytes a pixel: red, green, blue.
const CHANNELS: usize = 3;
/// Deflate looks back no farther, and repeats no more, than this.
const WINDOW: usize = 32_768;
const LONGEST: usize = 258;
const SHORTEST: usize = 4;
/// Slots that remember where a group of bytes was last seen.
const SLOTS: usize = 1 << 15;

/// The bytes of a PNG file of `width` times `height` pixels in RGB.
pub fn encode(pixels: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut file = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    let mut header = Vec::new();
    header.extend((width as u32).to_be_bytes());
    header.extend((height as u32).to_be_bytes());
    // Eight bits a channel, RGB, the only compression, the only filters, not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, b"IHDR", &header);
    let filtered = filter(pixels, width * CHANNELS);
    let mut data = vec![0x78, 0x01];
    data.extend(deflate(&filtered));
    data.extend(adler(&filtered).to_be_bytes());
    chunk(&mut file, b"IDAT", &data);
    chunk(&mut file, b"IEND", &[]);
    file
}

/// Each row as its difference from the row above: most rows of a chart repeat it.
fn filter(pixels: &[u8], stride: usize) -> Vec<u8> {
    const UP: u8 = 2;
    let mut filtered = Vec::with_capacity(pixels.len() + pixels.len() / stride + 1);
    let blank = vec![0; stride];
    let mut above: &[u8] = &blank;
    for row in pixels.chunks_exact(stride) {
        filtered.push(UP);
        filtered.extend(
            row.iter()
                .zip(above)
                .map(|(here, there)| here.wrapping_sub(*there)),
        );
        above = row;
    }
    filtered
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(data);
    let sum = cyclic(&file[start..]);
    file.extend(sum.to_be_bytes());
}

/// Collects bits, lowest first.
struct Bits {
    bytes: Vec<u8>,
    waiting: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.waiting |= u64::from(value) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.waiting as u8);
            self.waiting >>= 8;
            self.count -= 8;
        }
    }

    /// Huffman codes go highest bit first.
    fn code(&mut self, value: u32, count: u32) {
        self.put(value.reverse_bits() >> (32 - count), count);
    }

    /// A literal or a length in the fixed code of RFC 1951, 3.2.6.
    fn symbol(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    fn repeat(&mut self, length: usize, distance: usize) {
        if length == LONGEST {
            self.symbol(285);
        } else {
            let (step, extra, rest) = split(length as u32 - 3, 4);
            self.symbol(257 + step);
            self.put(rest, extra);
        }
        let (step, extra, rest) = split(distance as u32 - 1, 2);
        self.code(step, 5);
        self.put(rest, extra);
    }
}

/// The steps of lengths (four to each doubling) and of distances (two): which step, how many bits
/// tell the place within it, and these bits.
fn split(value: u32, steps: u32) -> (u32, u32, u32) {
    if value < 2 * steps {
        return (value, 0, 0);
    }
    let inner = steps.ilog2();
    let extra = value.ilog2() - inner;
    (
        extra * steps + (value >> extra),
        extra,
        value & ((1 << extra) - 1),
    )
}

/// One block in the fixed code, with matches against the place where a group was last seen.
fn deflate(data: &[u8]) -> Vec<u8> {
    let mut bits = Bits {
        bytes: Vec::new(),
        waiting: 0,
        count: 0,
    };
    // The last block; fixed codes.
    bits.put(0b011, 3);
    let mut seen = vec![usize::MAX; SLOTS];
    let mut at = 0;
    while at < data.len() {
        let Some(slot) = data.get(at..at + SHORTEST).map(slot) else {
            bits.symbol(u32::from(data[at]));
            at += 1;
            continue;
        };
        let seen_at = std::mem::replace(&mut seen[slot], at);
        let near = (at.checked_sub(1), at.checked_sub(CHANNELS));
        let mut best = (0, 0);
        // A distance of one takes the fewest bits, and even areas are full of it.
        for earlier in [near.0, near.1, Some(seen_at)].into_iter().flatten() {
            let length = match at.checked_sub(earlier) {
                Some(distance) if distance <= WINDOW => matching(data, earlier, at),
                _ => 0,
            };
            if length > best.0 {
                best = (length, at - earlier);
            }
        }
        if best.0 >= SHORTEST {
            bits.repeat(best.0, best.1);
            at += best.0;
        } else {
            bits.symbol(u32::from(data[at]));
            at += 1;
        }
    }
    bits.symbol(256);
    // Zeros up to the end of the last byte.
    bits.put(0, 7);
    bits.bytes
}

fn slot(group: &[u8]) -> usize {
    let value = group
        .iter()
        .fold(0u32, |value, byte| (value << 8) | u32::from(*byte));
    (value.wrapping_mul(0x9e37_79b1) >> 17) as usize
}

fn matching(data: &[u8], earlier: usize, at: usize) -> usize {
    let ahead = data[at..].iter().take(LONGEST);
    ahead
        .zip(&data[earlier..])
        .take_while(|(here, there)| here == there)
        .count()
}

fn adler(data: &[u8]) -> u32 {
    let (mut first, mut second) = (1u32, 0u32);
    // 5552 bytes are the most that do not overflow before the remainder is taken.
    for part in data.chunks(5552) {
        for byte in part {
            first += u32::from(*byte);
            second += first;
        }
        first %= 65_521;
        second %= 65_521;
    }
    (second << 16) | first
}

fn cyclic(data: &[u8]) -> u32 {
    let mut table = [0u32; 256];
    for (index, entry) in table.iter_mut().enumerate() {
        *entry = (0..8).fold(index as u32, |value, _| {
            if value & 1 == 1 {
                (value >> 1) ^ 0xedb8_8320
            } else {
                value >> 1
            }
        });
    }
    !data.iter().fold(u32::MAX, |sum, byte| {
        table[((sum ^ u32::from(*byte)) & 0xff) as usize] ^ (sum >> 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_match_their_published_check_values() {
        assert_eq!(cyclic(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn steps_match_the_tables_of_the_standard() {
        // RFC 1951: length 11 is code 265 with one bit, 227 is 284 with five; distance 24577 is 29.
        assert_eq!(split(11 - 3, 4), (8, 1, 0));
        assert_eq!(split(227 - 3, 4), (27, 5, 0));
        assert_eq!(split(24_577 - 1, 2), (29, 13, 0));
    }

    #[test]
    fn even_pictures_pack_well() {
        let file = encode(&vec![200; 300 * 200 * 3], 300, 200);
        assert!(file.len() < 3_000, "{}", file.len());
    }
}
