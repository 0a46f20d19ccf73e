//! A log-linear grid for histograms: 256 cells per doubling, so a value is known to 0.4% at worst.
//! Cells are integers, so merging histograms in any order gives the same result.

const CELLS_LOG2: u32 = 8;
const CELLS: u64 = 1 << CELLS_LOG2;

/// The cell of a value.
pub fn cell(value: u64) -> usize {
    if value < 2 * CELLS {
        return value as usize;
    }
    let shift = value.ilog2() - CELLS_LOG2;
    (u64::from(shift) * CELLS + (value >> shift)) as usize
}

/// The least value of a cell.
pub fn least(cell: usize) -> u64 {
    let cell = cell as u64;
    if cell < 2 * CELLS {
        return cell;
    }
    let shift = cell / CELLS - 1;
    (cell - shift * CELLS) << shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_tile_the_integers() {
        for value in (0..5_000).chain([1 << 20, (1 << 40) + 12345, u64::MAX / 2]) {
            let cell = cell(value);
            assert!(least(cell) <= value && value < least(cell + 1), "{value} in cell {cell}");
            assert!(
                (least(cell + 1) - least(cell)) * CELLS <= value.max(CELLS),
                "fine enough at {value}"
            );
        }
    }
}
