//! The measured round-trip tables: embedded text, read once into whole
//! microseconds without passing through floating point.

use std::sync::OnceLock;

use super::regions::REGIONS;

/// Medians over one year, in milliseconds. Source: `ROUND_TRIP_SOURCE`.
const P50_CSV: &str = include_str!("aws_interregion_rtt_p50_ms.csv");
/// 90th percentiles over one year, in milliseconds. Source: `ROUND_TRIP_SOURCE`.
const P90_CSV: &str = include_str!("aws_interregion_rtt_p90_ms.csv");

/// P50 and P90 in microseconds for a row (from) and a column (to), both below
/// the number of regions. P90 is at least P50.
pub(super) fn cell_micros(from: usize, to: usize) -> (u64, u64) {
    static CELLS: OnceLock<Vec<(u64, u64)>> = OnceLock::new();
    let cells = CELLS.get_or_init(|| {
        // The text is part of the program, so a fault in it is a fault of the
        // build and not of the input; the tests read every cell.
        load().unwrap_or_else(|fault| panic!("embedded round-trip table: {fault}"))
    });
    cells[from * REGIONS.len() + to]
}

/// Both tables side by side, row after row.
fn load() -> Result<Vec<(u64, u64)>, String> {
    let names: Vec<&str> = REGIONS.iter().map(|region| region.name).collect();
    let p50 = parse(P50_CSV, &names).map_err(|fault| format!("P50: {fault}"))?;
    let p90 = parse(P90_CSV, &names).map_err(|fault| format!("P90: {fault}"))?;
    // The published cells already satisfy P90 >= P50. The maximum keeps that
    // true for a later copy of the tables, on which samplers rely.
    Ok(p50.into_iter().zip(p90).map(|(a, b)| (a, a.max(b))).collect())
}

/// Reads a square table whose header and first column are exactly `names`, in
/// that order, so that a region's index serves for every lookup.
fn parse(csv: &str, names: &[&str]) -> Result<Vec<u64>, String> {
    let mut lines = csv.lines();
    let header = lines.next().ok_or("empty table")?;
    if !header.split(',').skip(1).eq(names.iter().copied()) {
        return Err("header does not list the regions in order".to_string());
    }
    let mut cells = Vec::with_capacity(names.len() * names.len());
    for name in names {
        let line = lines.next().ok_or_else(|| format!("no row for {name}"))?;
        let mut fields = line.split(',');
        if fields.next() != Some(*name) {
            return Err(format!("expected the row of {name}"));
        }
        let before = cells.len();
        for field in fields {
            let micros = micros_from_millis(field);
            cells.push(micros.ok_or_else(|| format!("row {name}: bad number {field:?}"))?);
        }
        if cells.len() - before != names.len() {
            return Err(format!("row {name} has {} cells", cells.len() - before));
        }
    }
    match lines.next() {
        None => Ok(cells),
        Some(_) => Err("more rows than regions".to_string()),
    }
}

/// Decimal milliseconds such as `149.5` to microseconds, exactly. More than
/// three decimals would need rounding and are refused.
fn micros_from_millis(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    // `u64::from_str` accepts a leading plus sign, which a table should not have.
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 3 {
        return None;
    }
    let thousandths: u64 = format!("{fraction:0<3}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(thousandths)
}

#[cfg(test)]
mod tests {
    use super::{load, micros_from_millis, parse};

    #[test]
    fn embedded_tables_are_well_formed() {
        assert_eq!(load().map(|cells| cells.len()), Ok(33 * 33));
    }

    #[test]
    fn decimals_become_exact_microseconds() {
        assert_eq!(micros_from_millis("149.5"), Some(149_500));
        assert_eq!(micros_from_millis("2.008"), Some(2_008));
        assert_eq!(micros_from_millis("7"), Some(7_000));
        for bad in ["", ".", "1.", ".5", "+1.0", "-1.0", "1.2345", "1e3", " 1.0", "NaN"] {
            assert_eq!(micros_from_millis(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn faulty_tables_are_refused() {
        let names = ["a", "b"];
        assert_eq!(
            parse("x,a,b\na,1.0,2.0\nb,3.0,4.0\n", &names),
            Ok(vec![1_000, 2_000, 3_000, 4_000])
        );
        for bad in [
            "",
            "x,b,a\na,1,2\nb,3,4\n",
            "x,a,b\na,1,2\n",
            "x,a,b\nb,3,4\na,1,2\n",
            "x,a,b\na,1\nb,3,4\n",
            "x,a,b\na,1,2\nb,3,four\n",
            "x,a,b\na,1,2\nb,3,4\nc,5,6\n",
        ] {
            assert!(parse(bad, &names).is_err(), "{bad:?}");
        }
    }
}
